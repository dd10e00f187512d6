#pragma once
// The HTTP/1.1 server: sockets, TLS, limits and deadlines, strict reading, access log, metrics. What is served is the router's matter.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/head.hpp"
#include "gateway/http/rate_limit.hpp"
#include "gateway/http/router.hpp"
#include "gateway/http/socket_service.hpp"
#include "gateway/http/traffic.hpp"
#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace prometheus {
class Registry;
}
namespace spdlog {
class logger;
}

namespace holdfast::gateway {

struct tls_settings {
  std::string certificate_file;  // PEM, the whole chain; empty: no TLS
  std::string private_key_file;  // PEM
};

struct http_server_settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  unsigned io_threads = 1;
  tls_settings tls;
  /// "holdfast.example": the first label of "doc-nz.holdfast.example" names the tenant.
  std::vector<std::string> tenant_domains{"localhost"};
  /// Peers whose X-Forwarded-For is believed, exact addresses.
  std::vector<std::string> trusted_proxies;
  /// Hosts besides the request's own that a page may open a WebSocket from, as in an Origin header without the scheme.
  std::vector<std::string> websocket_origins;

  head_limits limits;
  std::size_t connections_max = 10'000;
  std::size_t connections_per_address_max = 1'000;
  std::size_t websocket_message_bytes_max = 4'096;
  int websocket_send_buffer_bytes = 64 * 1024;  // in the system
  std::uint32_t requests_per_connection_max = 10'000;
  std::int64_t body_bytes_in_memory_max = 64 * 1024 * 1024;  // of all requests that are being read

  std::int64_t tls_handshake_ms_max = 10'000;
  std::int64_t head_ms_max = 10'000;     // from the first byte of a head (or the connection's start) to its end
  std::int64_t body_ms_max = 30'000;     // from the end of the head to the end of the body
  std::int64_t idle_ms_max = 60'000;     // between two requests
  std::int64_t handler_ms_max = 10'000;  // then 503 and nobody waits any more
  std::int64_t write_ms_max = 15'000;    // for any answer, plus the time its size takes at the rate below
  std::int64_t write_bytes_per_s_min = 8'192;
  std::int64_t linger_ms_max = 1'000;           // what a refused peer still sends is read and thrown away so long
  std::int64_t websocket_idle_ms_max = 60'000;  // no byte, not even a pong, for so long; a ping goes out at half of it

  rate_limit_settings rates;
  bool access_log = true;
  std::int64_t slow_request_ms_min = 500;    // from the end of its head to the answer's last byte: then operators see it
  std::size_t slow_requests_kept_max = 256;  // the newest
};

/// What the server is built on; all of it outlives the server.
struct server_surroundings {
  const wall_clock& clock;
  entropy& random;
  prometheus::Registry& metrics;
  std::shared_ptr<spdlog::logger> log;
};

class http_server {
public:
  http_server(http_server_settings, server_surroundings, const router&);
  ~http_server();  // stops at once
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// A GET on exactly this path opens a WebSocket. Before start(); the service outlives the server.
  void add_socket(std::string path, std::string_view name, socket_service&);

  /// Binds, listens and starts the I/O threads. The failure names address and reason.
  result<void> start();
  std::uint16_t port() const noexcept;

  /// Accepts no more, closes what is idle, lets requests in flight end until the limit passes, then closes everything. Blocks; safe to
  /// call twice.
  void stop(std::chrono::milliseconds limit);

  std::size_t connections() const noexcept;
  std::size_t websockets() const noexcept;
  const class traffic& traffic() const noexcept;

private:
  struct state;
  std::shared_ptr<state> state_;
};

/// GET /metrics: Prometheus text exposition of the registry.
handler metrics_handler(prometheus::Registry&);

}  // namespace holdfast::gateway
