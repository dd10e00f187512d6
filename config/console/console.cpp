#include "config/console/console.hpp"

#include <chrono>
#include <utility>

#include "config/console/members.hpp"
#include "config/console/node_operations.hpp"
#include "config/console/sampler.hpp"
#include "gateway/console/routes.hpp"
#include "gateway/live/topic.hpp"

namespace holdfast::console {
namespace {

constexpr std::size_t samples_kept = 300;  // five minutes

meter_sources sources_of_meter(const console_sources& from) {
  const auto& server = from.edge.server();
  return {from.node,
          std::string(from.storage->kind()),
          from.figures,
          server.traffic(),
          [&server] { return server.connections(); },
          [&server] { return server.websockets(); },
          from.projection_lag,
          from.obstacle};
}

operations_sources sources_of_operations(const console_sources& from, fleet& all) {
  const auto count = [&hub = from.edge.hub()](const std::string& entity, std::function<void(std::size_t)> done) {
    hub.count([entity](const gateway::topic& t) { return concerns(t, entity); }, std::move(done));
  };
  return {from.node, from.storage, from.limits, from.clock, from.edge.server().traffic(), count, all};
}

}  // namespace

/// In the order of construction; destroyed the other way round.
struct node_console::parts {
  parts(const console_sources& from, std::unique_ptr<fleet> others)
      : clock(from.clock),
        all(std::move(others)),
        operations(sources_of_operations(from, *all)),
        board(from.edge.hub(), samples_kept),
        samples(meter(sources_of_meter(from), from.clock.now(), std::chrono::steady_clock::now()), operations, *all, board, from.clock) {}

  const wall_clock& clock;
  std::unique_ptr<fleet> all;
  node_operations operations;
  gateway::console::board board;
  sampler samples;
};

node_console::node_console(std::unique_ptr<parts> p) : parts_(std::move(p)) {}
node_console::~node_console() = default;

std::unique_ptr<node_console> node_console::start(const console_sources& from, std::unique_ptr<fleet> all,
                                                  const std::shared_ptr<gateway::api::api_context>& api) {
  auto p = std::make_unique<parts>(from, std::move(all));
  const auto around = std::make_shared<gateway::console::surroundings>(gateway::console::surroundings{p->operations, p->board});
  gateway::console::add_routes(from.edge.router(), api, around);
  from.edge.hub().show_cluster(p->board);
  return std::unique_ptr<node_console>(new node_console(std::move(p)));
}

void node_console::serve(const v1::PeerRequest& asked, const actors::link::incoming_request& request) {
  console::serve(
      asked, request, parts_->clock,
      [&operations = parts_->operations](const v1::OperatorRequest& wanted, unix_ms deadline, gateway::console::operator_handler then) {
        operations.answer(wanted, deadline, std::move(then));
      });
}

result<std::unique_ptr<fleet>> alone(const std::string& node, persistence::storage& storage) {
  auto opened = storage.leases();
  if (!opened) return opened.error();
  const auto leases = (*opened)->all();
  if (!leases) return leases.error();
  return alone(node, *leases);
}

}  // namespace holdfast::console
