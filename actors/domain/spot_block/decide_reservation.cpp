// Performances: a reservation waits for its e-mail and takes nothing; the seats are decided when the link is followed.
#include "actors/domain/planted.hpp"
#include "actors/domain/spot_block/requests.hpp"
#include "actors/domain/spot_block/spot_block.hpp"
#include "actors/domain/validation.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::block {
namespace {

constexpr std::uint32_t house = 0;  // a performance has one spot

bool over(const stretch& frame, unix_ms now) noexcept { return frame.until() <= now; }

}  // namespace

outcome spot_block::decide_reserve(const v1::Reserve& command, unix_ms now) const {
  if (terms_.flow != v1::FLOW_PERFORMANCE) return reject(v1::FLOW_MISMATCH);
  field_errors errors;
  check_booking_id(errors, command.booking_id(), id_);
  if (command.party_size() == 0 || command.party_size() > terms_.spots_per_booking_max)
    errors.add("quantity", "range", "between 1 and " + std::to_string(terms_.spots_per_booking_max));
  check_contact(errors, command.contact());
  check_digest(errors, "access", command.access());
  check_digest(errors, "confirmEmail", command.confirm_email());
  check_confirmation(errors, command.confirmation_code(), command.check_in(), command.confirm_email());
  if (errors.any()) return errors.take();
  if (find(command.booking_id()) != nullptr) return reject(v1::ALREADY_EXISTS, "a booking of this id");
  if (!bookable(now) || over(terms_.frame, now)) return reject(v1::BOOKING_CLOSED);
  const auto left = table_[house].room(terms_.frame);
  if (command.party_size() > left) return full_house(left);
  if (book_.reservations().size() >= reservations_max) return reject(v1::OVERLOADED, "too many reservations wait for their e-mail");
  const auto total = price({{house, command.party_size()}});
  if (!total) return reject_field("quantity", "range", "the total price is too large");

  v1::Entry out;
  auto& event = *out.add_block()->mutable_reserved();
  event.set_booking_id(command.booking_id());
  event.set_party_size(command.party_size());
  *event.mutable_contact() = command.contact();
  *event.mutable_access() = command.access();
  *event.mutable_confirm_email() = command.confirm_email();
  *event.mutable_check_in() = command.check_in();
  event.set_confirmation_code(command.confirmation_code());
  event.set_expires_at_ms(now + terms_.email_confirm_ttl);
  event.mutable_confirm_email()->set_expires_at_ms(event.expires_at_ms());  // the link lives as long as what it confirms
  event.mutable_total()->set_minor(*total);
  event.mutable_total()->set_currency(terms_.currency);
  return out;
}

outcome spot_block::decide_confirm_email(const v1::ConfirmEmail& command, unix_ms now) const {
  const auto* b = find(command.booking_id());
  if (b == nullptr || !b->confirm_email.matches(command.token_sha256())) return reject(v1::TOKEN_INVALID);
  const auto& token = b->confirm_email;
  if (token.used_at != 0 && !planted().reused_token) {
    auto used = reject(v1::TOKEN_USED);
    used.set_at_ms(token.used_at);
    return used;
  }
  const bool too_late = (token.expires_at != 0 && token.expires_at <= now) || b->lapsed(now) || b->status == v1::BOOKING_EXPIRED;
  if (too_late && token.used_at == 0) {
    auto expired = reject(v1::TOKEN_EXPIRED);
    expired.set_at_ms(token.expires_at != 0 ? token.expires_at : b->expires_at);
    return expired;
  }
  if (b->over()) return reject(v1::INVALID_STATE, "the booking was cancelled");
  if (b->pending()) return admit(*b, now);
  v1::Entry out;
  out.add_block()->mutable_email_confirmed()->set_booking_id(command.booking_id());
  return out;
}

/// A refusal leaves the reservation waiting and its link unused: somebody may cancel before it expires.
outcome spot_block::admit(const booking& b, unix_ms now) const {
  if (!open_ || over(terms_.frame, now)) return reject(v1::BOOKING_CLOSED);
  const std::vector<claim> seats{{house, b.quantity}};
  const auto verdict = find_room(table_, book_, wants_of(seats, terms_.frame), now);
  if (!verdict.short_of.empty()) return full_house(verdict.short_of.front().left);
  v1::Entry out;
  expire_first(verdict.lapsed, out);
  auto& event = *out.add_block()->mutable_email_confirmed();
  event.set_booking_id(booking_id(b));
  event.set_confirmed(true);
  auto& taken = *event.add_spots();
  taken.set_spot(std::string(table_.label(house)));
  taken.set_quantity(b.quantity);
  event.mutable_interval()->set_begin_ms(terms_.frame.begin);
  event.mutable_interval()->set_end_ms(terms_.frame.end);
  return out;
}

}  // namespace holdfast::domain::block
