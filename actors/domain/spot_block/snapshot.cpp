// Complete state, in an order that does not depend on hash tables: equal states give equal bytes.
#include "actors/domain/spot_block/spot_block.hpp"

namespace holdfast::domain::block {

void spot_block::save(v1::EntitySnapshot& out) const {
  out.set_sequence(version_.value);
  auto& state = *out.mutable_block();
  if (!applied_) return;
  write_definition(*state.mutable_definition());
  state.set_digest(digest_);
  state.set_open(open_);
  for (const auto* b : book_.in_order()) {
    auto& stored = *state.add_bookings();
    view(*b, *stored.mutable_view());
    stored.mutable_view()->clear_version();
    stored.mutable_view()->clear_access_nonce();
    stored.mutable_view()->clear_confirm_email_nonce();
    stored.mutable_view()->clear_check_in_nonce();
    stored.mutable_view()->set_expires_at_ms(b->expires_at);
    if (b->access.given) to_message(b->access, v1::TOKEN_ACCESS, *stored.mutable_access());
    if (b->confirm_email.given) to_message(b->confirm_email, v1::TOKEN_CONFIRM_EMAIL, *stored.mutable_confirm_email());
    if (b->check_in.given) to_message(b->check_in, v1::TOKEN_CHECK_IN, *stored.mutable_check_in());
    stored.set_ended_at_ms(b->ended_at);
    stored.set_reserved(b->reserved);
  }
  for (std::uint32_t i = 0; i < table_.spots().size(); ++i) {
    const auto changed = table_.staff(i);
    if (changed == staffing{}) continue;
    auto& stored = *state.add_occupations();
    stored.set_spot(std::string(table_.label(i)));
    stored.set_occupied(changed.occupied);
    stored.set_additional(changed.additional);
  }
}

bool spot_block::restore(const v1::EntitySnapshot& in) {
  if (in.core_case() != v1::EntitySnapshot::kBlock) return false;
  const auto& state = in.block();
  *this = spot_block(std::string(tenant_), std::string(id_));
  version_ = {in.sequence()};
  if (!state.has_definition()) return true;
  if (state.definition().id() != id_) return false;
  define(state.definition());
  applied_ = true;
  digest_ = state.digest();
  open_ = state.open();
  for (const auto& stored : state.occupations())
    if (const auto index = table_.find(stored.spot())) table_.occupy(*index, {stored.occupied(), stored.additional()});
  for (const auto& stored : state.bookings()) restore_booking(stored);
  table_.finish_entry();
  return true;
}

void spot_block::restore_booking(const v1::StoredBooking& stored) {
  const auto& view = stored.view();
  auto& b = book_.add(std::string_view(view.booking_id()).substr(view.booking_id().rfind('.') + 1));
  b.status = view.status();
  b.reserved = stored.reserved();
  b.assigned = view.assigned();
  b.adjacent = view.adjacent();
  b.email_confirmed = view.email_confirmed();
  b.quantity = view.quantity();
  b.claims = claims_of(view.spots());
  b.when = stretch_of(view.interval());
  b.created_at = view.created_at_ms();
  b.expires_at = view.expires_at_ms();
  b.confirmed_at = view.confirmed_at_ms();
  b.cancelled_at = view.cancelled_at_ms();
  b.ended_at = stored.ended_at_ms();
  b.total_minor = view.total().minor();
  b.currency = view.total().currency();
  if (view.has_contact()) b.contact = view.contact().SerializeAsString();
  b.confirmation_code = view.confirmation_code();
  b.party = view.party();
  if (view.checked_in_at_ms() != 0)
    b.arrived = std::make_unique<arrival>(arrival{view.checked_in_at_ms(), view.checked_in_gate(), view.checked_in_by()});
  b.access = to_secret(stored.access());
  b.confirm_email = to_secret(stored.confirm_email());
  b.check_in = to_secret(stored.check_in());
  book_.file(b);
  if (b.claiming()) claim_all(b);
}

}  // namespace holdfast::domain::block
