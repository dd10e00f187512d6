#pragma once
// The way in from outside: one HTTP server with the pages, the live socket and the node's own routes. The API and the mail pages add
// theirs.
//
//   gateway g(settings, surroundings);            // g.feed() is there for the actors
//   add_api(g.router(), …);                       // whoever serves something adds its routes
//   g.start(region, encoder, keys);                   // binds and serves
//   g.stop(10s);                                  // while the actors still answer; then stop the actors, then destroy g
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/http/http_server.hpp"
#include "gateway/live/live_hub.hpp"

namespace holdfast::gateway {

struct gateway_settings {
  http_server_settings http;
  live_settings live;
  std::filesystem::path pages;  // what the build of gateway/pages put out
};

class gateway {
public:
  gateway(gateway_settings, const server_surroundings&);
  ~gateway();
  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;

  class router& router() noexcept;
  /// Where the actors publish durable changes; usable at once and as long as the gateway lives.
  actors::live_sockets& feed() noexcept;

  live_hub& hub() noexcept;

  /// Why the node cannot take bookings now, or empty. Asked by GET /readyz on an I/O thread; must not block. Before start().
  void set_readiness(std::function<std::optional<std::string>()>);

  /// Loads the pages, adds the node's own routes (/healthz, /readyz, /metrics, /api/v1/live, the pages), binds and serves.
  result<void> start(actors::region&, const live_encoder&, const node_keys&);
  std::uint16_t port() const noexcept;
  const http_server& server() const noexcept;

  /// Takes nothing new, lets requests in flight end until the limit passes, closes everything. Blocks; safe to call twice.
  void stop(std::chrono::milliseconds limit);

private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::gateway
