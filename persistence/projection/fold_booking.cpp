// What each event does to the row of the booking it names. Follows the block's own record of a booking step by step; a property test
// holds the two against each other.
#include "persistence/projection/fold.hpp"
#include "persistence/read_model.hpp"

namespace holdfast::persistence {
namespace {

using google::protobuf::RepeatedPtrField;

std::uint32_t total(const RepeatedPtrField<v1::SpotQuantity>& spots) {
  std::uint32_t sum = 0;
  for (const auto& spot : spots) sum += spot.quantity();
  return sum;
}

void confirm(v1::BookingView& view, unix_ms at_ms) {
  view.set_status(v1::BOOKING_CONFIRMED);
  view.set_confirmed_at_ms(at_ms);
  view.clear_expires_at_ms();
}

void apply(booking_record& row, const v1::HoldPlaced& e, const entry_facts& entry) {
  auto& view = row.view;
  view.set_booking_id(e.booking_id());
  view.set_status(v1::BOOKING_HELD);
  *view.mutable_spots() = e.spots();
  if (e.has_interval()) *view.mutable_interval() = e.interval();
  view.set_quantity(total(e.spots()));
  *view.mutable_total() = e.total();
  view.set_created_at_ms(entry.at_ms);
  view.set_expires_at_ms(e.expires_at_ms());
  view.set_party(e.party());
  view.set_assigned(e.assigned());
  view.set_adjacent(e.adjacent());
  view.set_access_nonce(e.access().nonce());
}

void apply(booking_record& row, const v1::HoldExtended& e, const entry_facts&) { row.view.set_expires_at_ms(e.expires_at_ms()); }

void apply(booking_record& row, const v1::HoldChanged& e, const entry_facts&) {
  *row.view.mutable_spots() = e.spots();
  row.view.set_quantity(total(e.spots()));
  *row.view.mutable_total() = e.total();
}

void apply(booking_record& row, const v1::HoldReleased&, const entry_facts& entry) {
  row.view.set_status(v1::BOOKING_CANCELLED);
  row.view.set_cancelled_at_ms(entry.at_ms);
}

void apply(booking_record& row, const v1::HoldExpired&, const entry_facts&) { row.view.set_status(v1::BOOKING_EXPIRED); }

void apply(booking_record& row, const v1::BookingConfirmed& e, const entry_facts& entry) {
  confirm(row.view, entry.at_ms);
  *row.view.mutable_contact() = e.contact();
  row.view.set_confirmation_code(e.confirmation_code());
  row.view.set_check_in_nonce(e.check_in().nonce());
  row.view.set_confirm_email_nonce(e.confirm_email().nonce());
}

void apply(booking_record& row, const v1::ReservationPlaced& e, const entry_facts& entry) {
  auto& view = row.view;
  view.set_booking_id(e.booking_id());
  view.set_status(v1::BOOKING_PENDING_EMAIL);
  view.set_quantity(e.party_size());
  *view.mutable_contact() = e.contact();
  view.set_confirmation_code(e.confirmation_code());
  *view.mutable_total() = e.total();
  view.set_created_at_ms(entry.at_ms);
  view.set_expires_at_ms(e.expires_at_ms());
  view.set_access_nonce(e.access().nonce());
  view.set_confirm_email_nonce(e.confirm_email().nonce());
  view.set_check_in_nonce(e.check_in().nonce());
}

void apply(booking_record& row, const v1::EmailConfirmed& e, const entry_facts& entry) {
  row.view.set_email_confirmed(true);
  row.user_id = user_id_for(entry.tenant, row.view.contact().email());
  if (!e.confirmed()) return;
  confirm(row.view, entry.at_ms);
  *row.view.mutable_spots() = e.spots();
  if (e.has_interval()) *row.view.mutable_interval() = e.interval();
}

void apply(booking_record& row, const v1::ReservationExpired&, const entry_facts&) { row.view.set_status(v1::BOOKING_EXPIRED); }

void apply(booking_record& row, const v1::BookingCancelled&, const entry_facts& entry) {
  row.view.set_status(v1::BOOKING_CANCELLED);
  row.view.set_cancelled_at_ms(entry.at_ms);
}

void apply(booking_record& row, const v1::BookingCheckedIn& e, const entry_facts& entry) {
  row.view.set_status(v1::BOOKING_CHECKED_IN);
  row.view.set_checked_in_at_ms(entry.at_ms);
  row.view.set_checked_in_gate(e.gate());
  row.view.set_checked_in_by(e.by());
}

/// Calls `f` with the event when it is one of a booking.
template <class F>
bool with_booking_event(const v1::SpotBlockEvent& event, F f) {
  switch (event.kind_case()) {
    case v1::SpotBlockEvent::kHoldPlaced: return f(event.hold_placed()), true;
    case v1::SpotBlockEvent::kHoldExtended: return f(event.hold_extended()), true;
    case v1::SpotBlockEvent::kHoldChanged: return f(event.hold_changed()), true;
    case v1::SpotBlockEvent::kHoldReleased: return f(event.hold_released()), true;
    case v1::SpotBlockEvent::kHoldExpired: return f(event.hold_expired()), true;
    case v1::SpotBlockEvent::kConfirmed: return f(event.confirmed()), true;
    case v1::SpotBlockEvent::kReserved: return f(event.reserved()), true;
    case v1::SpotBlockEvent::kEmailConfirmed: return f(event.email_confirmed()), true;
    case v1::SpotBlockEvent::kReservationExpired: return f(event.reservation_expired()), true;
    case v1::SpotBlockEvent::kCancelled: return f(event.cancelled()), true;
    case v1::SpotBlockEvent::kCheckedIn: return f(event.checked_in()), true;
    case v1::SpotBlockEvent::kApplied:
    case v1::SpotBlockEvent::kOpenSet:
    case v1::SpotBlockEvent::kManualOccupationSet:
    case v1::SpotBlockEvent::KIND_NOT_SET: return false;
  }
  return false;
}

}  // namespace

std::string_view booking_of(const v1::SpotBlockEvent& event) {
  std::string_view id;
  with_booking_event(event, [&id](const auto& e) { id = e.booking_id(); });
  return id;
}

bool fold_booking(std::optional<booking_record>& row, const v1::SpotBlockEvent& event, const entry_facts& entry) {
  return with_booking_event(event, [&](const auto& e) {
    if (!row) row.emplace();
    apply(*row, e, entry);
    row->view.set_version(entry.version);
  });
}

}  // namespace holdfast::persistence
