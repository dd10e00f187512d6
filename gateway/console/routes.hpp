#pragma once
// The operators' part of protocols/openapi.yaml: everything below /operator.
#include <memory>

#include "gateway/console/asking.hpp"
#include "gateway/http/router.hpp"

namespace holdfast::gateway::console {

void add_routes(router&, const std::shared_ptr<api::api_context>&, const std::shared_ptr<surroundings>&);

}  // namespace holdfast::gateway::console
