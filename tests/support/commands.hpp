#pragma once
// Commands for tests: a tenant "t" with blocks of plain spots and pools, small and valid.
#include <memory>
#include <string>
#include <vector>

#include "holdfast/v1/envelope.pb.h"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::test {

inline constexpr std::string_view tenant = "t";
inline constexpr unix_ms opening = 1'800'000'000'000;  // the virtual clock of tests starts here

inline v1::Command command_for(const std::string& block, std::string key) {
  v1::Command out;
  out.set_entity_id(block_entity(tenant, block).value);
  out.set_fingerprint(key);
  out.set_idempotency_key(std::move(key));
  out.set_deadline_ms(opening + 3'600'000);
  return out;
}

/// A block in the spot flow: `spots` single spots "s1"… in one row and, if asked for, one pool "pool".
inline v1::Command define_block(const std::string& block, int spots, std::uint32_t pool = 0, std::int64_t hold_ttl_ms = 600'000) {
  auto out = command_for(block, "define-" + block);
  auto& d = *out.mutable_apply_block()->mutable_definition();
  d.set_id(block);
  d.set_title(block);
  d.set_flow(v1::FLOW_SPOT);
  d.mutable_frame()->set_begin_ms(opening + 86'400'000);
  d.mutable_frame()->set_end_ms(opening + 3 * 86'400'000LL);
  d.set_currency("DKK");
  auto& p = *d.mutable_policy();
  p.set_hold_ttl_ms(hold_ttl_ms);
  p.set_hold_life_max_ms(3 * hold_ttl_ms);
  p.set_email_confirm_ttl_ms(86'400'000);
  p.set_spots_per_booking_max(20);
  for (int i = 1; i <= spots; ++i) {
    auto& s = *d.add_spots();
    s.set_label("s" + std::to_string(i));
    s.set_category("pitch");
    s.set_row("a");
    s.set_capacity(1);
  }
  if (pool > 0) {
    auto& s = *d.add_spots();
    s.set_label("pool");
    s.set_category("pitch");
    s.set_capacity(pool);
  }
  auto& price = *d.add_prices();
  price.set_category("pitch");
  price.set_price_minor(10'000);
  return out;
}

inline void set_token(v1::TokenDigest& token, v1::TokenPurpose purpose, char fill) {
  token.set_purpose(purpose);
  token.set_sha256(std::string(32, fill));
  token.set_nonce(std::string(16, fill));
}

/// booking "<block>.<local>", local part padded to a valid length.
inline std::string booking_id(const std::string& block, int n) {
  auto digits = std::to_string(n);
  return block + "." + std::string(12 - digits.size(), '0') + digits;
}

inline v1::Command hold(const std::string& block, int n, const std::vector<std::string>& spots, std::uint32_t quantity = 1) {
  auto out = command_for(block, "hold-" + std::to_string(n));
  auto& h = *out.mutable_place_hold();
  h.set_booking_id(booking_id(block, n));
  for (const auto& label : spots) {
    auto& s = *h.add_spots();
    s.set_spot(label);
    s.set_quantity(quantity);
  }
  set_token(*h.mutable_access(), v1::TOKEN_ACCESS, 'a');
  return out;
}

inline v1::Contact contact() {
  v1::Contact c;
  c.set_first_name("Grace");
  c.set_last_name("Hopper");
  c.set_email("grace@example.org");
  c.set_phone("+4520304050");
  c.set_language("en");
  return c;
}

/// Takes `quantity` places of "pool" and confirms in one step.
inline v1::Command book(const std::string& block, int n, std::uint32_t quantity = 1, const std::string& spot = "pool") {
  auto out = hold(block, n, {spot}, quantity);
  out.set_idempotency_key("book-" + std::to_string(n));
  out.set_fingerprint(out.idempotency_key());
  const auto wanted = out.place_hold();
  auto& b = *out.mutable_book();
  *b.mutable_hold() = wanted;
  *b.mutable_contact() = contact();
  b.set_confirmation_code("ABCD2345");
  set_token(*b.mutable_check_in(), v1::TOKEN_CHECK_IN, 'c');
  set_token(*b.mutable_confirm_email(), v1::TOKEN_CONFIRM_EMAIL, 'e');
  b.mutable_confirm_email()->set_expires_at_ms(opening + 86'400'000);
  return out;
}

inline v1::Command get_block(const std::string& block) {
  auto out = command_for(block, "");
  out.mutable_get_block();
  return out;
}

}  // namespace holdfast::test
