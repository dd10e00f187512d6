#include "tests/persistence/sale.hpp"

#include "holdfast/v1/envelope.pb.h"
#include "tests/persistence/history.hpp"

namespace holdfast::persistence::test {
namespace {

const std::string tenant = "t";
const std::string nonce(16, 'n');

/// Twelve letters that do not ascend, as in ids drawn at random.
std::string drawn(std::int64_t number) {
  auto mixed = static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15U;
  std::string out;
  for (int i = 0; i < 12; ++i, mixed /= 26) out += static_cast<char>('a' + mixed % 26);
  return out;
}

append_request stored(const entity_id& entity, std::int64_t at, const v1::Entry& entry) {
  append_request out;
  out.entity = entity;
  out.at = {at};
  out.owner = {1};
  out.at_ms = entry.at_ms();
  out.payload = entry.SerializeAsString();
  return out;
}

}  // namespace

entity_id sale::block() const { return block_entity(tenant, event_ + ".pool"); }

std::vector<append_request> sale::opening() {
  v1::Entry entry;
  entry.set_at_ms(now_);
  *entry.add_block()->mutable_applied()->mutable_definition() = make_block(event_ + ".pool", "place", 1, 1'000'000);
  return {stored(block(), ++at_, entry)};
}

std::vector<append_request> sale::bookings(std::size_t n) {
  std::vector<append_request> out;
  out.reserve(n);
  while (out.size() < n) out.push_back(booking());
  return out;
}

append_request sale::booking() {
  ++at_;
  const auto letters = drawn(at_);
  v1::Entry entry;
  entry.set_at_ms(++now_);
  entry.set_idempotency_key("0197a7f2-5f1c-7c1e-" + letters);
  entry.set_fingerprint(std::string(16, 'f'));
  entry.set_trace_id("4bf92f3577b34da6a3ce929d0e0e4736");

  auto& view = *entry.mutable_reply()->mutable_booking();
  view.set_booking_id(event_ + ".pool." + letters);
  view.set_status(v1::BOOKING_CONFIRMED);
  auto& spot = *view.add_spots();
  spot.set_spot("s1");
  spot.set_quantity(1);
  view.set_quantity(1);
  view.mutable_contact()->set_email("guest." + letters + "@example.org");
  view.mutable_contact()->set_first_name("Aroha");
  view.mutable_contact()->set_last_name("Ngata");
  view.set_confirmation_code(letters.substr(0, 8));
  view.mutable_total()->set_minor(25'000);
  view.mutable_total()->set_currency("NZD");
  view.set_created_at_ms(now_);
  view.set_confirmed_at_ms(now_);
  view.set_access_nonce(nonce);
  view.set_confirm_email_nonce(nonce);
  view.set_check_in_nonce(nonce);
  view.set_version(at_);

  auto& held = *entry.add_block()->mutable_hold_placed();
  held.set_booking_id(view.booking_id());
  *held.mutable_spots() = view.spots();
  held.set_expires_at_ms(now_ + 600'000);
  held.mutable_access()->set_nonce(nonce);
  *held.mutable_total() = view.total();
  auto& confirmed = *entry.add_block()->mutable_confirmed();
  confirmed.set_booking_id(view.booking_id());
  *confirmed.mutable_contact() = view.contact();
  confirmed.set_confirmation_code(view.confirmation_code());
  confirmed.mutable_check_in()->set_nonce(nonce);
  confirmed.mutable_confirm_email()->set_nonce(nonce);

  v1::MailRequest letter;
  letter.set_template_("ticket");
  letter.set_tenant(tenant);
  letter.set_event_id(event_);
  *letter.mutable_booking() = view;
  auto out = stored(block(), at_, entry);
  out.outbox.push_back({"mail", letter.SerializeAsString()});
  return out;
}

}  // namespace holdfast::persistence::test
