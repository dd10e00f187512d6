// Events into state. Nothing here may refuse: what is in the journal happened.
#include "actors/domain/spot_block/spot_block.hpp"

namespace holdfast::domain::block {

void spot_block::evolve(const v1::Entry& entry, sequence at) {
  version_ = at;
  table_.begin_entry();
  for (const auto& event : entry.block()) on_event(event, entry.at_ms());
  book_.forget(entry.at_ms());
  table_.finish_entry();
}

void spot_block::on_event(const v1::SpotBlockEvent& event, unix_ms at) {
  using kind = v1::SpotBlockEvent::KindCase;
  switch (event.kind_case()) {
    case kind::kApplied:
      return on(event.applied());
    case kind::kOpenSet:
      open_ = event.open_set().open();
      return;
    case kind::kManualOccupationSet:
      return on(event.manual_occupation_set());
    case kind::kHoldPlaced:
      return on(event.hold_placed(), at);
    case kind::kHoldExtended:
      if (auto* b = find(event.hold_extended().booking_id())) book_.postpone(*b, event.hold_extended().expires_at_ms());
      return;
    case kind::kHoldChanged:
      return on(event.hold_changed());
    case kind::kHoldReleased:
      return on_ended(event.hold_released().booking_id(), v1::BOOKING_CANCELLED, at);
    case kind::kHoldExpired:
      return on_ended(event.hold_expired().booking_id(), v1::BOOKING_EXPIRED, at);
    case kind::kConfirmed:
      return on(event.confirmed(), at);
    case kind::kReserved:
      return on(event.reserved(), at);
    case kind::kEmailConfirmed:
      return on(event.email_confirmed(), at);
    case kind::kReservationExpired:
      return on_ended(event.reservation_expired().booking_id(), v1::BOOKING_EXPIRED, at);
    case kind::kCancelled:
      return on_ended(event.cancelled().booking_id(), v1::BOOKING_CANCELLED, at);
    case kind::kCheckedIn:
      if (auto* b = find(event.checked_in().booking_id())) {
        b->status = v1::BOOKING_CHECKED_IN;
        b->arrived = std::make_unique<arrival>(arrival{at, event.checked_in().gate(), event.checked_in().by()});
      }
      return;
    case kind::KIND_NOT_SET:
      return;
  }
}

booking* spot_block::find(std::string_view id) noexcept { return const_cast<booking*>(std::as_const(*this).find(id)); }

// ---- definition

void spot_block::on(const v1::BlockApplied& event) {
  digest_ = event.digest();
  define(event.definition());
  applied_ = true;
}

/// Bookings and occupations follow their spots by label; those of the whole frame follow the frame.
void spot_block::define(const v1::BlockDefinition& definition) {
  auto head = definition;
  head.clear_spots();
  head_ = head.SerializeAsString();
  terms_ = terms_of(definition);
  const auto before = std::move(table_);
  table_.define(definition);
  for (std::uint32_t i = 0; i < before.spots().size(); ++i) {
    const auto kept = before.staff(i);
    if (kept == staffing{}) continue;
    if (const auto index = table_.find(before.label(i))) table_.occupy(*index, kept);
  }
  // In order of creation, so that labels which only finished bookings still name get the same places in every replay.
  for (const auto* known : book_.in_order()) {
    auto& b = *book_.find(known->local);
    for (auto& c : b.claims) {
      const auto label = before.label(c.spot);
      const auto index = table_.find(label);
      c.spot = index ? *index : table_.retire(label);
    }
    if (b.when.whole) b.when = terms_.frame;
    b.when.whole = b.when.begin == terms_.frame.begin && b.when.end == terms_.frame.end;
    if (b.claiming()) claim_all(b);
  }
}

void spot_block::on(const v1::ManualOccupationSet& event) {
  if (const auto index = table_.find(event.spot())) table_.occupy(*index, {event.occupied(), event.additional()});
}

// ---- claims

std::vector<claim> spot_block::claims_of(const google::protobuf::RepeatedPtrField<v1::SpotQuantity>& spots) {
  std::vector<claim> out;
  out.reserve(static_cast<std::size_t>(spots.size()));
  for (const auto& s : spots) {
    const auto index = table_.find(s.spot());
    out.push_back({index ? *index : table_.retire(s.spot()), s.quantity()});
  }
  return out;
}

stretch spot_block::stretch_of(const v1::Interval& in) const noexcept {
  const bool whole = in.begin_ms() == terms_.frame.begin && in.end_ms() == terms_.frame.end;
  return {in.begin_ms(), in.end_ms(), whole};
}

void spot_block::claim_all(const booking& b) {
  for (const auto& c : b.claims) table_.claim(c.spot, b.when, b.how(), c.quantity);
}

void spot_block::unclaim_all(const booking& b) {
  for (const auto& c : b.claims) table_.unclaim(c.spot, b.when, b.how(), c.quantity);
}

namespace {

std::uint32_t total(const std::vector<claim>& claims) noexcept {
  std::uint32_t sum = 0;
  for (const auto& c : claims) sum += c.quantity;
  return sum;
}

std::string_view local_part(std::string_view booking_id) noexcept { return booking_id.substr(booking_id.rfind('.') + 1); }

}  // namespace

void spot_block::on(const v1::HoldPlaced& event, unix_ms at) {
  if (find(event.booking_id()) != nullptr) return;
  auto& b = book_.add(local_part(event.booking_id()));
  b.status = v1::BOOKING_HELD;
  b.claims = claims_of(event.spots());
  b.quantity = total(b.claims);
  b.when = stretch_of(event.interval());
  b.created_at = at;
  b.expires_at = event.expires_at_ms();
  b.access = to_secret(event.access());
  b.party = event.party();
  b.total_minor = event.total().minor();
  b.currency = event.total().currency();
  b.assigned = event.assigned();
  b.adjacent = event.adjacent();
  book_.file(b);
  claim_all(b);
}

void spot_block::on(const v1::HoldChanged& event) {
  auto* b = find(event.booking_id());
  if (b == nullptr || !b->held()) return;
  unclaim_all(*b);
  b->claims = claims_of(event.spots());
  b->quantity = total(b->claims);
  b->total_minor = event.total().minor();
  b->currency = event.total().currency();
  claim_all(*b);
}

void spot_block::on(const v1::BookingConfirmed& event, unix_ms at) {
  auto* b = find(event.booking_id());
  if (b == nullptr || !b->held()) return;
  unclaim_all(*b);
  book_.settle(*b, v1::BOOKING_CONFIRMED);
  claim_all(*b);
  b->confirmed_at = at;
  b->contact = event.contact().SerializeAsString();
  b->confirmation_code = event.confirmation_code();
  b->check_in = to_secret(event.check_in());
  b->confirm_email = to_secret(event.confirm_email());
}

void spot_block::on(const v1::ReservationPlaced& event, unix_ms at) {
  if (find(event.booking_id()) != nullptr) return;
  auto& b = book_.add(local_part(event.booking_id()));
  b.status = v1::BOOKING_PENDING_EMAIL;
  b.reserved = true;
  b.quantity = event.party_size();
  b.when = terms_.frame;
  b.created_at = at;
  b.expires_at = event.expires_at_ms();
  b.total_minor = event.total().minor();
  b.currency = event.total().currency();
  b.contact = event.contact().SerializeAsString();
  b.confirmation_code = event.confirmation_code();
  b.access = to_secret(event.access());
  b.confirm_email = to_secret(event.confirm_email());
  b.check_in = to_secret(event.check_in());
  book_.file(b);
}

void spot_block::on(const v1::EmailConfirmed& event, unix_ms at) {
  auto* b = find(event.booking_id());
  if (b == nullptr) return;
  b->confirm_email.used_at = at;
  b->email_confirmed = true;
  if (!event.confirmed() || !b->pending()) return;
  book_.settle(*b, v1::BOOKING_CONFIRMED);
  b->claims = claims_of(event.spots());
  b->when = stretch_of(event.interval());
  b->confirmed_at = at;
  claim_all(*b);
}

void spot_block::on_ended(std::string_view id, v1::BookingStatus status, unix_ms at) {
  auto* b = find(id);
  if (b == nullptr || b->over()) return;
  if (b->claiming()) unclaim_all(*b);
  if (status == v1::BOOKING_CANCELLED) b->cancelled_at = at;
  book_.end(*b, status, at);
}

}  // namespace holdfast::domain::block
