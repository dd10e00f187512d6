#include "tests/bench/engine/orders.hpp"

#include <cstring>

#include "protocols/base/ids.hpp"

namespace holdfast::bench {
namespace {

constexpr unix_ms year_2030 = 1'893'456'000'000;
constexpr std::int64_t half_hour_ms = 30 * 60'000;
constexpr std::int64_t deadline_ms = 60'000;
constexpr int row_length = 40;

void define(v1::BlockDefinition& d, const std::string& block, v1::Flow flow) {
  d.set_id(block);
  d.set_title("Floor");
  d.set_flow(flow);
  d.mutable_frame()->set_begin_ms(year_2030);
  d.set_currency("DKK");
  auto& policy = *d.mutable_policy();
  policy.set_hold_ttl_ms(600'000);
  policy.set_hold_life_max_ms(1'800'000);
  policy.set_email_confirm_ttl_ms(86'400'000);
  policy.set_spots_per_booking_max(20);
  auto& price = *d.add_prices();
  price.set_category("seat");
  price.set_price_minor(12'350);
}

void add_spots(v1::BlockDefinition& d, int spots) {
  for (int i = 0; i < spots; ++i) {
    const int row = i / row_length;
    auto& s = *d.add_spots();
    s.set_label("s" + std::to_string(i + 1));
    s.set_category("seat");
    s.set_capacity(1);
    s.set_row("r" + std::to_string(row + 1));
    s.set_x(static_cast<float>(i % row_length));
    s.set_y(static_cast<float>(row));
  }
}

}  // namespace

std::string block_name(std::string_view prefix, std::size_t n) { return std::string(prefix) + std::to_string(n) + ".floor"; }

std::string orders::random_bytes(std::size_t n) {
  std::string out(n, '\0');
  for (std::size_t at = 0; at < n; at += 8) {
    const auto bits = random_();
    std::memcpy(out.data() + at, &bits, std::min<std::size_t>(8, n - at));
  }
  return out;
}

std::string orders::random_text(std::size_t n) {
  static constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string out(n, '0');
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (i % 12 == 0) bits = random_();
    out[i] = alphabet[bits & 31U];
    bits >>= 5U;
  }
  return out;
}

std::shared_ptr<v1::Command> orders::command_for(std::string entity, bool with_key) {
  auto out = std::make_shared<v1::Command>();
  out->set_entity_id(std::move(entity));
  out->set_deadline_ms(system_clock().now() + deadline_ms);
  if (with_key) {
    out->set_idempotency_key("guest:" + random_text(32));
    out->set_fingerprint(random_bytes(16));
    out->set_trace_id(random_text(12));
  }
  return out;
}

std::shared_ptr<const v1::Command> orders::define_block(const std::string& block, int spots, std::uint32_t pool) {
  auto out = command_for(block_entity(tenant, block).value, false);
  auto& d = *out->mutable_apply_block()->mutable_definition();
  define(d, block, v1::FLOW_SPOT);
  add_spots(d, spots);
  if (pool > 0) {
    auto& s = *d.add_spots();
    s.set_label("seat");
    s.set_category("seat");
    s.set_capacity(pool);
  }
  return out;
}

std::shared_ptr<const v1::Command> orders::define_assigned_block(const std::string& block, int spots) {
  auto out = command_for(block_entity(tenant, block).value, false);
  auto& d = *out->mutable_apply_block()->mutable_definition();
  define(d, block, v1::FLOW_GROUP);
  add_spots(d, spots);
  return out;
}

std::shared_ptr<const v1::Command> orders::define_event(std::string_view event) {
  auto out = command_for(event_entity(tenant, event).value, false);
  auto& d = *out->mutable_apply_event()->mutable_definition();
  d.set_id(std::string(event));
  (*d.mutable_title())["en"] = "Event " + std::string(event);
  (*d.mutable_description())["en"] = "One evening with everything that belongs to it, told in about as many words as people use.";
  d.mutable_frame()->set_begin_ms(year_2030);
  d.set_flow(v1::FLOW_SPOT);
  d.set_published(true);
  d.add_block_ids(std::string(event) + ".floor");
  return out;
}

void orders::set_token(v1::TokenDigest& token, v1::TokenPurpose purpose) {
  token.set_purpose(purpose);
  token.set_sha256(random_bytes(32));
  token.set_nonce(random_bytes(16));
}

v1::Book& orders::start_booking(v1::Command& command, const std::string& block) {
  auto& book = *command.mutable_book();
  book.mutable_hold()->set_booking_id(block + "." + random_text(12));
  set_token(*book.mutable_hold()->mutable_access(), v1::TOKEN_ACCESS);
  set_token(*book.mutable_check_in(), v1::TOKEN_CHECK_IN);
  set_token(*book.mutable_confirm_email(), v1::TOKEN_CONFIRM_EMAIL);
  book.set_confirmation_code("ABCD2345");
  auto& contact = *book.mutable_contact();
  contact.set_first_name("Ida");
  contact.set_last_name("Lund");
  contact.set_email("guest" + std::to_string(random_() % 1'000'000'000) + "@example.org");
  contact.set_language("en");
  return book;
}

std::shared_ptr<const v1::Command> orders::book_pool(const std::string& block) {
  auto out = command_for(block_entity(tenant, block).value, true);
  auto& spot = *start_booking(*out, block).mutable_hold()->add_spots();
  spot.set_spot("seat");
  spot.set_quantity(1);
  return out;
}

std::shared_ptr<const v1::Command> orders::book_assigned(const std::string& block) {
  auto out = command_for(block_entity(tenant, block).value, true);
  auto& assign = *start_booking(*out, block).mutable_hold()->mutable_assign();
  assign.set_category("seat");
  assign.set_count(1);
  return out;
}

std::shared_ptr<const v1::Command> orders::book_slot(const std::string& block, std::int64_t slot) {
  auto out = command_for(block_entity(tenant, block).value, true);
  auto& hold = *start_booking(*out, block).mutable_hold();
  auto& spot = *hold.add_spots();
  spot.set_spot("s1");
  spot.set_quantity(1);
  hold.mutable_interval()->set_begin_ms(year_2030 + slot * half_hour_ms);
  hold.mutable_interval()->set_end_ms(year_2030 + (slot + 1) * half_hour_ms);
  return out;
}

std::shared_ptr<const v1::Command> orders::look(const std::string& block) {
  auto out = command_for(block_entity(tenant, block).value, false);
  out->mutable_get_block();
  return out;
}

std::shared_ptr<const v1::Command> orders::fold(const std::string& block) {
  auto out = command_for(block_entity(tenant, block).value, false);
  out->mutable_supervise()->set_wish(v1::Supervise::SNAPSHOT);
  return out;
}

}  // namespace holdfast::bench
