// Holds: a claim that expires, and what becomes of it. A hold whose time has passed is free for everybody else at that moment and
// can no longer be confirmed, extended or changed, even if nobody took its spots and no tick has said so.
#include <algorithm>

#include "actors/domain/spot_block/requests.hpp"
#include "actors/domain/spot_block/spot_block.hpp"
#include "actors/domain/validation.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::block {
namespace {

v1::Rejection hold_expired(const booking& b) {
  auto out = reject(v1::HOLD_EXPIRED);
  out.set_at_ms(b.expires_at);
  return out;
}

/// Why a booking is no longer a hold that can be worked with; empty when it is one.
std::optional<v1::Rejection> not_held(const booking& b, unix_ms now) {
  if (b.held() && !b.lapsed(now)) return std::nullopt;
  if (!b.reserved && (b.held() || b.status == v1::BOOKING_EXPIRED)) return hold_expired(b);
  return reject(v1::INVALID_STATE, "not a hold");
}

void write_spots(const spot_table& table, const std::vector<claim>& claims, google::protobuf::RepeatedPtrField<v1::SpotQuantity>& out) {
  out.Reserve(static_cast<int>(claims.size()));
  for (const auto& c : claims) {
    auto& s = *out.Add();
    s.set_spot(std::string(table.label(c.spot)));
    s.set_quantity(c.quantity);
  }
}

bool keeps(const booking& b, const want& w) {
  return std::any_of(b.claims.begin(), b.claims.end(), [&](const claim& c) { return c.spot == w.spot && c.quantity >= w.quantity; });
}

v1::Rejection too_expensive() { return reject_field("quantity", "range", "the total price is too large"); }

}  // namespace

outcome spot_block::decide_place(const v1::PlaceHold& command, unix_ms now) const {
  if (auto errors = check_place(command, id_); errors.any()) return errors.take();
  v1::Entry out;
  if (auto refusal = place(command, now, out)) return std::move(*refusal);
  return out;
}

outcome spot_block::decide_book(const v1::Book& command, unix_ms now) const {
  auto errors = check_place(command.hold(), id_);
  check_contact(errors, command.contact());
  check_confirmation(errors, command.confirmation_code(), command.check_in(), command.confirm_email());
  if (errors.any()) return errors.take();
  v1::Entry out;
  if (auto refusal = place(command.hold(), now, out)) return std::move(*refusal);
  auto& event = *out.add_block()->mutable_confirmed();
  event.set_booking_id(command.hold().booking_id());
  *event.mutable_contact() = command.contact();
  event.set_confirmation_code(command.confirmation_code());
  *event.mutable_check_in() = command.check_in();
  if (command.has_confirm_email()) *event.mutable_confirm_email() = command.confirm_email();
  return out;
}

std::optional<v1::Rejection> spot_block::place(const v1::PlaceHold& command, unix_ms now, v1::Entry& out) const {
  const bool by_platform = command.has_assign();
  if (terms_.flow == v1::FLOW_PERFORMANCE || by_platform != (terms_.flow == v1::FLOW_GROUP)) return reject(v1::FLOW_MISMATCH);
  auto asked = read_request(command, table_, terms_);
  if (asked.errors.any()) return asked.errors.take();
  if (find(command.booking_id()) != nullptr) return reject(v1::ALREADY_EXISTS, "a booking of this id");
  if (!bookable(now) || asked.when.until() <= now) return reject(v1::BOOKING_CLOSED);

  bool adjacent = false;
  if (by_platform) {
    const auto vacancy = find_vacancy(table_, book_, asked.category, asked.when, now);
    auto chosen = assign(vacancy, table_.row_starts(), spots_of_party(command, asked.when, now), asked.quantity);
    if (!chosen) return sold_out(asked.category, vacancy.total(), asked.quantity, asked.when, now);
    asked.claims = std::move(chosen->spots);
    adjacent = chosen->adjacent;
  }
  const auto verdict = find_room(table_, book_, wants_of(asked.claims, asked.when), now);
  if (!verdict.short_of.empty()) return no_room(verdict.short_of, asked.claims, asked.when);
  const auto total = price(asked.claims);
  if (!total) return too_expensive();

  expire_first(verdict.lapsed, out);
  auto& event = *out.add_block()->mutable_hold_placed();
  event.set_booking_id(command.booking_id());
  write_spots(table_, asked.claims, *event.mutable_spots());
  event.mutable_interval()->set_begin_ms(asked.when.begin);
  event.mutable_interval()->set_end_ms(asked.when.end);
  event.set_expires_at_ms(now + std::min(terms_.hold_ttl, terms_.hold_life_max));
  *event.mutable_access() = command.access();
  event.set_party(by_platform && !command.assign().party().empty() ? command.assign().party() : command.party());
  event.mutable_total()->set_minor(*total);
  event.mutable_total()->set_currency(terms_.currency);
  event.set_assigned(by_platform);
  event.set_adjacent(adjacent);
  return std::nullopt;
}

