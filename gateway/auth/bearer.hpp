#pragma once
// From a request's headers to who asks and what they may do.
#include <initializer_list>
#include <optional>
#include <string_view>
#include <variant>

#include "gateway/auth/jwt.hpp"
#include "gateway/http/exchange.hpp"
#include "holdfast/v1/envelope.pb.h"

namespace holdfast::gateway {

/// The text after "Bearer " of the Authorization header, or empty.
std::string_view bearer_token(const request&) noexcept;

/// UNAUTHENTICATED where there is no bearer token or it does not hold.
std::variant<principal, v1::Rejection> authenticate(const request&, const node_keys&, unix_ms now);

/// The principal may act in the tenant and has one of the roles; "operator" stands for every role. Otherwise FORBIDDEN.
std::optional<v1::Rejection> authorize(const principal&, std::string_view tenant, std::initializer_list<std::string_view> any_of);

/// The guest's access token: header Holdfast-Access, or query parameter `access`; empty where there is none.
std::string_view access_token(const request&) noexcept;

}  // namespace holdfast::gateway
