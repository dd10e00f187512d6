#pragma once
// The read model as the projection sees it: rows that a stretch of the journal touches, and the store that loads and saves them.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "holdfast/v1/envelope.pb.h"
#include "holdfast/v1/read_model.pb.h"
#include "protocols/base/failure.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::persistence {

struct row_key {
  std::string tenant;
  std::string id;
  friend bool operator<(const row_key& a, const row_key& b) noexcept { return std::tie(a.tenant, a.id) < std::tie(b.tenant, b.id); }
};

struct booking_record {
  std::string user_id;  // set when the address is confirmed
  v1::BookingView view;
};

/// A block as its capacity is counted.
struct block_record {
  v1::BlockShape shape;
  v1::BlockClaims claims;
  bool reshaped = true;                 // the store has another shape, or none
  std::vector<std::uint32_t> by_label;  // the shape's spots in the order of their labels
};
/// From what a store keeps.
block_record stored_block(v1::BlockShape, v1::BlockClaims);

struct event_record {
  v1::EventDefinition definition;
  bool open = true;
};

template <class Record>
struct slot {
  std::optional<Record> row;  // empty: not in the read model
  bool changed = false;
  bool created = false;  // by this stretch of the journal: there is nothing to load

  bool to_load() const noexcept { return !created && !row; }
  bool to_save() const noexcept { return changed && row; }
};

/// One projected batch: the keys it needs are entered first, then loaded, then folded over, then saved.
struct working_set {
  std::map<row_key, slot<booking_record>> bookings;
  std::map<row_key, slot<block_record>> blocks;
  std::map<row_key, slot<event_record>> events;
  std::set<row_key> redefined;    // blocks of which every booking is needed, not only those entered above
  std::set<std::string> tenants;  // seen in this batch
};

/// The ids of a block's bookings lie between these two, the second excluded.
inline std::string first_booking_of(const std::string& block) { return block + '.'; }
inline std::string behind_bookings_of(const std::string& block) { return block + static_cast<char>('.' + 1); }

/// One transaction at a time: begin, load, commit; or begin, abandon.
class model_store {
public:
  virtual ~model_store() = default;
  /// Answers how far the model has come. Two projections of one store take turns here.
  virtual result<position> begin() = 0;
  virtual result<void> load(working_set&) = 0;
  virtual result<void> commit(const working_set&, position reached) = 0;
  virtual void abandon() noexcept = 0;

  virtual result<position> reached() = 0;
  virtual result<void> clear() = 0;
};

/// What SQL rows and filters need beside the message itself; derived, the same for every store.
struct event_facts {
  std::string sort_title;
  std::string search;  // folded titles, region, facilities, activities
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;                          // an open end is the last millisecond there is
  std::vector<std::string> facilities, activities;  // folded
  std::string region;                               // folded
};
event_facts facts_of(const v1::EventDefinition&);

}  // namespace holdfast::persistence