spot_set spot_block::spots_of_party(const v1::PlaceHold& command, const stretch& when, unix_ms now) const {
  spot_set out;
  for (const auto* b : book_.party(command.assign().party().empty() ? command.party() : command.assign().party())) {
    if (b->lapsed(now) || !overlap(b->when, when)) continue;
    for (const auto& c : b->claims)
      if (c.spot < spots_max) out.set(c.spot);
  }
  return out;
}

outcome spot_block::decide_extend(const v1::ExtendHold& command, unix_ms now) const {
  const auto* b = find_own(command.booking_id(), command.access_sha256());
  if (b == nullptr) return reject(v1::NOT_FOUND);
  if (auto refusal = not_held(*b, now)) return std::move(*refusal);
  const auto until = std::min(now + terms_.hold_ttl, b->created_at + terms_.hold_life_max);
  if (until <= b->expires_at) {
    auto limit = reject(v1::HOLD_LIMIT);
    limit.set_at_ms(b->expires_at);
    return limit;
  }
  v1::Entry out;
  auto& event = *out.add_block()->mutable_hold_extended();
  event.set_booking_id(command.booking_id());
  event.set_expires_at_ms(until);
  return out;
}

outcome spot_block::decide_change(const v1::ChangeHold& command, unix_ms now) const {
  const auto* b = find_own(command.booking_id(), command.access_sha256());
  if (b == nullptr) return reject(v1::NOT_FOUND);
  if (terms_.flow != v1::FLOW_SPOT) return reject(v1::FLOW_MISMATCH);
  auto asked = read_spots(command.spots(), table_, terms_);
  if (asked.errors.any()) return asked.errors.take();
  if (auto refusal = not_held(*b, now)) return std::move(*refusal);
  if (!bookable(now)) return reject(v1::BOOKING_CLOSED);
  v1::Entry out;
  if (same_claims(asked.claims, b->claims)) return out;
  auto wants = wants_of(asked.claims, b->when);
  for (auto& w : wants)
    if (keeps(*b, w)) w.capacity = table_[w.spot].sellable;  // closed meanwhile, but theirs already
  const auto verdict = find_room(table_, book_, wants, now, b);
  if (!verdict.short_of.empty()) return no_room(verdict.short_of, asked.claims, b->when);
  const auto total = price(asked.claims);
  if (!total) return too_expensive();
  expire_first(verdict.lapsed, out);
  auto& event = *out.add_block()->mutable_hold_changed();
  event.set_booking_id(command.booking_id());
  write_spots(table_, asked.claims, *event.mutable_spots());
  event.mutable_total()->set_minor(*total);
  event.mutable_total()->set_currency(terms_.currency);
  return out;
}

/// Giving up twice, or what has lapsed, is fine: it is gone either way.
outcome spot_block::decide_release(const v1::ReleaseHold& command, unix_ms now) const {
  const auto* b = find_own(command.booking_id(), command.access_sha256());
  if (b == nullptr) return reject(v1::NOT_FOUND);
  v1::Entry out;
  if (b->held()) {
    if (b->lapsed(now)) {
      expire(*b, out);
    } else {
      out.add_block()->mutable_hold_released()->set_booking_id(command.booking_id());
    }
    return out;
  }
  if (b->over() && b->confirmed_at == 0 && !b->reserved) return out;
  return reject(v1::INVALID_STATE, "not a hold");
}

outcome spot_block::decide_confirm(const v1::ConfirmHold& command, unix_ms now) const {
  const auto* b = find_own(command.booking_id(), command.access_sha256());
  if (b == nullptr) return reject(v1::NOT_FOUND);
  field_errors errors;
  check_contact(errors, command.contact());
  check_confirmation(errors, command.confirmation_code(), command.check_in(), command.confirm_email());
  if (errors.any()) return errors.take();
  if (auto refusal = not_held(*b, now)) return std::move(*refusal);
  v1::Entry out;
  auto& event = *out.add_block()->mutable_confirmed();
  event.set_booking_id(command.booking_id());
  *event.mutable_contact() = command.contact();
  event.set_confirmation_code(command.confirmation_code());
  *event.mutable_check_in() = command.check_in();
  if (command.has_confirm_email()) *event.mutable_confirm_email() = command.confirm_email();
  return out;
}

}  // namespace holdfast::domain::block
