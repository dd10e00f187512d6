// What a block shows of itself: always the state as of version_, the sequence of the last entry.
#include "actors/domain/spot_block/spot_block.hpp"

namespace holdfast::domain::block {

void spot_block::view(const booking& b, v1::BookingView& out) const {
  out.set_booking_id(booking_id(b));
  out.set_status(b.status);
  for (const auto& c : b.claims) {
    auto& s = *out.add_spots();
    s.set_spot(std::string(table_.label(c.spot)));
    s.set_quantity(c.quantity);
  }
  out.mutable_interval()->set_begin_ms(b.when.begin);
  out.mutable_interval()->set_end_ms(b.when.end);
  out.set_quantity(b.quantity);
  if (!b.contact.empty()) out.mutable_contact()->ParseFromString(b.contact);
  out.set_confirmation_code(b.confirmation_code);
  out.mutable_total()->set_minor(b.total_minor);
  out.mutable_total()->set_currency(b.currency);
  out.set_created_at_ms(b.created_at);
  if (b.confirmed_at == 0) out.set_expires_at_ms(b.expires_at);
  out.set_confirmed_at_ms(b.confirmed_at);
  out.set_cancelled_at_ms(b.cancelled_at);
  if (b.arrived) {
    out.set_checked_in_at_ms(b.arrived->at);
    out.set_checked_in_gate(b.arrived->gate);
    out.set_checked_in_by(b.arrived->by);
  }
  out.set_party(b.party);
  out.set_assigned(b.assigned);
  out.set_adjacent(b.adjacent);
  out.set_email_confirmed(b.email_confirmed);
  const auto nonce = [](const secret& s) { return s.given ? std::string(s.nonce.data(), s.nonce.size()) : std::string(); };
  out.set_access_nonce(nonce(b.access));
  out.set_confirm_email_nonce(nonce(b.confirm_email));
  out.set_check_in_nonce(nonce(b.check_in));
  out.set_version(version_.value);
}

/// A hold whose time has passed is shown as expired, even when no tick has said so yet.
void spot_block::view_now(const booking& b, unix_ms now, v1::BookingView& out) const {
  view(b, out);
  if (b.lapsed(now)) out.set_status(v1::BOOKING_EXPIRED);
}

void spot_block::view(std::uint32_t spot, v1::SpotView& out) const {
  const auto& s = table_[spot];
  const auto figures = s.count();
  out.set_label(std::string(table_.label(spot)));
  out.set_capacity(s.sellable);
  out.set_free(figures.free);
  out.set_held(figures.held);
  out.set_closed(s.closed);
}

void spot_block::view_claims(const spot& s, v1::SpotView& out) {
  const auto steps = s.claims.partial();
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const auto show = [&](v1::ClaimState state, std::uint32_t quantity) {
      if (quantity == 0) return;
      auto& c = *out.add_claims();
      c.mutable_interval()->set_begin_ms(steps[i].at);
      c.mutable_interval()->set_end_ms(steps[i + 1].at == forever ? 0 : steps[i + 1].at);
      c.set_state(state);
      c.set_quantity(quantity);
    };
    show(v1::CLAIM_HELD, steps[i].level.held);
    show(v1::CLAIM_TAKEN, steps[i].level.taken);
  }
}

void spot_block::view_figures(google::protobuf::RepeatedPtrField<v1::CategoryFigures>& out) const {
  for (const auto& c : table_.categories()) {
    auto& f = *out.Add();
    f.set_category(c.name);
    f.set_capacity(c.sum.capacity);
    f.set_free(c.sum.free);
    f.set_held(c.sum.held);
    f.set_taken(c.sum.taken);
    f.set_longest_free_run(c.longest_free_run);
  }
}

void spot_block::write_definition(v1::BlockDefinition& out) const {
  out.ParseFromString(head_);
  table_.write(*out.mutable_spots());
}

void spot_block::view_block(bool changed, v1::BlockView& out) const {
  write_definition(*out.mutable_definition());
  out.set_open(open_);
  out.set_version(version_.value);
  out.mutable_spots()->Reserve(static_cast<int>(table_.spots().size()));
  for (std::uint32_t i = 0; i < table_.spots().size(); ++i) {
    auto& s = *out.add_spots();
    view(i, s);
    view_claims(table_[i], s);
  }
  view_figures(*out.mutable_figures());
  out.set_changed(changed);
}

std::optional<v1::Command> spot_block::report() const {
  v1::Command out;
  out.set_entity_id(event_entity(tenant_, event_of_block(id_)).value);
  auto& report = *out.mutable_report_figures();
  report.set_block_id(id_);
  report.set_version(version_.value);
  report.set_title(terms_.title);
  report.set_closed(!open_);
  view_figures(*report.mutable_figures());
  return out;
}

}  // namespace holdfast::domain::block
