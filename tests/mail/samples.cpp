#include "tests/mail/samples.hpp"

namespace holdfast::test {

v1::TenantDefinition theatre() {
  v1::TenantDefinition out;
  out.set_slug("harbour");
  out.set_name("Havneteatret");
  out.set_flow(v1::FLOW_PERFORMANCE);
  out.set_currency("DKK");
  out.set_time_zone("Europe/Copenhagen");
  out.add_languages("da");
  out.add_languages("en");
  out.set_accent_color("#0b4f8a");
  out.set_mail_from("billet@harbour.example");
  return out;
}

v1::EventDefinition performance() {
  v1::EventDefinition out;
  out.set_id("tempest");
  (*out.mutable_title())["da"] = "Stormen på Søen";
  (*out.mutable_title())["en"] = "The Tempest";
  out.mutable_frame()->set_begin_ms(show_begin_ms);
  out.mutable_frame()->set_end_ms(show_end_ms);
  out.set_region("Store Scene");
  return out;
}

v1::BookingView reservation() {
  v1::BookingView out;
  out.set_booking_id("tempest.floor.7k3m9q2xw4tz");
  out.set_status(v1::BOOKING_PENDING_EMAIL);
  out.set_quantity(2);
  out.mutable_contact()->set_first_name("Søren");
  out.mutable_contact()->set_last_name("Ærøskøbing");
  out.mutable_contact()->set_email("soeren@guest.example");
  out.mutable_contact()->set_language("da");
  out.set_confirmation_code("Q4R7T2WX");
  out.mutable_total()->set_minor(24'000);
  out.mutable_total()->set_currency("DKK");
  out.set_created_at_ms(now_ms - 60'000);
  out.set_expires_at_ms(now_ms + 86'400'000);
  out.set_access_nonce("0123456789abcdef");
  out.set_confirm_email_nonce("fedcba9876543210");
  out.set_check_in_nonce("nonce-of-checkin");
  return out;
}

v1::BookingView confirmed() {
  auto out = reservation();
  out.set_status(v1::BOOKING_CONFIRMED);
  out.set_confirmed_at_ms(now_ms - 1'000);
  out.set_email_confirmed(true);
  out.set_expires_at_ms(0);
  auto* seat = out.add_spots();
  seat->set_spot("seat");
  seat->set_quantity(2);
  return out;
}

v1::MailRequest request(std::string name, v1::BookingView booking) {
  v1::MailRequest out;
  out.set_template_(std::move(name));
  out.set_tenant("harbour");
  out.set_event_id("tempest");
  *out.mutable_booking() = std::move(booking);
  return out;
}

mail::mail_context context() {
  mail::mail_context out;
  out.tenant = theatre();
  *out.event.mutable_definition() = performance();
  return out;
}

mail::mail_site site() { return {"https://book.example", "no-reply@book.example", "book.example"}; }

const gateway::token_secret& secret() {
  static const auto made = [] {
    gateway::token_secret bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 7 + 1);
    return bytes;
  }();
  return made;
}

persistence::outbox_row row(std::int64_t id, const v1::MailRequest& wanted) {
  return {.id = id,
          .entity = block_entity("harbour", "tempest.floor"),
          .at = sequence{id},
          .index = 0,
          .kind = "mail",
          .payload = wanted.SerializeAsString(),
          .attempts = 0};
}

void counting_entropy::fill(std::span<std::byte> out) {
  for (auto& byte : out) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    byte = static_cast<std::byte>(state_ & 0xFFU);
  }
}

}  // namespace holdfast::test
