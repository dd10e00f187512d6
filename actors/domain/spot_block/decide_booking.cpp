// A booking after it was made: cancelled, checked in, read; and everything that lapses by itself.
#include <algorithm>

#include "actors/domain/planted.hpp"
#include "actors/domain/spot_block/spot_block.hpp"
#include "actors/domain/validation.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::block {
namespace {

bool checked_in(const booking& b) noexcept { return b.arrived != nullptr; }

/// 0 begins and ends stand for "no bound on this side".
bool door_open(const stretch& when, const terms& rules, unix_ms now) noexcept {
  const auto end = when.until();
  const auto closes = end == forever ? forever : end + rules.check_in_closes_after;
  return now >= when.begin - rules.check_in_opens_before && now < closes;
}

}  // namespace

outcome spot_block::decide_cancel(const v1::CancelBooking& command, unix_ms now) const {
  if (command.actor() != v1::ACTOR_GUEST && command.actor() != v1::ACTOR_STAFF) return reject(v1::FORBIDDEN);
  const bool guest = command.actor() == v1::ACTOR_GUEST;
  const auto* b = guest ? find_own(command.booking_id(), command.access_sha256()) : find(command.booking_id());
  if (b == nullptr) return reject(v1::NOT_FOUND);
  field_errors errors;
  check_optional(errors, "reason", command.reason());
  if (errors.any()) return errors.take();
  if (b->over() || b->lapsed(now)) return reject(v1::INVALID_STATE, "the booking is over");
  if (checked_in(*b)) return reject(v1::INVALID_STATE, "the booking is checked in");
  const auto& when = b->when.whole ? terms_.frame : b->when;
  if (guest && b->status == v1::BOOKING_CONFIRMED && when.begin != 0 && now >= when.begin - terms_.cancel_until_before_start) {
    auto late = reject(v1::CANCEL_TOO_LATE);
    late.set_at_ms(when.begin - terms_.cancel_until_before_start);
    return late;
  }
  v1::Entry out;
  auto& event = *out.add_block()->mutable_cancelled();
  event.set_booking_id(command.booking_id());
  event.set_actor(command.actor());
  event.set_reason(command.reason());
  return out;
}

outcome spot_block::decide_check_in(const v1::CheckIn& command, unix_ms now) const {
  const auto* b = find(command.booking_id());
  if (b == nullptr) return reject(v1::TICKET_INVALID);
  if (!command.token_sha256().empty() && !b->check_in.matches(command.token_sha256())) return reject(v1::TICKET_INVALID);
  field_errors errors;
  check_required(errors, "gate", command.gate());
  check_optional(errors, "by", command.by());
  if (errors.any()) return errors.take();
  if (checked_in(*b)) {
    auto second = reject(v1::ALREADY_CHECKED_IN);
    second.set_at_ms(b->arrived->at);
    second.set_where(b->arrived->gate);
    return second;
  }
  if (b->status != v1::BOOKING_CONFIRMED) return reject(v1::NOT_CONFIRMED);
  if (!door_open(b->when.whole ? terms_.frame : b->when, terms_, now)) return reject(v1::CHECK_IN_CLOSED);
  v1::Entry out;
  auto& event = *out.add_block()->mutable_checked_in();
  event.set_booking_id(command.booking_id());
  event.set_gate(command.gate());
  event.set_by(command.by());
  return out;
}

outcome spot_block::decide_get(const v1::GetBooking& command) const {
  const auto* b = command.actor() == v1::ACTOR_STAFF ? find(command.booking_id()) : find_own(command.booking_id(), command.access_sha256());
  if (b == nullptr) return reject(v1::NOT_FOUND);
  return v1::Entry{};
}

/// Holds and reservations in the order in which they lapsed.
outcome spot_block::decide_expire(unix_ms now) const {
  v1::Entry out;
  auto hold = book_.holds().begin();
  const auto holds_end = planted().lost_hold_expiry ? hold : book_.holds().end();
  auto reservation = book_.reservations().begin();
  const auto reservations_end = book_.reservations().end();
  for (int i = 0; i < lapsed_per_tick_max; ++i) {
    const bool any_hold = hold != holds_end && hold->at <= now;
    const bool any_reservation = reservation != reservations_end && reservation->at <= now;
    if (!any_hold && !any_reservation) break;
    const bool hold_first = any_hold && (!any_reservation || *hold < *reservation);
    expire(hold_first ? *(hold++)->who : *(reservation++)->who, out);
  }
  return out;
}

v1::Command spot_block::tick() const {
  v1::Command out;
  out.set_entity_id(block_entity(tenant_, id_).value);
  out.mutable_expire_due();
  return out;
}

}  // namespace holdfast::domain::block
