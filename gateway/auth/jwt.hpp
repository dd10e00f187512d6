#pragma once
// Staff and operator tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 ("EdDSA", RFC 8037) by the node's own key. The key fixes the
// algorithm: what a token's header claims is compared, never obeyed.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/auth/keys.hpp"

namespace holdfast::gateway {

/// Instead of a slug: operators of the cluster act in every tenant.
inline constexpr std::string_view every_tenant = "*";

/// Who asks, as proved by a token.
struct principal {
  std::string subject;
  std::string tenant;              // slug, or every_tenant
  std::vector<std::string> roles;  // "staff", "admin", "operator"

  bool has_role(std::string_view role) const noexcept;
  bool may_act_in(std::string_view slug) const noexcept { return tenant == every_tenant || tenant == slug; }
  friend bool operator==(const principal&, const principal&) = default;
};

enum class jwt_error : std::uint8_t {
  too_large,
  malformed,        // not three base64url parts of JSON objects
  wrong_algorithm,  // header is not {"alg":"EdDSA"} with an optional "typ":"JWT"
  unknown_key,      // "kid" is missing or another node's
  bad_signature,
  bad_claims,  // sub, tenant, roles or exp missing, of the wrong type or out of range
  expired,
  not_yet_valid,
};

std::string_view to_text(jwt_error) noexcept;

inline constexpr std::size_t jwt_size_max = 2048;
/// Clocks of two machines may differ by this much; applied to nbf only. An expired token is expired.
inline constexpr unix_ms jwt_skew_ms = 30'000;

/// `lifetime_ms` > 0. Times are whole seconds, rounded down.
std::string sign_jwt(const node_keys&, const principal&, unix_ms now, unix_ms lifetime_ms);

std::variant<principal, jwt_error> verify_jwt(const node_keys&, std::string_view token, unix_ms now);

}  // namespace holdfast::gateway
