#pragma once
// The slow, obvious account of who has what, kept from events alone. It shares nothing with the deciding code on purpose: what checks
// a decision must not be able to repeat its mistake.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "holdfast/v1/envelope.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::audit {

class claims_ledger {
public:
  /// Applies one entry of a block; answers what it violates, in words. Claims of an entry are judged after all of its events.
  std::vector<std::string> apply(const v1::Entry& entry);

  /// Claims that a lapsed hold still has at `now` without an event that freed them: "<booking> <expires_at>".
  std::vector<std::string> overdue_holds(unix_ms now) const;

  /// Given up, expired or cancelled by an event.
  bool ended(const std::string& booking) const;

  /// Places of a spot that nobody has at any moment of its life, as of the last entry. Unknown spots have none.
  std::int64_t free_of(const std::string& spot) const;

  struct figures {
    std::uint64_t bookings = 0, confirmed = 0, claims = 0;
  };
  figures count() const;

private:
  struct claim {
    std::string spot;
    std::int64_t begin = 0, end = 0;
    std::int64_t quantity = 0;
  };
  struct booking {
    std::vector<claim> claims;
    unix_ms expires_at = 0;  // 0: for good
    bool counted = false;    // its claims stand in `steps` of their spots
    bool gone = false;
    bool confirmed = false;
    bool checked_in = false;
    int emails_confirmed = 0;
  };
  struct spot {
    std::int64_t capacity = 0, additional = 0, occupied = 0;
    std::map<std::int64_t, std::int64_t> steps;  // when → change of the quantity taken
  };

  void apply_event(const v1::SpotBlockEvent& event, unix_ms at, std::vector<std::string>& wrong);
  void make(const std::string& id, unix_ms expires_at, std::vector<std::string>& wrong);
  void take(const std::string& id, const google::protobuf::RepeatedPtrField<v1::SpotQuantity>& spots, const v1::Interval& interval);
  void set_expiry(const std::string& id, unix_ms expires_at);
  void end(const std::string& id);
  void count(booking& b, int sign);
  void let_lapse(unix_ms at);
  bool live(const booking& b, unix_ms at) const { return !b.gone && (b.expires_at == 0 || b.expires_at > at); }
  void check_capacity(std::vector<std::string>& wrong) const;
  static std::int64_t most_taken(const spot& s);

  std::map<std::string, spot> spots_;
  std::map<std::string, booking> bookings_;
  std::set<std::pair<unix_ms, std::string>> lapses_;  // live holds and reservations by expiry
  std::vector<std::string> touched_;                  // spots whose claims the current entry changed
};

}  // namespace holdfast::audit
