#pragma once
// What must hold before a request becomes a WebSocket: RFC 6455 §4.2.1, and that the page that asks is one of ours.
#include <optional>
#include <string>
#include <vector>

#include "gateway/http/exchange.hpp"

namespace holdfast::gateway {

/// The refusal, or empty. `wanted`: Connection and Upgrade ask for a WebSocket. A missing Origin is no browser and passes.
std::optional<response> refuse_websocket(const request&, bool wanted, const std::vector<std::string>& origins);

}  // namespace holdfast::gateway
