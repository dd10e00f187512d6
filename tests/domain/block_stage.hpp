#pragma once
// A spot block on the stage, and short words for what guests and staff do to it. Bookings are named "b1"; the id and the secrets
// follow from the name.
#include <initializer_list>
#include <optional>

#include "tests/domain/given_when_then.hpp"

namespace holdfast::domain::testing {

inline constexpr unix_ms second = 1'000;
inline constexpr unix_ms minute = 60 * second;
inline constexpr unix_ms hour = 60 * minute;
inline constexpr unix_ms day = 24 * hour;
inline constexpr std::string_view block_name = "fest.a";

struct part {
  std::string spot;
  std::uint32_t quantity = 1;
};
using parts = std::vector<part>;

inline std::string full_id(std::string name) {
  name.resize(std::max<std::size_t>(12, name.size()), 'x');
  return std::string(block_name) + "." + name;
}

inline std::string token(std::string_view purpose, std::string_view name) { return std::string(purpose).append("-").append(name); }

inline v1::TokenDigest digest(v1::TokenPurpose purpose, const std::string& text) {
  v1::TokenDigest out;
  out.set_purpose(purpose);
  out.set_sha256(sha256(text));
  out.set_nonce(sha256("nonce" + text).substr(0, 16));
  return out;
}

inline v1::Contact guest() {
  v1::Contact out;
  out.set_first_name("Ida");
  out.set_last_name("Lund");
  out.set_email("ida@example.org");
  out.set_phone("+45 20 30 40 50");
  out.set_language("da");
  return out;
}

// ---- definitions

inline v1::BlockDefinition block_of(v1::Flow flow) {
  v1::BlockDefinition d;
  d.set_id(std::string(block_name));
  d.set_title("Field A");
  d.set_flow(flow);
  d.set_currency("DKK");
  d.mutable_frame()->set_begin_ms(1'000'000'000'000 + 30 * day);
  d.mutable_frame()->set_end_ms(1'000'000'000'000 + 37 * day);
  return d;
}

inline v1::SpotDefinition& add_spot(v1::BlockDefinition& d, const std::string& label, const std::string& category = "tent",
                                    std::uint32_t capacity = 1, const std::string& row = "1") {
  auto& s = *d.add_spots();
  s.set_label(label);
  s.set_category(category);
  s.set_capacity(capacity);
  s.set_row(row);
  s.set_x(static_cast<float>(d.spots_size()));
  return s;
}

inline void set_price(v1::BlockDefinition& d, const std::string& category, std::int64_t minor) {
  auto& p = *d.add_prices();
  p.set_category(category);
  p.set_price_minor(minor);
  (*p.mutable_title())["en"] = category;
}

/// Spots A1 … An in one row, 100.00 each.
inline v1::BlockDefinition row_of(int n, v1::Flow flow = v1::FLOW_SPOT) {
  auto d = block_of(flow);
  for (int i = 1; i <= n; ++i) add_spot(d, "A" + std::to_string(i));
  set_price(d, "tent", 10'000);
  return d;
}

inline v1::BlockDefinition theatre(std::uint32_t capacity) {
  auto d = block_of(v1::FLOW_PERFORMANCE);
  add_spot(d, "seat", "seat", capacity);
  set_price(d, "seat", 12'350);
  return d;
}

class block_stage : public stage {
public:
  block_stage() : stage("block/camp/" + std::string(block_name)) {}
  explicit block_stage(const v1::BlockDefinition& d) : block_stage() { EXPECT_TRUE(apply(d).accepted()); }

  said apply(const v1::BlockDefinition& d) {
    v1::Command c;
    *c.mutable_apply_block()->mutable_definition() = d;
    return when(c);
  }
  said open(bool value) {
    v1::Command c;
    c.mutable_set_block_open()->set_open(value);
    return when(c);
  }
  said occupy(const std::string& spot, std::uint32_t occupied, std::uint32_t additional = 0) {
    v1::Command c;
    auto& o = *c.mutable_set_manual_occupation();
    o.set_spot(spot);
    o.set_occupied(occupied);
    o.set_additional(additional);
    return when(c);
  }

  // ---- holds
  static v1::PlaceHold hold_of(const std::string& name, const parts& spots, const v1::Interval& interval = {}) {
    v1::PlaceHold out;
    out.set_booking_id(full_id(name));
    for (const auto& p : spots) {
      auto& s = *out.add_spots();
      s.set_spot(p.spot);
      s.set_quantity(p.quantity);
    }
    if (interval.ByteSizeLong() > 0) *out.mutable_interval() = interval;
    *out.mutable_access() = digest(v1::TOKEN_ACCESS, token("access", name));
    return out;
  }
  static v1::PlaceHold group_of(const std::string& name, std::uint32_t count, const std::string& party = {},
                                const std::string& category = "tent") {
    auto out = hold_of(name, {});
    out.mutable_assign()->set_category(category);
    out.mutable_assign()->set_count(count);
    out.mutable_assign()->set_party(party);
    return out;
  }
  said place(const v1::PlaceHold& hold) {
    v1::Command c;
    *c.mutable_place_hold() = hold;
    return when(c);
  }
  said place(const std::string& name, const parts& spots, const v1::Interval& interval = {}) {
    return place(hold_of(name, spots, interval));
  }
  said place_group(const std::string& name, std::uint32_t count, const std::string& party = {}) {
    return place(group_of(name, count, party));
  }
  said extend(const std::string& name) {
    v1::Command c;
    c.mutable_extend_hold()->set_booking_id(full_id(name));
    c.mutable_extend_hold()->set_access_sha256(sha256(token("access", name)));
    return when(c);
  }
  said change(const std::string& name, const parts& spots) {
    v1::Command c;
    auto& change = *c.mutable_change_hold();
    change.set_booking_id(full_id(name));
    change.set_access_sha256(sha256(token("access", name)));
    *change.mutable_spots() = hold_of(name, spots).spots();
    return when(c);
  }
  said release(const std::string& name) {
    v1::Command c;
    c.mutable_release_hold()->set_booking_id(full_id(name));
    c.mutable_release_hold()->set_access_sha256(sha256(token("access", name)));
    return when(c);
  }
  static v1::ConfirmHold confirmation_of(const std::string& name) {
    v1::ConfirmHold out;
    out.set_booking_id(full_id(name));
    out.set_access_sha256(sha256(token("access", name)));
    *out.mutable_contact() = guest();
    out.set_confirmation_code("K7M2Q9XW");
    *out.mutable_check_in() = digest(v1::TOKEN_CHECK_IN, token("ticket", name));
    *out.mutable_confirm_email() = digest(v1::TOKEN_CONFIRM_EMAIL, token("email", name));
    return out;
  }
  said confirm(const std::string& name) {
    v1::Command c;
    *c.mutable_confirm_hold() = confirmation_of(name);
    return when(c);
  }
  said book(const v1::PlaceHold& hold, const std::string& name) {
    v1::Command c;
    auto& b = *c.mutable_book();
    const auto confirmation = confirmation_of(name);
    *b.mutable_hold() = hold;
    *b.mutable_contact() = confirmation.contact();
    b.set_confirmation_code(confirmation.confirmation_code());
    *b.mutable_check_in() = confirmation.check_in();
    *b.mutable_confirm_email() = confirmation.confirm_email();
    return when(c);
  }
  said book(const std::string& name, const parts& spots, const v1::Interval& interval = {}) {
    return book(hold_of(name, spots, interval), name);
  }
  said book_group(const std::string& name, std::uint32_t count, const std::string& party = {}) {
    return book(group_of(name, count, party), name);
  }

  // ---- reservations
  static v1::Reserve reservation_of(const std::string& name, std::uint32_t people) {
    v1::Reserve out;
    const auto confirmation = confirmation_of(name);
    out.set_booking_id(full_id(name));
    out.set_party_size(people);
    *out.mutable_contact() = confirmation.contact();
    *out.mutable_access() = digest(v1::TOKEN_ACCESS, token("access", name));
    *out.mutable_confirm_email() = confirmation.confirm_email();
    *out.mutable_check_in() = confirmation.check_in();
    out.set_confirmation_code(confirmation.confirmation_code());
    return out;
  }
  said reserve(const std::string& name, std::uint32_t people) {
    v1::Command c;
    *c.mutable_reserve() = reservation_of(name, people);
    return when(c);
  }
  said confirm_email(const std::string& name, const std::optional<std::string>& secret = {}) {
    v1::Command c;
    c.mutable_confirm_email()->set_booking_id(full_id(name));
    c.mutable_confirm_email()->set_token_sha256(sha256(secret.value_or(token("email", name))));
    return when(c);
  }

  // ---- bookings
  said cancel(const std::string& name, v1::Actor who) {
    v1::Command c;
    auto& cancel = *c.mutable_cancel_booking();
    cancel.set_booking_id(full_id(name));
    cancel.set_actor(who);
    if (who == v1::ACTOR_GUEST) cancel.set_access_sha256(sha256(token("access", name)));
    cancel.set_reason("rain");
    return when(c);
  }
  said check_in(const std::string& name, const std::string& gate = "North", const std::optional<std::string>& ticket = {}) {
    v1::Command c;
    auto& check = *c.mutable_check_in();
    check.set_booking_id(full_id(name));
    const auto secret = ticket.value_or(token("ticket", name));
    if (!secret.empty()) check.set_token_sha256(sha256(secret));
    check.set_gate(gate);
    check.set_by("steward");
    return when(c);
  }
  said get(const std::string& name) {
    v1::Command c;
    c.mutable_get_booking()->set_booking_id(full_id(name));
    c.mutable_get_booking()->set_actor(v1::ACTOR_STAFF);
    return when(c);
  }
  said look() {
    v1::Command c;
    c.mutable_get_block();
    return when(c);
  }
  said tick() { return when(core().tick()); }

  // ---- what there is to see
  v1::BookingStatus status(const std::string& name) { return get(name).booking().status(); }
  std::uint32_t free(const std::string& spot) {
    const auto seen = look();
    for (const auto& s : seen.block().spots())
      if (s.label() == spot) return s.free();
    ADD_FAILURE() << "no spot " << spot;
    return 0;
  }
  v1::CategoryFigures figures(const std::string& category = "tent") {
    const auto seen = look();
    for (const auto& f : seen.block().figures())
      if (f.category() == category) return f;
    ADD_FAILURE() << "no category " << category;
    return {};
  }
};

/// "A2 A3" or "pool:3".
inline std::string spots_of(const v1::BookingView& b) {
  std::string out;
  for (const auto& s : b.spots()) {
    out.append(out.empty() ? "" : " ").append(s.spot());
    if (s.quantity() != 1) out.append(":").append(std::to_string(s.quantity()));
  }
  return out;
}

}  // namespace holdfast::domain::testing
