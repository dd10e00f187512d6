#include "config/console/sampler.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace holdfast::console {
namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

void put(v1::NodeSample& out, const standing& s) {
  out.set_node(s.node);
  out.set_weight(s.weight);
  out.set_paused(s.paused);
  // What the node says of itself is worse news than what the cluster believes.
  if (out.state() == v1::NODE_SERVING || out.state() == v1::NODE_STATE_UNSPECIFIED) out.set_state(s.state);
}

void put(v1::ShardSample& out, std::uint32_t number, const shard_standing& s) {
  out.set_shard(number);
  out.set_node(s.node);
  out.set_epoch(s.owner.value);
  out.set_moving_to(s.moving_to);
}

void add_tenants(v1::ClusterSample& out, const std::vector<v1::NodeReport>& reports) {
  std::map<std::string, v1::TenantLoad> sums;
  for (const auto& report : reports)
    for (const auto& one : report.tenants()) {
      auto& sum = sums[one.tenant()];
      sum.set_tenant(one.tenant());
      sum.set_entities(sum.entities() + one.entities());
      sum.set_commands_per_s(sum.commands_per_s() + one.commands_per_s());
      sum.set_rejections_per_s(sum.rejections_per_s() + one.rejections_per_s());
    }
  std::vector<const v1::TenantLoad*> busiest;
  busiest.reserve(sums.size());
  for (const auto& [tenant, sum] : sums) busiest.push_back(&sum);
  std::stable_sort(busiest.begin(), busiest.end(), [](const auto* a, const auto* b) {
    return std::pair(a->commands_per_s(), a->entities()) > std::pair(b->commands_per_s(), b->entities());
  });
  busiest.resize(std::min(busiest.size(), busiest_tenants_max));
  for (const auto* one : busiest) *out.add_tenants() = *one;
}

/// Answers as they come; whoever is too late is not heard.
struct hearing {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<v1::NodeReport> reports;
  std::size_t missing = 0;
};

}  // namespace

v1::NodeReport complete(v1::NodeReport measured, const fleet& all, const std::string& self, const persistence::replication& lag) {
  const auto nodes = all.nodes();
  const auto mine = std::find_if(nodes.begin(), nodes.end(), [&](const standing& s) { return s.node == self; });
  auto& node = *measured.mutable_node();
  if (mine != nodes.end()) put(node, *mine);
  node.set_replicas(lag.replicas);
  node.set_replication_lag_bytes(lag.lag_bytes);
  node.set_replication_lag_ms(lag.lag_ms);
  google::protobuf::RepeatedPtrField<v1::ShardSample> owned;
  const auto shards = all.shards();
  for (auto& shard : *measured.mutable_shards()) {
    const auto& where = shards.at(shard.shard());
    if (where.node != self) continue;
    put(shard, shard.shard(), where);
    *owned.Add() = std::move(shard);
  }
  node.set_shards(static_cast<std::uint32_t>(owned.size()));
  measured.mutable_shards()->Swap(&owned);
  return measured;
}

v1::ClusterSample merge(const fleet& all, const std::string& self, const std::vector<v1::NodeReport>& reports, unix_ms at) {
  v1::ClusterSample out;
  out.set_at_ms(at);
  out.set_clustered(all.clustered());
  out.set_seen_from(self);
  for (const auto& known : all.nodes()) {
    auto& node = *out.add_nodes();
    const auto said = std::find_if(reports.begin(), reports.end(), [&](const auto& r) { return r.node().node() == known.node; });
    if (said != reports.end()) {
      node = said->node();
    } else {
      put(node, known);
      if (node.state() == v1::NODE_SERVING || node.state() == v1::NODE_DRAINING) node.set_state(v1::NODE_UNREACHABLE);
    }
  }
  std::vector<const v1::ShardSample*> loads(shard_count, nullptr);
  for (const auto& report : reports)
    for (const auto& shard : report.shards())
      if (shard.shard() < shard_count) loads[shard.shard()] = &shard;
  const auto shards = all.shards();
  for (std::uint32_t i = 0; i < shard_count; ++i) {
    auto& shard = *out.add_shards();
    put(shard, i, shards.at(i));
    if (loads[i] == nullptr) continue;
    shard.set_entities(loads[i]->entities());
    shard.set_commands_per_s(loads[i]->commands_per_s());
    // Only the node that gives it away knows.
    if (shard.moving_to().empty()) shard.set_moving_to(loads[i]->moving_to());
  }
  add_tenants(out, reports);
  return out;
}

sampler::sampler(meter of, node_operations& operations, fleet& all, gateway::console::board& board, const wall_clock& clock,
                 milliseconds period)
    : meter_(std::move(of)), operations_(operations), fleet_(all), board_(board), clock_(clock), period_(period) {
  beat();
  thread_ = std::thread([this] { run(); });
}

sampler::~sampler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void sampler::run() {
  auto next = steady::now() + period_;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_until(lock, next, [this] { return stopping_; })) {
    lock.unlock();
    beat();
    // A machine that slept has missed some; they are not made up for.
    next = std::max(next + period_, steady::now() + period_ / 2);
    lock.lock();
  }
}

void sampler::beat() {
  const auto at = clock_.now();
  auto own = complete(meter_.measure(at, steady::now()), fleet_, operations_.self(), operations_.replication());
  operations_.show(own);
  auto reports = hear_others(at + period_.count() * 7 / 10);
  reports.push_back(std::move(own));
  board_.take(merge(fleet_, operations_.self(), reports, at));
}

std::vector<v1::NodeReport> sampler::hear_others(unix_ms deadline) {
  auto names = operations_.nodes();
  std::erase(names, operations_.self());
  if (names.empty()) return {};
  const auto heard = std::make_shared<hearing>();
  heard->missing = names.size();
  auto asked = std::make_shared<v1::OperatorRequest>();
  asked->mutable_get_report();
  for (const auto& name : names)
    operations_.ask(name, asked, deadline, [heard](const gateway::console::operator_answer& got) {
      const std::lock_guard lock(heard->mutex);
      if (got->has_report()) heard->reports.push_back(got->report());
      if (--heard->missing == 0) heard->changed.notify_all();
    });
  std::unique_lock lock(heard->mutex);
  heard->changed.wait_for(lock, period_ * 8 / 10, [&] { return heard->missing == 0; });
  return heard->reports;
}

}  // namespace holdfast::console
