#include "gateway/console/cluster_views.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <cmath>
#include <map>

#include "gateway/http/problem.hpp"

namespace holdfast::gateway::console {
namespace {

namespace json = boost::json;

void add_journal(json::object& out, const v1::NodeSample& n) {
  out["commitsPerS"] = figure(n.commits_per_s());
  out["rowsPerCommit"] = figure(n.rows_per_commit());
  out["commitP50Ms"] = figure(n.commit_p50_ms());
  out["commitP99Ms"] = figure(n.commit_p99_ms());
  out["journalBytesInFlight"] = n.journal_bytes_in_flight();
  out["projectionLagRows"] = n.projection_lag_rows();
  out["replicas"] = n.replicas();
  if (n.replicas() == 0) return;
  out["replicationLagBytes"] = n.replication_lag_bytes();
  out["replicationLagMs"] = figure(n.replication_lag_ms());
}

}  // namespace

std::string_view state_text(v1::NodeState state) noexcept {
  static constexpr std::array<std::string_view, v1::NodeState_ARRAYSIZE> words{
      "unreachable", "serving", "not_ready", "stopping", "fenced", "joining", "unsure", "draining", "unreachable"};
  const auto i = static_cast<std::size_t>(state);
  return i < words.size() ? words.at(i) : words.front();
}

json::value figure(double value) {
  const auto hundredths = std::llround(std::max(0.0, std::isfinite(value) ? value : 0.0) * 100);
  if (hundredths % 100 == 0) return hundredths / 100;
  return static_cast<double>(hundredths) / 100;
}

json::object node_json(const v1::NodeSample& n) {
  json::object out{{"node", n.node()}, {"state", state_text(n.state())}};
  if (!n.reason().empty()) out["reason"] = n.reason();
  if (n.at_ms() == 0) return out;  // it did not answer
  out["paused"] = n.paused();
  if (n.weight() > 0) out["weight"] = n.weight();
  out["version"] = n.version();
  out["startedAt"] = iso_time(n.started_at_ms());
  out["journal"] = n.journal();
  out["cpu"] = figure(n.cpu());
  out["processors"] = n.processors();
  out["memoryBytes"] = n.memory_bytes();
  out["connections"] = n.connections();
  out["websockets"] = n.websockets();
  out["requestsPerS"] = figure(n.requests_per_s());
  out["errorsPerS"] = figure(n.errors_per_s());
  out["requestP50Ms"] = figure(n.request_p50_ms());
  out["requestP99Ms"] = figure(n.request_p99_ms());
  out["commandsInFlight"] = n.commands_in_flight();
  out["commandsPerS"] = figure(n.commands_per_s());
  out["rejectionsPerS"] = figure(n.rejections_per_s());
  out["overloadedPerS"] = figure(n.overloaded_per_s());
  out["entities"] = n.entities();
  out["shards"] = n.shards();
  add_journal(out, n);
  return out;
}

json::object shard_json(const v1::ShardSample& s) {
  json::object out{{"shard", s.shard()},
                   {"node", s.node()},
                   {"epoch", s.epoch()},
                   {"entities", s.entities()},
                   {"commandsPerS", figure(s.commands_per_s())}};
  if (!s.moving_to().empty()) out["movingTo"] = s.moving_to();
  return out;
}

json::object tenant_load_json(const v1::TenantLoad& t) {
  return {{"tenant", t.tenant()},
          {"entities", t.entities()},
          {"commandsPerS", figure(t.commands_per_s())},
          {"rejectionsPerS", figure(t.rejections_per_s())}};
}

json::object cluster_changes_json(std::span<const v1::LiveChange* const> changes) {
  json::array samples, shards, tenants;
  std::map<std::uint32_t, const v1::ShardSample*> latest;
  for (const auto* change : changes) {
    const auto& sample = change->cluster();
    json::array nodes;
    for (const auto& node : sample.nodes()) nodes.push_back(node_json(node));
    samples.push_back({{"at", sample.at_ms() / 1'000}, {"nodes", std::move(nodes)}});
    for (const auto& shard : sample.shards()) latest[shard.shard()] = &shard;
  }
  for (const auto& [number, shard] : latest) shards.push_back(shard_json(*shard));
  const auto& last = changes.back()->cluster();
  for (const auto& tenant : last.tenants()) tenants.push_back(tenant_load_json(tenant));
  return {{"at", iso_time(last.at_ms())},
          {"clustered", last.clustered()},
          {"samples", std::move(samples)},
          {"shards", std::move(shards)},
          {"tenants", std::move(tenants)}};
}

}  // namespace holdfast::gateway::console
