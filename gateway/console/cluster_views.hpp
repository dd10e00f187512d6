#pragma once
// What nodes tell of themselves, as JSON: the same for the route and for the live topic.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::gateway::console {

std::string_view state_text(v1::NodeState) noexcept;

/// Figures are for people: two digits after the point are enough.
boost::json::value figure(double);

boost::json::object node_json(const v1::NodeSample&);
boost::json::object shard_json(const v1::ShardSample&);
boost::json::object tenant_load_json(const v1::TenantLoad&);

/// Changes of the topic "cluster:", at least one, in order.
boost::json::object cluster_changes_json(std::span<const v1::LiveChange* const>);

}  // namespace holdfast::gateway::console
