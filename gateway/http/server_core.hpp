#pragma once
// What all lanes and connections of one server share: settings, limits, counters, the table of WebSocket paths.
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/http/http_server.hpp"
#include "gateway/http/metrics.hpp"
#include "gateway/http/traffic.hpp"

namespace holdfast::gateway {

class server_core;

/// A connection's place within the limits; gives it back when destroyed.
class admission {
public:
  admission() = default;
  admission(std::shared_ptr<server_core> core, std::string address) : core_(std::move(core)), address_(std::move(address)) {}
  admission(admission&&) noexcept = default;
  admission& operator=(admission&&) noexcept;
  ~admission() { release(); }
  void release() noexcept;

private:
  std::shared_ptr<server_core> core_;
  std::string address_;
};

class server_core : public std::enable_shared_from_this<server_core> {
public:
  server_core(http_server_settings, server_surroundings, const router&);

  struct socket_route {
    std::string name;
    socket_service* service;
  };

  const http_server_settings settings;
  const server_surroundings around;
  const router& routes;
  http_metrics metrics;
  class traffic traffic;
  std::map<std::string, socket_route, std::less<>> sockets;  // by path
  std::atomic<bool> stopping{false};

  /// Empty, and counted, when a limit is reached.
  std::optional<admission> admit(const std::string& address);
  std::size_t connections() const noexcept { return connections_.load(std::memory_order_relaxed); }

  /// Few refused connections get an answer; the others are closed.
  std::optional<admission> admit_refusal();

  /// Bytes of bodies being read, over all connections. False, and nothing taken, when they would pass the limit.
  bool take_body_bytes(std::int64_t n) noexcept;
  void give_body_bytes(std::int64_t n) noexcept { body_bytes_.fetch_sub(n, std::memory_order_relaxed); }

  /// Milliseconds to wait, or empty to go on.
  std::optional<std::int64_t> rate_limited(const request&);

  std::string next_request_id();
  /// The client's address: the peer's, or what a trusted proxy says.
  std::string client_of(const std::string& peer, const request_head&) const;
  std::string tenant_of(const request_head&) const;

private:
  friend class admission;
  void leave(const std::string& address) noexcept;

  rate_limiter per_address_;
  rate_limiter per_key_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> refusals_{0};
  std::atomic<std::int64_t> body_bytes_{0};
  std::atomic<std::uint64_t> requests_{0};
  const std::string id_prefix_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> per_address_count_;
};

}  // namespace holdfast::gateway
