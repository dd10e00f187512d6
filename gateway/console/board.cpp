#include "gateway/console/board.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <utility>

#include "gateway/console/cluster_views.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/live/topic.hpp"

namespace holdfast::gateway::console {
namespace {

namespace json = boost::json;
using kept = std::deque<std::shared_ptr<const v1::ClusterSample>>;

bool same(const v1::ShardSample& a, const v1::ShardSample& b) {
  return a.node() == b.node() && a.epoch() == b.epoch() && a.moving_to() == b.moving_to() && a.entities() == b.entities() &&
         a.commands_per_s() == b.commands_per_s();
}

/// What a subscriber does not know yet, when it knows the one before.
std::shared_ptr<v1::LiveChange> change_between(const v1::ClusterSample* before, const v1::ClusterSample& now, std::int64_t version) {
  auto out = std::make_shared<v1::LiveChange>();
  out->set_tenant_slug(std::string(no_tenant));
  out->set_topic(std::string(cluster_topic));
  out->set_version(version);
  auto& told = *out->mutable_cluster();
  told = now;
  if (before == nullptr || before->shards_size() != now.shards_size()) return out;
  told.clear_shards();
  for (int i = 0; i < now.shards_size(); ++i)
    if (!same(before->shards(i), now.shards(i))) *told.add_shards() = now.shards(i);
  return out;
}

struct series {
  const char* name;
  json::value (*of)(const v1::NodeSample&);
};

constexpr std::array<series, 10> all_series{{
    {"cpu", [](const v1::NodeSample& n) { return figure(n.cpu()); }},
    {"memoryBytes", [](const v1::NodeSample& n) { return json::value(n.memory_bytes()); }},
    {"connections", [](const v1::NodeSample& n) { return json::value(n.connections()); }},
    {"requestsPerS", [](const v1::NodeSample& n) { return figure(n.requests_per_s()); }},
    {"errorsPerS", [](const v1::NodeSample& n) { return figure(n.errors_per_s()); }},
    {"requestP99Ms", [](const v1::NodeSample& n) { return figure(n.request_p99_ms()); }},
    {"commandsInFlight", [](const v1::NodeSample& n) { return json::value(n.commands_in_flight()); }},
    {"rowsPerCommit", [](const v1::NodeSample& n) { return figure(n.rows_per_commit()); }},
    {"commitP99Ms", [](const v1::NodeSample& n) { return figure(n.commit_p99_ms()); }},
    {"replicationLagMs", [](const v1::NodeSample& n) { return n.replicas() == 0 ? json::value() : figure(n.replication_lag_ms()); }},
}};

/// One row of the table "node × moment"; null where the node was not there.
json::object history_of(const std::string& node, const kept& samples) {
  std::vector<const v1::NodeSample*> row;
  row.reserve(samples.size());
  for (const auto& sample : samples) {
    const auto& nodes = sample->nodes();
    const auto at = std::find_if(nodes.begin(), nodes.end(), [&](const auto& n) { return n.node() == node && n.at_ms() != 0; });
    row.push_back(at == nodes.end() ? nullptr : &*at);
  }
  json::object out{{"node", node}};
  for (const auto& [name, of] : all_series) {
    json::array values;
    values.reserve(row.size());
    for (const auto* n : row) values.push_back(n == nullptr ? json::value() : of(*n));
    out[name] = std::move(values);
  }
  return out;
}

json::object history_json(const kept& samples) {
  json::array at, nodes;
  std::map<std::string, bool> names;
  for (const auto& sample : samples) {
    at.push_back(sample->at_ms() / 1'000);
    for (const auto& node : sample->nodes()) names.try_emplace(node.node());
  }
  for (const auto& [name, unused] : names) nodes.push_back(history_of(name, samples));
  return {{"at", std::move(at)}, {"nodes", std::move(nodes)}};
}

json::object cluster_json(const v1::ClusterSample& now, std::int64_t version, const kept& samples) {
  json::array nodes, shards, tenants;
  for (const auto& node : now.nodes()) nodes.push_back(node_json(node));
  for (const auto& shard : now.shards()) shards.push_back(shard_json(shard));
  for (const auto& tenant : now.tenants()) tenants.push_back(tenant_load_json(tenant));
  return {{"version", version},        {"at", iso_time(now.at_ms())}, {"clustered", now.clustered()},  {"seenFrom", now.seen_from()},
          {"nodes", std::move(nodes)}, {"shards", std::move(shards)}, {"tenants", std::move(tenants)}, {"history", history_json(samples)}};
}

}  // namespace

board::board(actors::live_feed& to, std::size_t samples_max) : to_(to), samples_max_(samples_max) {}

void board::take(v1::ClusterSample sample) {
  std::shared_ptr<v1::LiveChange> change;
  {
    const std::lock_guard lock(mutex_);
    change = change_between(newest_.get(), sample, ++version_);
    auto figures = std::make_shared<v1::ClusterSample>();
    figures->set_at_ms(sample.at_ms());
    *figures->mutable_nodes() = sample.nodes();
    nodes_.push_back(std::move(figures));
    if (nodes_.size() > samples_max_) nodes_.pop_front();
    newest_ = std::make_shared<const v1::ClusterSample>(std::move(sample));
  }
  to_.publish(std::move(change));
}

cluster_source::text board::snapshot() const {
  const std::lock_guard lock(mutex_);
  if (written_.version != version_ || written_.state.empty()) {
    static const v1::ClusterSample nothing;
    written_ = {version_, json::serialize(cluster_json(newest_ ? *newest_ : nothing, version_, nodes_))};
  }
  return written_;
}

std::shared_ptr<const v1::ClusterSample> board::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

}  // namespace holdfast::gateway::console
