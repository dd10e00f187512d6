#pragma once
// One function per operation for operators, under the operation's name. Which path leads to which stands in routes.cpp.
#include "gateway/console/asking.hpp"

namespace holdfast::gateway::console::handlers {

// nodes.cpp
task<response> get_cluster(call&, surroundings&);
task<response> list_slow_requests(call&, surroundings&);
task<response> get_log_levels(call&, surroundings&);
task<response> set_log_level(call&, surroundings&);
task<response> drain_node(call&, surroundings&);
task<response> pause_node(call&, surroundings&);
task<response> resume_node(call&, surroundings&);
task<response> move_shard(call&, surroundings&);
task<response> rebalance_shards(call&, surroundings&);

// find.cpp
task<response> find_entities(call&, surroundings&);

// entities.cpp
task<response> inspect_entity(call&, surroundings&);
task<response> passivate_entity(call&, surroundings&);
task<response> restart_entity(call&, surroundings&);
task<response> snapshot_entity(call&, surroundings&);

// tenants.cpp
task<response> list_tenants(call&, surroundings&);
task<response> suspend_tenant(call&, surroundings&);
task<response> resume_tenant(call&, surroundings&);

// actions.cpp
task<response> list_actions(call&, surroundings&);

}  // namespace holdfast::gateway::console::handlers
