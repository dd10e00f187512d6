#include "gateway/auth/bearer.hpp"

#include <algorithm>

#include "protocols/base/errors.hpp"

namespace holdfast::gateway {
namespace {

bool starts_with_bearer(std::string_view text) noexcept {
  constexpr std::string_view scheme = "bearer ";
  return text.size() > scheme.size() && std::equal(scheme.begin(), scheme.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

}  // namespace

std::string_view bearer_token(const request& asked) noexcept {
  const auto value = asked.header("authorization");
  if (!starts_with_bearer(value)) return {};
  const auto begin = value.find_first_not_of(' ', 7);
  return begin == std::string_view::npos ? std::string_view{} : value.substr(begin);
}

std::variant<principal, v1::Rejection> authenticate(const request& asked, const node_keys& keys, unix_ms now) {
  const auto token = bearer_token(asked);
  if (token.empty()) return reject(v1::UNAUTHENTICATED);
  auto verified = verify_jwt(keys, token, now);
  if (auto* who = std::get_if<principal>(&verified)) return std::move(*who);
  // Only "expired" helps an honest caller; the rest would only tell a forger how far he came.
  return reject(v1::UNAUTHENTICATED,
                std::get<jwt_error>(verified) == jwt_error::expired ? "The token has expired." : "The token is not valid.");
}

std::optional<v1::Rejection> authorize(const principal& who, std::string_view tenant, std::initializer_list<std::string_view> any_of) {
  if (!who.may_act_in(tenant)) return reject(v1::FORBIDDEN, "The token is for another tenant.");
  const bool allowed = who.has_role("operator") || std::any_of(any_of.begin(), any_of.end(), [&](auto role) { return who.has_role(role); });
  if (!allowed) return reject(v1::FORBIDDEN, "The token lacks the role for this.");
  return std::nullopt;
}

std::string_view access_token(const request& asked) noexcept {
  const auto value = asked.header("holdfast-access");
  return value.empty() ? asked.query_value("access").value_or(std::string_view{}) : value;
}

}  // namespace holdfast::gateway
