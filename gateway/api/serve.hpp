#pragma once
// The frame that every handler runs in: a call is made of the request, what the handler throws becomes an answer, the answer goes out.
#include <functional>
#include <memory>
#include <string_view>

#include "gateway/api/call.hpp"
#include "gateway/http/router.hpp"

namespace holdfast::gateway::api {

using operation = std::function<task<response>(call&)>;

/// `name`: the operationId; scopes idempotency keys, and lives as long as the router.
void add_operation(router&, const std::shared_ptr<api_context>&, std::string_view method, std::string_view path_below_prefix,
                   std::string_view name, operation);

}  // namespace holdfast::gateway::api
