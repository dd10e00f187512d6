#include "actors/domain/validation.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "protocols/base/errors.hpp"

namespace holdfast::domain {
namespace {

bool letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool alphanumeric(char c) noexcept { return letter(c) || digit(c); }

std::string path(std::string_view parent, std::string_view child) {
  std::string out(parent);
  return out.append(".").append(child);
}

/// Dot-separated non-empty pieces, each accepted by `piece`; answers how many, 0 when one is not.
template <class Piece>
int pieces(std::string_view text, Piece piece) {
  int count = 0;
  for (;;) {
    const auto dot = text.find('.');
    if (!piece(text.substr(0, dot))) return 0;
    ++count;
    if (dot == std::string_view::npos) return count;
    text.remove_prefix(dot + 1);
  }
}

bool mailbox_atom(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return alphanumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  });
}

bool host_label(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) { return alphanumeric(c) || c == '-'; });
}

bool phone(std::string_view text) noexcept {
  if (text.starts_with('+')) text.remove_prefix(1);
  return text.size() >= 3 && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
           return digit(c) || std::string_view(" ().-").find(c) != std::string_view::npos;
         });
}

}  // namespace

void field_errors::add(std::string field, const char* code, std::string detail) {
  if (!any()) rejection_ = reject(v1::INVALID_FIELDS);
  if (rejection_.fields_size() >= field_errors_max) return;
  auto& error = *rejection_.add_fields();
  error.set_field(std::move(field));
  error.set_code(code);
  error.set_detail(std::move(detail));
}

std::size_t characters(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool single_line(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7F; });
}

bool email(std::string_view text) noexcept {
  const auto at = text.find('@');
  if (at > 64 || text.size() > 254) return false;  // also where there is none: npos
  const auto domain = text.substr(at + 1);
  if (pieces(text.substr(0, at), mailbox_atom) == 0 || pieces(domain, host_label) < 2) return false;
  const auto top = domain.substr(domain.rfind('.') + 1);
  return top.size() >= 2 && !std::all_of(top.begin(), top.end(), digit);
}

bool currency(std::string_view text) noexcept {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool language(std::string_view text) noexcept {
  const auto dash = text.find('-');
  const auto primary = text.substr(0, dash);
  if (text.size() > 35 || primary.size() < 2 || primary.size() > 3 || !std::all_of(primary.begin(), primary.end(), letter)) return false;
  while (text.find('-') != std::string_view::npos) {
    text.remove_prefix(text.find('-') + 1);
    const auto part = text.substr(0, text.find('-'));
    if (part.empty() || part.size() > 8 || !std::all_of(part.begin(), part.end(), alphanumeric)) return false;
  }
  return true;
}

bool color(std::string_view text) noexcept {
  return text.size() == 7 && text.front() == '#' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

bool confirmation_code(std::string_view text) noexcept { return text.size() == 8 && std::all_of(text.begin(), text.end(), alphanumeric); }

void check_required(field_errors& errors, std::string_view field, std::string_view text, std::size_t max) {
  if (blank(text)) return errors.add(std::string(field), "required", "must not be empty");
  check_optional(errors, field, text, max);
}

void check_optional(field_errors& errors, std::string_view field, std::string_view text, std::size_t max) {
  if (characters(text) > max) {
    errors.add(std::string(field), "range", "at most " + std::to_string(max) + " characters");
  } else if (!single_line(text)) {
    errors.add(std::string(field), "format", "no control characters");
  }
}

void check_text_entry(field_errors& errors, std::string_view field, std::string_view tag, std::string_view text, bool required,
                      std::size_t max) {
  if (!language(tag)) errors.add(path(field, tag), "format", "not a language");
  if (required && blank(text)) errors.add(path(field, tag), "required", "must not be empty");
  if (characters(text) > max) errors.add(path(field, tag), "range", "at most " + std::to_string(max) + " characters");
}

void check_frame(field_errors& errors, std::string_view field, const v1::Interval& frame) {
  if (frame.begin_ms() < 0 || frame.end_ms() < 0 || frame.begin_ms() > moment_max || frame.end_ms() > moment_max) {
    errors.add(std::string(field), "range", "between 1970 and 9999");
  } else if (frame.end_ms() != 0 && frame.end_ms() <= frame.begin_ms()) {
    errors.add(path(field, "endDate"), "range", "must be after the start");
  }
}

void check_policy(field_errors& errors, std::string_view field, const v1::BookingPolicy& policy) {
  const std::pair<const char*, std::int64_t> durations[] = {
      {"holdTtlMs", policy.hold_ttl_ms()},
      {"holdLifeMaxMs", policy.hold_life_max_ms()},
      {"emailConfirmTtlMs", policy.email_confirm_ttl_ms()},
      {"cancelUntilBeforeStartMs", policy.cancel_until_before_start_ms()},
      {"checkInOpensBeforeMs", policy.check_in_opens_before_ms()},
      {"checkInClosesAfterMs", policy.check_in_closes_after_ms()},
  };
  for (const auto& [name, value] : durations)
    if (value < 0 || value > policy_ms_max) errors.add(path(field, name), "range", "between 0 and ten years");
  if (policy.spots_per_booking_max() > capacity_max) errors.add(path(field, "spotsPerBookingMax"), "range", "too many");
}

void check_prices(field_errors& errors, std::string_view field, const google::protobuf::RepeatedPtrField<v1::CategoryPrice>& prices) {
  if (prices.size() > 100) errors.add(std::string(field), "range", "at most 100");
  std::set<std::string_view> seen;
  for (int i = 0; i < prices.size() && i < 100; ++i) {
    const auto& price = prices[i];
    const auto at = std::string(field).append("[").append(std::to_string(i)).append("]");
    check_optional(errors, path(at, "category"), price.category(), 64);
    if (!seen.insert(price.category()).second) errors.add(path(at, "category"), "duplicate", "has a price already");
    if (price.price_minor() < 0 || price.price_minor() > price_minor_max)
      errors.add(path(at, "priceMinor"), "range", "negative or too large");
    check_texts(errors, path(at, "title"), price.title(), false);
  }
}

void check_contact(field_errors& errors, const v1::Contact& contact) {
  check_required(errors, "userDetails.firstName", contact.first_name());
  check_required(errors, "userDetails.lastName", contact.last_name());
  if (blank(contact.email())) {
    errors.add("userDetails.email", "required", "must not be empty");
  } else if (!email(contact.email())) {
    errors.add("userDetails.email", "format", "not an e-mail address");
  }
  if (!contact.phone().empty() && !phone(contact.phone())) errors.add("userDetails.phone", "format", "not a telephone number");
  if (!contact.language().empty() && !language(contact.language())) errors.add("userDetails.language", "format", "not a language");
}

void check_digest(field_errors& errors, std::string_view field, const v1::TokenDigest& digest) {
  if (digest.sha256().size() != 32 || digest.nonce().size() != 16) {
    errors.add(std::string(field), digest.sha256().empty() ? "required" : "format", "a SHA-256 and a nonce of 16 bytes");
  } else if (digest.expires_at_ms() < 0 || digest.used_at_ms() != 0) {
    errors.add(std::string(field), "range", "a fresh token");
  }
}

bool known_flow(v1::Flow flow) noexcept { return flow == v1::FLOW_GROUP || flow == v1::FLOW_SPOT || flow == v1::FLOW_PERFORMANCE; }

}  // namespace holdfast::domain
