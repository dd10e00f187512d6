#pragma once
// What an actor system needs to take part in a cluster. Called on its configuration before the system is made.
#include "actors/link/limits.hpp"

namespace caf {
class actor_system_config;
}

namespace holdfast::actors::link {

/// Loads CAF's I/O module with our heartbeat and silence limit and without any listener of its own. Linking this function also gives every
/// actor system of the process a node id of its own (caf_setup.cpp).
void prepare_for_links(caf::actor_system_config&, const limits&);

}  // namespace holdfast::actors::link
