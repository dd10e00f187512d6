// Nodes and their shards, logs and slow requests.
#include <charconv>

#include "gateway/api/paging.hpp"
#include "gateway/console/actions.hpp"
#include "gateway/console/cluster_views.hpp"
#include "gateway/console/handlers.hpp"
#include "gateway/http/problem.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::console::handlers {
namespace {

namespace json = boost::json;

json::object slow_json(const v1::SlowRequest& r) {
  return {{"at", iso_time(r.at_ms())},   {"method", r.method()}, {"path", r.path()},
          {"route", r.route()},          {"tenant", r.tenant()}, {"remote", r.remote()},
          {"requestId", r.request_id()}, {"status", r.status()}, {"ms", figure(static_cast<double>(r.micros()) / 1'000)}};
}

task<outcome> tell(call& c, surroundings& o, std::string node, v1::OperatorRequest request) {
  const auto told = co_await ask_node(c, o, std::move(node), std::move(request), v1::OperatorAnswer::kDone);
  if (!told) co_return told.error();
  co_return outcome();
}

/// An action that is one word to one node.
task<response> act_on_node(call& c, surroundings& o, std::string action, v1::OperatorRequest request) {
  auto who = bare_caller(c);
  if (!who) co_return c.refuse(who.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const auto& node = c.at.at("node");
  wish what{std::move(action), node, {}};
  deed doing = [&c, &o, node, request = std::move(request)] { return tell(c, o, node, request); };
  co_return co_await act(c, o, std::move(*who), std::move(what), std::move(doing));
}

std::optional<std::uint16_t> shard_in_path(const call& c) {
  const auto& text = c.at.at("shard");
  std::uint16_t out = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stop == end && out < shard_count ? std::optional(out) : std::nullopt;
}

}  // namespace

task<response> get_cluster(call& c, surroundings& o) {
  const auto who = bare_caller(c);
  if (!who) co_return c.refuse(who.error());
  co_return c.ok(o.seen.snapshot().state);
}

task<response> list_slow_requests(call& c, surroundings& o) {
  const auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  const auto at = c.parameters(api::read_page);
  if (!at) co_return c.refuse(at.error());
  v1::OperatorRequest request;
  request.mutable_get_slow_requests();
  const auto found = co_await ask_node(c, o, c.at.at("node"), std::move(request), v1::OperatorAnswer::kSlowRequests);
  if (!found) co_return c.refuse(found.error());
  const auto& all = (*found)->slow_requests().requests();
  const auto page = api::cut(std::vector<v1::SlowRequest>(all.begin(), all.end()), *at);
  auto out = api::page_json(page, *at, slow_json);
  out["thresholdMs"] = (*found)->slow_requests().threshold_ms();
  co_return c.ok(out);
}

task<response> get_log_levels(call& c, surroundings& o) {
  const auto who = bare_caller(c);
  if (!who) co_return c.refuse(who.error());
  v1::OperatorRequest request;
  request.mutable_get_log_levels();
  const auto found = co_await ask_node(c, o, c.at.at("node"), std::move(request), v1::OperatorAnswer::kLogLevels);
  if (!found) co_return c.refuse(found.error());
  json::array data;
  for (const auto& one : (*found)->log_levels().levels()) data.push_back({{"component", one.component()}, {"level", one.level()}});
  co_return c.ok(json::object{{"data", std::move(data)}});
}

task<response> set_log_level(call& c, surroundings& o) {
  auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  const auto wanted = c.body([](api::object_reader& in) {
    v1::SetLogLevel out;
    out.set_component(in.text("component", api::rules::log_component, api::presence::required).value_or(""));
    out.set_level(in.text("level", api::rules::log_level, api::presence::required).value_or(""));
    return out;
  });
  if (!wanted) co_return c.refuse(wanted.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const auto& node = c.at.at("node");
  v1::OperatorRequest request;
  *request.mutable_set_log_level() = *wanted;
  wish what{"set_log_level", node, wanted->component() + ": " + wanted->level()};
  deed doing = [&c, &o, node, request] { return tell(c, o, node, request); };
  co_return co_await act(c, o, std::move(*who), std::move(what), std::move(doing));
}

task<response> drain_node(call& c, surroundings& o) {
  v1::OperatorRequest request;
  request.mutable_drain();
  return act_on_node(c, o, "drain_node", std::move(request));
}

task<response> pause_node(call& c, surroundings& o) {
  v1::OperatorRequest request;
  request.mutable_pause();
  return act_on_node(c, o, "pause_node", std::move(request));
}

task<response> resume_node(call& c, surroundings& o) {
  v1::OperatorRequest request;
  request.mutable_resume();
  return act_on_node(c, o, "resume_node", std::move(request));
}

task<response> move_shard(call& c, surroundings& o) {
  auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  const auto to =
      c.body([](api::object_reader& in) { return in.text("node", api::rules::node_name, api::presence::required).value_or(""); });
  if (!to) co_return c.refuse(to.error());
  const auto shard = shard_in_path(c);
  if (!shard) co_return c.refuse(v1::NOT_FOUND);
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  v1::OperatorRequest request;
  request.mutable_move_shard()->set_shard(*shard);
  request.mutable_move_shard()->set_to(*to);
  wish what{"move_shard", std::to_string(*shard), "to " + *to};
  deed doing = [&c, &o, request] { return tell(c, o, o.nodes.self(), request); };
  co_return co_await act(c, o, std::move(*who), std::move(what), std::move(doing));
}

task<response> rebalance_shards(call& c, surroundings& o) {
  auto who = bare_caller(c);
  if (!who) co_return c.refuse(who.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  v1::OperatorRequest request;
  request.mutable_rebalance();
  wish what{"rebalance_shards", {}, {}};
  deed doing = [&c, &o, request] { return tell(c, o, o.nodes.self(), request); };
  co_return co_await act(c, o, std::move(*who), std::move(what), std::move(doing));
}

}  // namespace holdfast::gateway::console::handlers
