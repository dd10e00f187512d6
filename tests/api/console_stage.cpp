#include "tests/api/console_stage.hpp"

#include "protocols/base/errors.hpp"

namespace holdfast::test {

void unreliable_operations::ask(const std::string& node, std::shared_ptr<const v1::OperatorRequest> asked, unix_ms deadline,
                                gateway::console::operator_handler then) {
  if (asked->kind_case() != broken) return next_.ask(node, std::move(asked), deadline, std::move(then));
  auto out = std::make_shared<v1::OperatorAnswer>();
  *out->mutable_rejection() = reject(v1::UNAVAILABLE);
  then(std::move(out));
}

console_stage::console_stage() {
  fleet = console::alone("node-1", *(*w.storage->leases())->all());
  const auto count = [this](const std::string&, const std::function<void(std::size_t)>& done) { done(subscribers); };
  operations =
      std::make_unique<console::node_operations>(console::operations_sources{"node-1", w.storage, {}, w.clock, http, count, *fleet});
  between = std::make_unique<unreliable_operations>(*operations);
  board = std::make_unique<gateway::console::board>(feed, 5);
  const auto none = [] { return std::size_t{0}; };
  meter = std::make_unique<console::meter>(
      console::meter_sources{"node-1", "memory", w.node->figures(), http, none, none, [] { return 0; }, [] { return std::nullopt; }},
      world::start, std::chrono::steady_clock::time_point{});
  beat();
  gateway::console::add_routes(w.router, w.api,
                               std::make_shared<gateway::console::surroundings>(gateway::console::surroundings{*between, *board}));
  token = w.token("operator", "*");
}

std::vector<std::string> console_stage::recorded() {
  std::vector<std::string> out;
  const auto got = get("/actions?limit=100");
  for (const auto& a : got.at("/data").as_array())
    out.push_back(std::string(a.at("action").as_string()) + " " + std::string(a.at("target").as_string()) + " " +
                  std::string(a.at("outcome").as_string()));
  return out;
}

void console_stage::beat() {
  w.clock.advance(1'000);
  const std::chrono::steady_clock::time_point now{std::chrono::milliseconds(w.clock.now() - world::start)};
  auto report = console::complete(meter->measure(w.clock.now(), now), *fleet, "node-1", operations->replication());
  operations->show(report);
  board->take(console::merge(*fleet, "node-1", {report}, w.clock.now()));
}

}  // namespace holdfast::test
