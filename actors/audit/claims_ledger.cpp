#include "actors/audit/claims_ledger.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::audit {

using v1::SpotBlockEvent;

std::vector<std::string> claims_ledger::apply(const v1::Entry& entry) {
  std::vector<std::string> wrong;
  touched_.clear();
  let_lapse(entry.at_ms());
  for (const auto& event : entry.block()) apply_event(event, entry.at_ms(), wrong);
  check_capacity(wrong);
  return wrong;
}

void claims_ledger::make(const std::string& id, unix_ms expires_at, std::vector<std::string>& wrong) {
  if (!bookings_.try_emplace(id).second) wrong.push_back("booking " + id + " was made twice");
  set_expiry(id, expires_at);
}

void claims_ledger::take(const std::string& id, const google::protobuf::RepeatedPtrField<v1::SpotQuantity>& spots,
                         const v1::Interval& interval) {
  auto& b = bookings_.at(id);
  count(b, -1);
  b.claims.clear();
  for (const auto& s : spots) b.claims.push_back({s.spot(), interval.begin_ms(), interval.end_ms(), s.quantity()});
  count(b, +1);
}

void claims_ledger::set_expiry(const std::string& id, unix_ms expires_at) {
  auto& b = bookings_.at(id);
  if (b.expires_at != 0) lapses_.erase({b.expires_at, id});
  b.expires_at = expires_at;
  if (expires_at != 0) lapses_.emplace(expires_at, id);
}

void claims_ledger::end(const std::string& id) {
  auto& b = bookings_.at(id);
  count(b, -1);
  if (b.expires_at != 0) lapses_.erase({b.expires_at, id});
  b.gone = true;
}

void claims_ledger::count(booking& b, int sign) {
  if (b.counted == (sign > 0)) return;
  b.counted = sign > 0;
  for (const auto& c : b.claims) {
    auto& steps = spots_[c.spot].steps;
    if ((steps[c.begin] += sign * c.quantity) == 0) steps.erase(c.begin);
    if ((steps[c.end] -= sign * c.quantity) == 0) steps.erase(c.end);
    touched_.push_back(c.spot);
  }
}

void claims_ledger::let_lapse(unix_ms at) {
  for (auto it = lapses_.begin(); it != lapses_.end() && it->first <= at; it = lapses_.erase(it)) count(bookings_.at(it->second), -1);
}

