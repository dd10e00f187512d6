#include "gateway/auth/jwt.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "gateway/auth/base64url.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway {
namespace {

namespace json = boost::json;

// 9999-12-31T23:59:59Z: what lies beyond is a mistake, and milliseconds of it still fit.
constexpr std::int64_t last_second = 253'402'300'799;

std::optional<json::object> decode_object(std::string_view part) {
  const auto text = base64url_decode(part);
  if (!text) return std::nullopt;
  boost::system::error_code ec;
  auto document = json::parse(*text, ec, {}, {.max_depth = 4});
  if (ec || !document.is_object()) return std::nullopt;
  return std::move(document.get_object());
}

std::optional<std::string_view> string_at(const json::object& fields, std::string_view name) {
  const auto* value = fields.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::optional(std::string_view(text->data(), text->size())) : std::nullopt;
}

std::optional<std::int64_t> second_at(const json::object& fields, std::string_view name) {
  const auto* value = fields.if_contains(name);
  const auto* number = value ? value->if_int64() : nullptr;
  return number && *number >= 0 && *number <= last_second ? std::optional(*number) : std::nullopt;
}

std::optional<jwt_error> check_header(const json::object& header, const node_keys& keys) {
  if (string_at(header, "alg") != "EdDSA") return jwt_error::wrong_algorithm;
  if (header.contains("typ") && string_at(header, "typ") != "JWT") return jwt_error::wrong_algorithm;
  if (header.contains("crit")) return jwt_error::wrong_algorithm;  // demands an extension; we know none
  if (string_at(header, "kid") != keys.key_id()) return jwt_error::unknown_key;
  return std::nullopt;
}

std::optional<std::vector<std::string>> roles_of(const json::object& claims) {
  const auto* value = claims.if_contains("roles");
  const auto* list = value ? value->if_array() : nullptr;
  if (!list || list->empty() || list->size() > 8) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& role : *list) {
    const auto* text = role.if_string();
    if (!text) return std::nullopt;
    out.emplace_back(text->data(), text->size());
  }
  return out;
}

std::variant<principal, jwt_error> check_claims(const json::object& claims, unix_ms now) {
  const auto subject = string_at(claims, "sub");
  const auto tenant = string_at(claims, "tenant");
  auto roles = roles_of(claims);
  const auto expires = second_at(claims, "exp");
  if (!subject || subject->empty() || subject->size() > 128 || !tenant || !roles || !expires) return jwt_error::bad_claims;
  if (*tenant != "*" && !valid_tenant(*tenant)) return jwt_error::bad_claims;
  if (now >= *expires * 1000) return jwt_error::expired;
  if (claims.contains("nbf")) {
    const auto from = second_at(claims, "nbf");
    if (!from) return jwt_error::bad_claims;
    if (now + jwt_skew_ms < *from * 1000) return jwt_error::not_yet_valid;
  }
  return principal{std::string(*subject), std::string(*tenant), *std::move(roles)};
}

}  // namespace

bool principal::has_role(std::string_view role) const noexcept { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

std::string_view to_text(jwt_error error) noexcept {
  constexpr std::array<std::string_view, 8> texts{"too_large",     "malformed",  "wrong_algorithm", "unknown_key",
                                                  "bad_signature", "bad_claims", "expired",         "not_yet_valid"};
  return texts.at(static_cast<std::size_t>(error));
}

std::string sign_jwt(const node_keys& keys, const principal& who, unix_ms now, unix_ms lifetime_ms) {
  const json::object header{{"alg", "EdDSA"}, {"typ", "JWT"}, {"kid", keys.key_id()}};
  const json::object claims{{"sub", who.subject}, {"tenant", who.tenant}, {"roles", json::array(who.roles.begin(), who.roles.end())},
                            {"iat", now / 1000},  {"nbf", now / 1000},    {"exp", (now + lifetime_ms) / 1000}};
  auto out = base64url_encode(json::serialize(header)) + "." + base64url_encode(json::serialize(claims));
  return out + "." + base64url_encode(keys.sign(out));
}

std::variant<principal, jwt_error> verify_jwt(const node_keys& keys, std::string_view token, unix_ms now) {
  if (token.size() > jwt_size_max) return jwt_error::too_large;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return jwt_error::malformed;
  const auto header = decode_object(token.substr(0, first));
  const auto signature = base64url_decode(token.substr(last + 1));
  if (!header || !signature) return jwt_error::malformed;
  if (const auto error = check_header(*header, keys)) return *error;
  // Nothing of the claims is looked at before the signature holds.
  if (!keys.verify(token.substr(0, last), *signature)) return jwt_error::bad_signature;
  const auto claims = decode_object(token.substr(first + 1, last - first - 1));
  if (!claims) return jwt_error::malformed;
  return check_claims(*claims, now);
}

}  // namespace holdfast::gateway
