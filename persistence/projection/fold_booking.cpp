// What each event does to the row of the booking it names. The block's own record of a booking is the model: what it ignores is ignored
// here too, and a property test holds the two against each other.
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

bool over(const v1::BookingView& view) { return view.status() == v1::BOOKING_CANCELLED || view.status() == v1::BOOKING_EXPIRED; }

void set_interval(v1::BookingView& view, const v1::Interval& interval) {
  view.mutable_interval()->set_begin_ms(interval.begin_ms());
  view.mutable_interval()->set_end_ms(interval.end_ms());
}

using row_slot = std::optional<booking_record>;

bool apply(row_slot& row, const v1::HoldPlaced& e, const entry_facts& entry) {
  if (row) return false;
  auto& view = row.emplace().view;
  view.set_booking_id(e.booking_id());
  view.set_status(v1::BOOKING_HELD);
  *view.mutable_spots() = e.spots();
  set_interval(view, e.interval());
  view.set_quantity(total(e.spots()));
  *view.mutable_total() = e.total();
  view.set_created_at_ms(entry.at_ms);
  view.set_expires_at_ms(e.expires_at_ms());
  view.set_party(e.party());
  view.set_assigned(e.assigned());
  view.set_adjacent(e.adjacent());
  view.set_access_nonce(e.access().nonce());
  return true;
}

bool apply(row_slot& row, const v1::HoldExtended& e, const entry_facts&) {
  if (!row) return false;
  row->view.set_expires_at_ms(e.expires_at_ms());
  return true;
}

bool apply(row_slot& row, const v1::HoldChanged& e, const entry_facts&) {
  if (!row || row->view.status() != v1::BOOKING_HELD) return false;
  *row->view.mutable_spots() = e.spots();
  row->view.set_quantity(total(e.spots()));
  *row->view.mutable_total() = e.total();
  return true;
}

bool cancelled(row_slot& row, const entry_facts& entry) {
  if (!row || over(row->view)) return false;
  row->view.set_status(v1::BOOKING_CANCELLED);
  row->view.set_cancelled_at_ms(entry.at_ms);
  return true;
}

bool expired(row_slot& row) {
  if (!row || over(row->view)) return false;
  row->view.set_status(v1::BOOKING_EXPIRED);
  return true;
}

bool apply(row_slot& row, const v1::HoldReleased&, const entry_facts& entry) { return cancelled(row, entry); }
bool apply(row_slot& row, const v1::BookingCancelled&, const entry_facts& entry) { return cancelled(row, entry); }
bool apply(row_slot& row, const v1::HoldExpired&, const entry_facts&) { return expired(row); }
bool apply(row_slot& row, const v1::ReservationExpired&, const entry_facts&) { return expired(row); }

bool apply(row_slot& row, const v1::BookingConfirmed& e, const entry_facts& entry) {
  if (!row || row->view.status() != v1::BOOKING_HELD) return false;
  confirm(row->view, entry.at_ms);
  *row->view.mutable_contact() = e.contact();
  row->view.set_confirmation_code(e.confirmation_code());
  row->view.set_check_in_nonce(e.check_in().nonce());
  row->view.set_confirm_email_nonce(e.confirm_email().nonce());
  return true;
}

bool apply(row_slot& row, const v1::ReservationPlaced& e, const entry_facts& entry) {
  if (row) return false;
  auto& view = row.emplace().view;
  view.set_booking_id(e.booking_id());
  view.set_status(v1::BOOKING_PENDING_EMAIL);
  set_interval(view, entry.frame);
  view.set_quantity(e.party_size());
  *view.mutable_contact() = e.contact();
  view.set_confirmation_code(e.confirmation_code());
  *view.mutable_total() = e.total();
  view.set_created_at_ms(entry.at_ms);
  view.set_expires_at_ms(e.expires_at_ms());
  view.set_access_nonce(e.access().nonce());
  view.set_confirm_email_nonce(e.confirm_email().nonce());
  view.set_check_in_nonce(e.check_in().nonce());
  return true;
}

bool apply(row_slot& row, const v1::EmailConfirmed& e, const entry_facts& entry) {
  if (!row) return false;
  auto& view = row->view;
  view.set_email_confirmed(true);
  row->user_id = user_id_for(entry.tenant, view.contact().email());
  if (!e.confirmed() || view.status() != v1::BOOKING_PENDING_EMAIL) return true;
  confirm(view, entry.at_ms);
  *view.mutable_spots() = e.spots();
  set_interval(view, e.interval());
  return true;
}

bool apply(row_slot& row, const v1::BookingCheckedIn& e, const entry_facts& entry) {
  if (!row) return false;
  row->view.set_status(v1::BOOKING_CHECKED_IN);
  row->view.set_checked_in_at_ms(entry.at_ms);
  row->view.set_checked_in_gate(e.gate());
  row->view.set_checked_in_by(e.by());
  return true;
}

/// What `f` makes of the event when it is one of a booking; else false.
template <class F>
bool with_booking_event(const v1::SpotBlockEvent& event, F f) {
  switch (event.kind_case()) {
    case v1::SpotBlockEvent::kHoldPlaced:
      return f(event.hold_placed());
    case v1::SpotBlockEvent::kHoldExtended:
      return f(event.hold_extended());
    case v1::SpotBlockEvent::kHoldChanged:
      return f(event.hold_changed());
    case v1::SpotBlockEvent::kHoldReleased:
      return f(event.hold_released());
    case v1::SpotBlockEvent::kHoldExpired:
      return f(event.hold_expired());
    case v1::SpotBlockEvent::kConfirmed:
      return f(event.confirmed());
    case v1::SpotBlockEvent::kReserved:
      return f(event.reserved());
    case v1::SpotBlockEvent::kEmailConfirmed:
      return f(event.email_confirmed());
    case v1::SpotBlockEvent::kReservationExpired:
      return f(event.reservation_expired());
    case v1::SpotBlockEvent::kCancelled:
      return f(event.cancelled());
    case v1::SpotBlockEvent::kCheckedIn:
      return f(event.checked_in());
    case v1::SpotBlockEvent::kApplied:
    case v1::SpotBlockEvent::kOpenSet:
    case v1::SpotBlockEvent::kManualOccupationSet:
    case v1::SpotBlockEvent::KIND_NOT_SET:
      return false;
  }
  return false;
}

}  // namespace

std::string_view booking_of(const v1::SpotBlockEvent& event) {
  std::string_view id;
  with_booking_event(event, [&id](const auto& e) {
    id = e.booking_id();
    return true;
  });
  return id;
}

bool fold_booking(std::optional<booking_record>& row, const v1::SpotBlockEvent& event, const entry_facts& entry) {
  return with_booking_event(event, [&](const auto& e) {
    if (!apply(row, e, entry)) return false;
    row->view.set_version(entry.version);
    return true;
  });
}

}  // namespace holdfast::persistence