void claims_ledger::apply_event(const SpotBlockEvent& event, unix_ms at, std::vector<std::string>& wrong) {
  const auto known = [&](const std::string& id) -> booking* {
    const auto it = bookings_.find(id);
    if (it != bookings_.end()) return &it->second;
    wrong.push_back("an event speaks of booking " + id + ", which was never made");
    return nullptr;
  };
  switch (event.kind_case()) {
    case SpotBlockEvent::kApplied:
      for (auto& [label, s] : spots_) s.capacity = 0;
      for (const auto& s : event.applied().definition().spots()) {
        spots_[s.label()].capacity = std::max<std::uint32_t>(1, s.capacity());
        touched_.push_back(s.label());
      }
      break;
    case SpotBlockEvent::kOpenSet:
      break;
    case SpotBlockEvent::kManualOccupationSet: {
      const auto& e = event.manual_occupation_set();
      spots_[e.spot()].occupied = e.occupied();
      spots_[e.spot()].additional = e.additional();
      touched_.push_back(e.spot());
      break;
    }
    case SpotBlockEvent::kHoldPlaced: {
      const auto& e = event.hold_placed();
      make(e.booking_id(), e.expires_at_ms(), wrong);
      take(e.booking_id(), e.spots(), e.interval());
      break;
    }
    case SpotBlockEvent::kHoldExtended:
      if (known(event.hold_extended().booking_id())) set_expiry(event.hold_extended().booking_id(), event.hold_extended().expires_at_ms());
      break;
    case SpotBlockEvent::kHoldChanged:
      if (auto* b = known(event.hold_changed().booking_id())) {
        v1::Interval same;
        if (!b->claims.empty()) {
          same.set_begin_ms(b->claims.front().begin);
          same.set_end_ms(b->claims.front().end);
        }
        take(event.hold_changed().booking_id(), event.hold_changed().spots(), same);
      }
      break;
    case SpotBlockEvent::kHoldReleased:
      if (known(event.hold_released().booking_id())) end(event.hold_released().booking_id());
      break;
    case SpotBlockEvent::kHoldExpired:
      if (auto* b = known(event.hold_expired().booking_id())) {
        if (b->expires_at == 0 || b->expires_at > at)
          wrong.push_back("booking " + event.hold_expired().booking_id() + " expired before its time");
        end(event.hold_expired().booking_id());
      }
      break;
    case SpotBlockEvent::kConfirmed:
      if (auto* b = known(event.confirmed().booking_id())) {
        if (!live(*b, at)) wrong.push_back("booking " + event.confirmed().booking_id() + " was confirmed after its hold had lapsed");
        count(*b, +1);
        set_expiry(event.confirmed().booking_id(), 0);
        b->confirmed = true;
      }
      break;
    case SpotBlockEvent::kReserved: {
      const auto& e = event.reserved();
      make(e.booking_id(), e.expires_at_ms(), wrong);
      break;
    }
    case SpotBlockEvent::kEmailConfirmed: {
      const auto& e = event.email_confirmed();
      if (auto* b = known(e.booking_id())) {
        if (++b->emails_confirmed > 1) wrong.push_back("the confirmation token of " + e.booking_id() + " was accepted twice");
        if (!e.confirmed()) break;
        if (!live(*b, at)) wrong.push_back("reservation " + e.booking_id() + " was confirmed after it had lapsed");
        set_expiry(e.booking_id(), 0);
        b->confirmed = true;
        take(e.booking_id(), e.spots(), e.interval());
      }
      break;
    }
    case SpotBlockEvent::kReservationExpired:
      if (known(event.reservation_expired().booking_id())) end(event.reservation_expired().booking_id());
      break;
    case SpotBlockEvent::kCancelled:
      if (auto* b = known(event.cancelled().booking_id())) {
        end(event.cancelled().booking_id());
        b->confirmed = false;
      }
      break;
    case SpotBlockEvent::kCheckedIn:
      if (auto* b = known(event.checked_in().booking_id())) {
        if (std::exchange(b->checked_in, true)) wrong.push_back("booking " + event.checked_in().booking_id() + " was checked in twice");
        if (!b->confirmed) wrong.push_back("booking " + event.checked_in().booking_id() + " was checked in without being confirmed");
      }
      break;
    case SpotBlockEvent::KIND_NOT_SET:
      wrong.emplace_back("an event of an unknown kind: written by a newer program?");
      break;
  }
}

void claims_ledger::check_capacity(std::vector<std::string>& wrong) const {
  auto labels = touched_;
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  for (const auto& label : labels) {
    const auto& s = spots_.at(label);
    const auto capacity = s.capacity + s.additional - s.occupied;
    if (const auto most = most_taken(s); most > capacity)
      wrong.push_back("spot " + label + " is sold " + std::to_string(most) + " times, its capacity is " + std::to_string(capacity));
  }
}

std::vector<std::string> claims_ledger::overdue_holds(unix_ms now) const {
  std::vector<std::string> out;
  for (const auto& [id, b] : bookings_)
    if (!b.gone && b.expires_at != 0 && b.expires_at <= now) out.push_back(id + " " + std::to_string(b.expires_at));
  return out;
}

std::int64_t claims_ledger::most_taken(const spot& s) {
  std::int64_t taken = 0, most = 0;
  for (const auto& [when, change] : s.steps) most = std::max(most, taken += change);
  return most;
}

std::int64_t claims_ledger::free_of(const std::string& label) const {
  const auto it = spots_.find(label);
  if (it == spots_.end()) return 0;
  const auto& s = it->second;
  return std::max<std::int64_t>(0, s.capacity + s.additional - s.occupied - most_taken(s));
}

bool claims_ledger::ended(const std::string& booking) const {
  const auto it = bookings_.find(booking);
  return it != bookings_.end() && it->second.gone;
}

claims_ledger::figures claims_ledger::count() const {
  figures out;
  out.bookings = bookings_.size();
  for (const auto& [id, b] : bookings_) {
    if (b.confirmed && !b.gone) ++out.confirmed;
    if (!b.gone) out.claims += b.claims.size();
  }
  return out;
}

}  // namespace holdfast::audit
