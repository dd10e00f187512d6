#include "tests/domain/claims_model.hpp"

#include <algorithm>

namespace holdfast::domain::testing {
namespace {

constexpr unix_ms never_lapsed = 0;  // "as the events stand": nothing has lapsed at the beginning of time

bool covers(unix_ms begin, unix_ms end, unix_ms at) { return begin <= at && (end == 0 || at < end); }

}  // namespace

void claims_model::read(const v1::Entry& entry) {
  for (const auto& e : entry.block()) {
    read(e, entry.at_ms());
  }
  check_capacity();
}

void claims_model::read(const v1::SpotBlockEvent& e, unix_ms at) {
  if (e.has_applied()) {
    const auto old_begin = frame_begin;
    const auto old_end = frame_end;
    frame_begin = e.applied().definition().frame().begin_ms();
    frame_end = e.applied().definition().frame().end_ms();
    defined.clear();
    for (const auto& s : e.applied().definition().spots()) defined[s.label()] = s.capacity();
    std::erase_if(staff, [&](const auto& known) { return !defined.contains(known.first); });
    for (auto& [id, b] : bookings)
      if (b.begin == old_begin && b.end == old_end) b.begin = frame_begin, b.end = frame_end;
  } else if (e.has_manual_occupation_set()) {
    staff[e.manual_occupation_set().spot()] = {e.manual_occupation_set().occupied(), e.manual_occupation_set().additional()};
  } else if (e.has_hold_placed()) {
    auto& b = bookings[e.hold_placed().booking_id()];
    if (!b.spots.empty()) complain("placed twice");
    for (const auto& s : e.hold_placed().spots()) b.spots[s.spot()] += s.quantity();
    b.begin = e.hold_placed().interval().begin_ms();
    b.end = e.hold_placed().interval().end_ms();
    b.expires = e.hold_placed().expires_at_ms();
    if (b.expires <= at) complain("a hold that was never alive");
  } else if (e.has_hold_extended()) {
    auto& b = bookings[e.hold_extended().booking_id()];
    if (b.how != state::held || b.expires <= at) complain("extended after expiry");
    b.expires = e.hold_extended().expires_at_ms();
  } else if (e.has_hold_changed()) {
    auto& b = bookings[e.hold_changed().booking_id()];
    if (b.how != state::held || b.expires <= at) complain("changed after expiry");
    b.spots.clear();
    for (const auto& s : e.hold_changed().spots()) b.spots[s.spot()] += s.quantity();
  } else if (e.has_confirmed()) {
    auto& b = bookings[e.confirmed().booking_id()];
    if (b.how != state::held || b.expires <= at) complain("confirmed after expiry");
    b.how = state::taken;
  } else if (e.has_reserved()) {
    auto& b = bookings[e.reserved().booking_id()];
    b.how = state::pending;
    b.people = e.reserved().party_size();
    b.begin = frame_begin;
    b.end = frame_end;
    b.expires = e.reserved().expires_at_ms();
  } else if (e.has_email_confirmed()) {
    auto& b = bookings[e.email_confirmed().booking_id()];
    if (b.people == ~0U) complain("a used token was accepted again");
    if (b.how == state::pending && b.expires <= at) complain("an expired token was accepted");
    if (b.how == state::pending)
      for (const auto& s : e.email_confirmed().spots()) b.spots[s.spot()] += s.quantity();
    b.people = ~0U;
    b.how = state::taken;
  } else if (e.has_hold_released()) {
    finish(e.hold_released().booking_id(), state::held, state::held, "released");
  } else if (e.has_hold_expired()) {
    if (bookings[e.hold_expired().booking_id()].expires > at) complain("a hold expired before its time");
    finish(e.hold_expired().booking_id(), state::held, state::held, "expired");
  } else if (e.has_reservation_expired()) {
    if (bookings[e.reservation_expired().booking_id()].expires > at) complain("a reservation expired before its time");
    finish(e.reservation_expired().booking_id(), state::pending, state::pending, "expired");
  } else if (e.has_cancelled()) {
    auto& b = bookings[e.cancelled().booking_id()];
    if (b.how == state::over) complain("cancelled twice");
    b.how = state::over;
  }
}

void claims_model::finish(const std::string& id, state before_a, state before_b, const char* what) {
  auto& b = bookings[id];
  if (b.how != before_a && b.how != before_b) complain(std::string(what) + " from another state");
  b.how = state::over;
}

std::uint32_t claims_model::capacity(const std::string& spot) const {
  const auto d = defined.find(spot);
  if (d == defined.end()) return 0;
  const auto s = staff.find(spot);
  const auto [occupied, additional] = s == staff.end() ? std::pair{0U, 0U} : s->second;
  const auto all = d->second + additional;
  return all > occupied ? all - occupied : 0;
}

std::uint32_t claims_model::claimed(const std::string& spot, unix_ms at, unix_ms now, const std::string& except) const {
  std::uint32_t sum = 0;
  for (const auto& [id, b] : bookings) {
    if (id == except || b.how == state::over || b.how == state::pending) continue;
    if (b.how == state::held && b.expires <= now) continue;
    const auto s = b.spots.find(spot);
    if (s != b.spots.end() && covers(b.begin, b.end, at)) sum += s->second;
  }
  return sum;
}

std::uint32_t claims_model::peak(const std::string& spot, unix_ms begin, unix_ms end, unix_ms now, const std::string& except) const {
  // The load only rises where something begins.
  auto most = claimed(spot, begin, now, except);
  for (const auto& [id, b] : bookings)
    if (covers(begin, end, b.begin)) most = std::max(most, claimed(spot, b.begin, now, except));
  return most;
}

bool claims_model::room(const std::map<std::string, std::uint32_t>& spots, unix_ms begin, unix_ms end, unix_ms now,
                        const std::string& except) const {
  return std::all_of(spots.begin(), spots.end(),
                     [&](const auto& s) { return peak(s.first, begin, end, now, except) + s.second <= capacity(s.first); });
}

std::uint32_t claims_model::free_of(const std::string& spot) const {
  const auto used = peak(spot, frame_begin, frame_end, never_lapsed, {});
  return capacity(spot) > used ? capacity(spot) - used : 0;
}

std::optional<unix_ms> claims_model::next_deadline() const {
  std::optional<unix_ms> next;
  for (const auto& [id, b] : bookings)
    if ((b.how == state::held || b.how == state::pending) && (!next || b.expires < *next)) next = b.expires;
  return next;
}

void claims_model::check_capacity() {
  // Also what has lapsed but was not yet said to be over counts: whoever takes its place must say so first.
  for (const auto& [spot, n] : defined)
    if (peak(spot, frame_begin, frame_end, never_lapsed, {}) > capacity(spot)) complain(spot + " is claimed beyond its capacity");
  for (const auto& [id, b] : bookings)
    if (b.how == state::held || b.how == state::taken)
      for (const auto& [spot, n] : b.spots)
        if (!defined.contains(spot)) complain(spot + " is claimed and does not exist");
}

}  // namespace holdfast::domain::testing
