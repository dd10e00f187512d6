#include "gateway/auth/tokens.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "gateway/auth/digests.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view ticket_prefix = "hf:";

// Ids and nonces have lengths of their own; the length in front keeps two different tuples from meeting in the same bytes.
void append_part(std::string& to, std::string_view part) {
  const auto n = static_cast<std::uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<char>((n >> shift) & 0xffU));
  to.append(part);
}

std::string base32(std::span<const unsigned char> bytes, std::size_t length) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const auto byte : bytes) {
    bits = (bits << 8U) | byte;
    for (held += 8; held >= 5 && out.size() < length; held -= 5) out.push_back(alphabet[(bits >> (held - 5)) & 31U]);
  }
  return out;
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

std::optional<booking_token> checked(std::string_view booking, std::string_view token) {
  booking_token out{lower(booking), lower(token)};
  if (!valid_booking(out.booking) || !well_formed_token(out.token)) return std::nullopt;
  return out;
}

}  // namespace

std::string derive_token(const token_secret& secret, v1::TokenPurpose purpose, std::string_view tenant, std::string_view booking,
                         std::string_view nonce) {
  std::string message(1, static_cast<char>(purpose));
  append_part(message, tenant);
  append_part(message, booking);
  append_part(message, nonce);
  return base32(hmac_sha256(secret, message), token_length);
}

std::string token_digest(std::string_view token) {
  const auto digest = sha256(lower(token));
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

v1::TokenDigest issue_token(const token_secret& secret, entropy& source, v1::TokenPurpose purpose, std::string_view tenant,
                            std::string_view booking, unix_ms expires_at_ms) {
  const auto raw = random_nonce(source);
  const std::string nonce(reinterpret_cast<const char*>(raw.data()), raw.size());
  v1::TokenDigest out;
  out.set_purpose(purpose);
  out.set_sha256(token_digest(derive_token(secret, purpose, tenant, booking, nonce)));
  out.set_nonce(nonce);
  out.set_expires_at_ms(expires_at_ms);
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool well_formed_token(std::string_view token) noexcept {
  return token.size() == token_length &&
         std::all_of(token.begin(), token.end(), [](char c) { return alphabet.find(lower(c)) != std::string_view::npos; });
}

std::string ticket_text(std::string_view booking, std::string_view token) {
  return upper(std::string(ticket_prefix).append(booking).append(":").append(token));
}

std::optional<booking_token> parse_ticket(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text.size() > 512) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  if (lower(text.substr(0, ticket_prefix.size())) != ticket_prefix) return std::nullopt;
  text.remove_prefix(ticket_prefix.size());
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return checked(text.substr(0, colon), text.substr(colon + 1));
}

std::string link_text(std::string_view booking, std::string_view token) { return std::string(booking).append("~").append(token); }

std::optional<booking_token> parse_link(std::string_view text) {
  const auto cut = text.find('~');
  if (cut == std::string_view::npos || text.size() > 512) return std::nullopt;
  return checked(text.substr(0, cut), text.substr(cut + 1));
}

}  // namespace holdfast::gateway
