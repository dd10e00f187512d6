#pragma once
// The operators' console of one node: its questions answered, its figures measured, its routes and its live topic.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/link/peers.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"
#include "config/console/fleet.hpp"
#include "gateway/api/api.hpp"
#include "gateway/gateway.hpp"
#include "holdfast/v1/cluster.pb.h"
#include "persistence/storage.hpp"

namespace holdfast::console {

/// Everything referred to outlives the console.
struct console_sources {
  std::string node;
  std::shared_ptr<persistence::storage> storage;
  actors::limits limits;
  const actors::figures& figures;
  gateway::gateway& edge;
  std::function<std::int64_t()> projection_lag;
  std::function<std::optional<std::string>()> obstacle;  // why no bookings should come here
  const wall_clock& clock;
};

class node_console {
public:
  /// Before the gateway starts: adds routes and the topic "cluster:".
  static std::unique_ptr<node_console> start(const console_sources&, std::unique_ptr<fleet>,
                                             const std::shared_ptr<gateway::api::api_context>&);
  ~node_console();
  node_console(const node_console&) = delete;
  node_console& operator=(const node_console&) = delete;

  /// What another node asks of this one.
  void serve(const v1::PeerRequest&, const actors::link::incoming_request&);

private:
  struct parts;
  explicit node_console(std::unique_ptr<parts>);
  std::unique_ptr<parts> parts_;
};

/// A node without others: its leases are read from the store.
result<std::unique_ptr<fleet>> alone(const std::string& node, persistence::storage&);

}  // namespace holdfast::console
