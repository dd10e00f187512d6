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
  static result<assembly> make(caf::actor_system& system, const node_options& options, threading mode);

  std::shared_ptr<local_region> region;
  std::shared_ptr<actors::figures> figures;

  /// Puts every entity away; none is started any more. Done when figures say that none is started and no snapshot waits.
  void put_away() const;
  /// Kills all actors; what was not durable is lost. Their slots answer UNAVAILABLE.
  void kill();

private:
  std::shared_ptr<node_context> context_;
  std::vector<shard_actor> shards_;
  std::vector<caf::actor> services_;
};

}  // namespace holdfast::actors
