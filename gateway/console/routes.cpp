#include "gateway/console/routes.hpp"

#include "gateway/api/serve.hpp"
#include "gateway/console/handlers.hpp"

namespace holdfast::gateway::console {
namespace {

struct route {
  std::string_view method;
  std::string_view path;  // below the API's prefix
  std::string_view name;  // operationId
  task<response> (*serve)(call&, surroundings&);
};

constexpr route table[] = {
    {"GET", "/operator/cluster", "getCluster", handlers::get_cluster},
    {"GET", "/operator/nodes/{node}/slow-requests", "listSlowRequests", handlers::list_slow_requests},
    {"GET", "/operator/nodes/{node}/log-levels", "getLogLevels", handlers::get_log_levels},
    {"POST", "/operator/nodes/{node}/log-level", "setLogLevel", handlers::set_log_level},
    {"POST", "/operator/nodes/{node}/drain", "drainNode", handlers::drain_node},
    {"POST", "/operator/nodes/{node}/pause", "pauseNode", handlers::pause_node},
    {"POST", "/operator/nodes/{node}/resume", "resumeNode", handlers::resume_node},
    {"POST", "/operator/shards/{shard}/move", "moveShard", handlers::move_shard},
    {"POST", "/operator/rebalance", "rebalanceShards", handlers::rebalance_shards},
    {"GET", "/operator/entities", "findEntities", handlers::find_entities},
    {"GET", "/operator/entity", "inspectEntity", handlers::inspect_entity},
    {"POST", "/operator/entity/passivate", "passivateEntity", handlers::passivate_entity},
    {"POST", "/operator/entity/restart", "restartEntity", handlers::restart_entity},
    {"POST", "/operator/entity/snapshot", "snapshotEntity", handlers::snapshot_entity},
    {"GET", "/operator/tenants", "listTenants", handlers::list_tenants},
    {"POST", "/operator/tenants/{tenant}/suspend", "suspendTenant", handlers::suspend_tenant},
    {"POST", "/operator/tenants/{tenant}/resume", "resumeTenant", handlers::resume_tenant},
    {"GET", "/operator/actions", "listActions", handlers::list_actions},
};

}  // namespace

void add_routes(router& to, const std::shared_ptr<api::api_context>& api, const std::shared_ptr<surroundings>& around) {
  for (const auto& r : table)
    api::add_operation(to, api, r.method, r.path, r.name, [around, serve = r.serve](call& c) { return serve(c, *around); });
}

}  // namespace holdfast::gateway::console
