#include "gateway/gateway.hpp"

#include <atomic>

#include "gateway/http/problem.hpp"
#include "gateway/pages_server/pages_server.hpp"

namespace holdfast::gateway {

struct gateway::state {
  state(gateway_settings s, const server_surroundings& around)
      : pages(std::move(s.pages)),
        metrics(around.metrics),
        hub(s.live, around.clock, around.metrics),
        server(std::move(s.http), around, routes) {}

  const std::filesystem::path pages;
  prometheus::Registry& metrics;
  class router routes;
  live_hub hub;  // outlives the server
  http_server server;
  std::function<std::optional<std::string>()> why_not_ready;
  std::atomic<bool> stopping{false};

  void add_node_routes();
};

void gateway::state::add_node_routes() {
  routes.add("GET", "/healthz", "health", [](const auto&, const auto&, const auto& answer) { answer(text_response(200, "ok\n")); });
  routes.add("GET", "/readyz", "readiness", [this](const auto&, const auto&, const auto& answer) {
    const auto why = stopping ? std::optional<std::string>("stopping") : why_not_ready ? why_not_ready() : std::nullopt;
    answer(why ? text_response(503, *why + "\n") : text_response(200, "ready\n"));
  });
  routes.add("GET", "/metrics", "metrics", metrics_handler(metrics));
}

gateway::gateway(gateway_settings settings, const server_surroundings& around)
    : state_(std::make_unique<state>(std::move(settings), around)) {}
gateway::~gateway() { stop(std::chrono::milliseconds(0)); }

class router& gateway::router() noexcept {
  return state_->routes;
}
actors::live_sockets& gateway::feed() noexcept { return state_->hub; }
live_hub& gateway::hub() noexcept { return state_->hub; }

void gateway::set_readiness(std::function<std::optional<std::string>()> why_not) { state_->why_not_ready = std::move(why_not); }

result<void> gateway::start(actors::region& region, const live_encoder& encoder, const node_keys& keys) {
  auto& s = *state_;
  const auto pages = pages_server::load(s.pages);
  if (!pages) return pages.error();
  s.add_node_routes();
  pages->add_routes(s.routes);
  s.hub.connect(region, encoder, keys);
  s.server.add_socket("/api/v1/live", "live", s.hub);
  return s.server.start();
}

std::uint16_t gateway::port() const noexcept { return state_->server.port(); }
const http_server& gateway::server() const noexcept { return state_->server; }

void gateway::stop(std::chrono::milliseconds limit) {
  state_->stopping = true;
  state_->server.stop(limit);
}

}  // namespace holdfast::gateway
