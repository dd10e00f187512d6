#pragma once
// Wires the actors of a node together inside an actor system that somebody else made: actors::node runs them on threads, the simulation
// on virtual time. Which of them run detached is decided here and nowhere else.
#include <caf/actor_system.hpp>
#include <memory>
#include <vector>

#include "actors/contracts.hpp"
#include "actors/node.hpp"
#include "actors/runtime/context.hpp"
#include "actors/sharding/local_region.hpp"

namespace holdfast::actors {

enum class threading : std::uint8_t {
  detached_stores,  // whatever blocks in a store has a thread of its own
  all_scheduled,    // nothing leaves the scheduler: deterministic tests
};

/// Handles of everything that was started, in the order in which it may be stopped.
class assembly {
public:
  /// All shards are closed at first; one of the two below follows.
  static result<assembly> make(caf::actor_system& system, const node_options& options, threading mode);

  /// This node alone: takes every shard from whoever had them. figures->fenced tells when another one does the same.
  result<void> serve_alone();
  /// One of several: commands of entities and timers go by `ways`; whoever made it opens and closes the shards of `region`. `lost`: the
  /// store says that a shard has another owner; called on entity threads, must not block.
  void serve_among(const std::shared_ptr<entity_region>& ways, std::function<void(shard_id, epoch)> lost);

  /// Instead of node_options::feed; before any shard is open.
  void publish_to(std::shared_ptr<live_feed> feed);

  std::shared_ptr<local_region> region;
  std::shared_ptr<actors::figures> figures;

  /// Puts every entity away; none is started any more. Done when figures say that none is started and no snapshot waits.
  void put_away() const;
  /// Kills all actors; what was not durable is lost. Their slots answer UNAVAILABLE.
  void kill();

private:
  assembly(caf::actor_system& system, const node_options& options, threading mode)
      : system_(&system), storage_(options.storage), name_(options.name), mode_(mode) {}

  caf::actor_system* system_;
  std::shared_ptr<persistence::storage> storage_;
  std::string name_;
  threading mode_;
  std::shared_ptr<persistence::timer_store> timers_;
  std::shared_ptr<node_context> context_;
  std::vector<caf::actor> services_;
};

}  // namespace holdfast::actors
