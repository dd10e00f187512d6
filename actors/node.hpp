#pragma once
// The actor side of one node: owns the actor system, takes the shards or joins a cluster, starts the services. No CAF header here.
//
//   auto node = actors::node::start(options);      // migrated storage; blocks while it takes the shards or joins
//   node->region()->ask(command, handler);
//   node->stop(deadline);                          // answers what is in flight, flushes, ends
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/cluster/options.hpp"
#include "actors/region.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"
#include "persistence/storage.hpp"
#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::actors {
namespace cluster {
class participation;
}

struct node_options {
  std::string name = "node-1";  // owner in the lease rows
  std::shared_ptr<persistence::storage> storage;
  const wall_clock* clock = &system_clock();
  fault_plan* faults = &no_faults();
  actors::limits limits;
  std::shared_ptr<live_feed> feed;           // may be null
  std::function<void()> outbox_grew;         // called on actor threads, must not block; may be null
  std::optional<cluster::options> cluster;   // absent: this node alone has all shards
  std::size_t scheduler_threads = 1;         // cores − I/O threads, at least 1
  std::string scheduler_policy = "sharing";  // "stealing" pays only when many workers are saturated
};

class node {
public:
  static result<std::unique_ptr<node>> start(const node_options& options);
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  std::shared_ptr<actors::region> region() const;
  const actors::figures& figures() const;
  /// What this node serves at this moment: whose timers, mails and lists are its business.
  shard_set served() const;
  /// Another node has its shards or its name: this one must end.
  bool replaced() const;
  /// Null without a cluster.
  cluster::participation* cluster() const noexcept;

  /// One of several gives its shards to the others and goes on serving; for one alone there is nothing to do.
  void drain(std::chrono::milliseconds deadline);
  /// Commands that arrive from now on are answered UNAVAILABLE; those in flight get until the deadline to become durable.
  void stop(std::chrono::milliseconds deadline);

private:
  struct impl;
  explicit node(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

}  // namespace holdfast::actors
