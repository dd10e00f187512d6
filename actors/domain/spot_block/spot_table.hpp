#pragma once
// The spots of the block with their claims, and what follows from them and must be at hand without looking at every spot: which are
// free for the whole frame, and the figures of each category.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/domain/spot_block/claims.hpp"
#include "actors/domain/spot_block/spot_set.hpp"
#include "holdfast/v1/spot_block.pb.h"

namespace holdfast::domain::block {

/// Over the whole frame, at the busiest moment; capacity = free + held + taken.
struct figures {
  std::uint32_t capacity = 0;
  std::uint32_t free = 0;
  std::uint32_t held = 0;
  std::uint32_t taken = 0;

  figures& operator+=(const figures& o) noexcept {
    capacity += o.capacity, free += o.free, held += o.held, taken += o.taken;
    return *this;
  }
  /// What was added before.
  figures& operator-=(const figures& o) noexcept {
    capacity -= o.capacity, free -= o.free, held -= o.held, taken -= o.taken;
    return *this;
  }
};

/// Small: most of what a started block weighs is its spots. Labels and what staff changed stand in the table.
struct spot {
  std::uint32_t label_end = 0;  // in the table's text; begins where the one before ends
  std::uint16_t row = 0;
  std::uint16_t category : 15 = 0;
  bool closed : 1 = false;
  std::uint32_t capacity = 1;  // as defined
  std::uint32_t sellable = 1;  // and as staff changed it
  float x = 0;
  float y = 0;
  spot_claims claims;

  std::uint32_t offered() const noexcept { return closed ? 0 : sellable; }
  std::uint32_t room(const stretch& when) const noexcept;
  /// Its part of the category's figures.
  figures count() const noexcept;
};

/// What staff changed about a spot.
struct staffing {
  std::uint32_t occupied = 0;    // taken out of sale
  std::uint32_t additional = 0;  // put on sale beyond the definition
  std::uint32_t sellable(std::uint32_t capacity) const noexcept {
    const auto all = capacity + additional;
    return all > occupied ? all - occupied : 0;
  }
  friend bool operator==(const staffing&, const staffing&) = default;
};

struct category {
  std::string name;
  std::int64_t price_minor = 0;
  spot_set members;
  figures sum;
  std::uint32_t longest_free_run = 0;
  bool stale = true;  // longest_free_run must be looked up again
};

class spot_table {
public:
  void define(const v1::BlockDefinition&);
  /// The definition's spots as they were given.
  void write(google::protobuf::RepeatedPtrField<v1::SpotDefinition>& out) const;

  const std::vector<spot>& spots() const noexcept { return spots_; }
  const spot& operator[](std::size_t i) const noexcept { return spots_[i]; }
  const std::vector<category>& categories() const noexcept { return categories_; }
  const spot_set& row_starts() const noexcept { return row_starts_; }
  /// Something is free there for the whole frame.
  const spot_set& vacant() const noexcept { return vacant_; }
  const spot_set& pools() const noexcept { return pools_; }
  /// A pool holds several bookings at once and has no neighbours.
  bool pool(std::size_t i) const noexcept { return pools_.test(i); }
  staffing staff(std::uint32_t index) const noexcept;

  std::optional<std::uint32_t> find(std::string_view label) const noexcept;
  std::optional<std::uint16_t> find_category(std::string_view name) const noexcept;
  /// Index for a label that only finished bookings still name: beyond spots(), claims nothing.
  std::uint32_t retire(std::string_view label);
  std::string_view label(std::uint32_t index) const noexcept;

  void claim(std::uint32_t index, const stretch&, grip, std::uint32_t quantity);
  void unclaim(std::uint32_t index, const stretch&, grip, std::uint32_t quantity);
  void occupy(std::uint32_t index, const staffing&);

  // ---- what the last entry touched
  void begin_entry() noexcept { touched_.clear(); }
  void finish_entry();
  /// In order.
  const std::vector<std::uint32_t>& touched() const noexcept { return touched_; }

private:
  template <class Change>
  void change(std::uint32_t index, Change);
  std::uint32_t longest_free_run(const category&) const noexcept;

  std::vector<spot> spots_;
  std::string labels_;
  std::vector<std::string> rows_;
  std::map<std::uint32_t, staffing> staff_;  // by index; those that staff changed
  std::vector<std::uint16_t> by_label_;      // indices in order of their labels
  std::vector<category> categories_;
  std::vector<std::string> retired_;
  spot_set row_starts_;
  spot_set vacant_;
  spot_set pools_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace holdfast::domain::block
