#include "config/console/meter.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <tuple>

#include "config/console/process.hpp"
#include "config/console/quantile.hpp"

namespace holdfast::console {
namespace {

double rate(std::uint64_t now, std::uint64_t before, double seconds) { return static_cast<double>(now - before) / seconds; }

std::vector<std::uint64_t> difference(const std::vector<std::uint64_t>& now, const std::vector<std::uint64_t>& before) {
  std::vector<std::uint64_t> out(now.size());
  for (std::size_t i = 0; i < now.size(); ++i) out[i] = now[i] - before[i];
  return out;
}

/// actors::latency_buckets: bucket i ends at 2^i µs.
double commit_upper_ms(std::size_t bucket) { return std::ldexp(1e-3, static_cast<int>(bucket)); }

}  // namespace

meter::meter(meter_sources from, unix_ms started_at, moment now) : from_(std::move(from)), started_at_(started_at), before_(read(now)) {}

meter::counts meter::read(moment now) const {
  const auto& a = from_.actors;
  counts out{now,
             processor_time(),
             from_.http.requests(),
             from_.http.errors(),
             a.commands.load(),
             a.rejections.load(),
             a.overloaded.load(),
             a.journal_batches.load(),
             a.journal_rows.load(),
             {},
             {},
             {},
             {}};
  for (std::size_t i = 0; i < gateway::traffic::buckets; ++i) out.durations.push_back(from_.http.count_of(i));
  for (std::size_t i = 0; i < actors::latency_buckets::size; ++i) out.commits.push_back(a.commit_us.count(i));
  for (std::size_t i = 0; i < shard_count; ++i) out.shards.at(i) = a.shards.at(i).commands.load();
  a.tenants.each([&](const std::string& tenant, const actors::load& load) { out.tenants[tenant] = {load.commands, load.rejections}; });
  return out;
}

void meter::describe(v1::NodeSample& out) const {
  out.set_node(from_.node);
  out.set_journal(from_.journal);
  out.set_version(HOLDFAST_VERSION);
  out.set_started_at_ms(started_at_);
  out.set_state(v1::NODE_SERVING);
  if (const auto why = from_.obstacle()) {
    out.set_state(v1::NODE_NOT_READY);
    out.set_reason(*why);
  }
  if (from_.actors.fenced) out.set_state(v1::NODE_FENCED);
  out.set_processors(std::max(1U, std::thread::hardware_concurrency()));
  out.set_memory_bytes(memory_bytes());
  out.set_connections(static_cast<std::int64_t>(from_.connections()));
  out.set_websockets(static_cast<std::int64_t>(from_.websockets()));
  out.set_commands_in_flight(from_.actors.commands_in_flight);
  out.set_entities(from_.actors.entities_started);
}

void meter::describe_journal(v1::NodeSample& out, const counts& now, double seconds) const {
  const auto commits = now.batches - before_.batches;
  out.set_commits_per_s(static_cast<double>(commits) / seconds);
  out.set_rows_per_commit(commits == 0 ? 0 : static_cast<double>(now.rows - before_.rows) / static_cast<double>(commits));
  const auto took = difference(now.commits, before_.commits);
  out.set_commit_p50_ms(quantile(took, 0.5, &commit_upper_ms));
  out.set_commit_p99_ms(quantile(took, 0.99, &commit_upper_ms));
  out.set_journal_bytes_in_flight(from_.actors.journal_bytes_in_flight);
  out.set_projection_lag_rows(from_.projection_lag());
}

void meter::describe_shards(v1::NodeReport& out, const counts& now, double seconds) const {
  for (std::uint32_t i = 0; i < shard_count; ++i) {
    auto& shard = *out.add_shards();
    shard.set_shard(i);
    shard.set_entities(from_.actors.shards.at(i).entities);
    shard.set_commands_per_s(rate(now.shards.at(i), before_.shards.at(i), seconds));
  }
}

void meter::describe_tenants(v1::NodeReport& out, const counts& now, double seconds) const {
  from_.actors.tenants.each([&](const std::string& tenant, const actors::load& load) {
    const auto known = now.tenants.find(tenant);
    if (known == now.tenants.end()) return;  // came just now
    const auto last = before_.tenants.find(tenant);
    const auto [commands, rejections] = last == before_.tenants.end() ? std::array<std::uint64_t, 2>{} : last->second;
    v1::TenantLoad one;
    one.set_tenant(tenant);
    one.set_entities(load.entities);
    one.set_commands_per_s(rate(known->second[0], commands, seconds));
    one.set_rejections_per_s(rate(known->second[1], rejections, seconds));
    if (one.entities() > 0 || one.commands_per_s() > 0) *out.add_tenants() = std::move(one);
  });
  std::sort(out.mutable_tenants()->begin(), out.mutable_tenants()->end(), [](const v1::TenantLoad& a, const v1::TenantLoad& b) {
    return std::tuple(-a.commands_per_s(), -a.entities(), a.tenant()) < std::tuple(-b.commands_per_s(), -b.entities(), b.tenant());
  });
}

v1::NodeReport meter::measure(unix_ms at, moment now) {
  auto counted = read(now);
  const auto seconds = std::max(1e-3, std::chrono::duration<double>(now - before_.at).count());
  v1::NodeReport out;
  auto& node = *out.mutable_node();
  describe(node);
  node.set_at_ms(at);
  node.set_cpu(std::chrono::duration<double>(counted.processor - before_.processor).count() / seconds);
  node.set_requests_per_s(rate(counted.requests, before_.requests, seconds));
  node.set_errors_per_s(rate(counted.errors, before_.errors, seconds));
  const auto durations = difference(counted.durations, before_.durations);
  node.set_request_p50_ms(quantile(durations, 0.5, &gateway::traffic::upper_ms));
  node.set_request_p99_ms(quantile(durations, 0.99, &gateway::traffic::upper_ms));
  node.set_commands_per_s(rate(counted.commands, before_.commands, seconds));
  node.set_rejections_per_s(rate(counted.rejections, before_.rejections, seconds));
  node.set_overloaded_per_s(rate(counted.overloaded, before_.overloaded, seconds));
  describe_journal(node, counted, seconds);
  describe_shards(out, counted, seconds);
  describe_tenants(out, counted, seconds);
  before_ = std::move(counted);
  return out;
}

}  // namespace holdfast::console
