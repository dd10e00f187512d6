#pragma once
// The fleet of a node that is one of several: what its membership knows, and questions across the links.
#include <memory>
#include <string>

#include "actors/cluster/participation.hpp"
#include "config/console/fleet.hpp"

namespace holdfast::console {

/// The participation outlives the fleet.
std::unique_ptr<fleet> members(actors::cluster::participation&, std::string node, const wall_clock&);

/// What another node asks of this one; the answer goes back on the request's path. False: it is no operator's question.
using answering = std::function<void(const v1::OperatorRequest&, unix_ms deadline, gateway::console::operator_handler)>;
bool serve(const v1::PeerRequest&, const actors::link::incoming_request&, const wall_clock&, const answering&);

}  // namespace holdfast::console
