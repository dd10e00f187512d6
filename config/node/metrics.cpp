#include "config/node/metrics.hpp"

#include <prometheus/metric_family.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace holdfast::node {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class family_list {
public:
  template <class Number>
  void counter(const char* name, const char* help, const Number& value) {
    add(name, help, MetricType::Counter).counter.value = static_cast<double>(value);
  }
  template <class Number>
  void gauge(const char* name, const char* help, const Number& value) {
    add(name, help, MetricType::Gauge).gauge.value = static_cast<double>(value);
  }
  void histogram(const char* name, const char* help, const actors::latency_buckets& of) {
    auto& to = add(name, help, MetricType::Histogram).histogram;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i + 1 < actors::latency_buckets::size; ++i) {
      total += of.count(i);
      to.bucket.push_back({total, std::ldexp(1e-6, static_cast<int>(i))});
    }
    total += of.count(actors::latency_buckets::size - 1);
    to.bucket.push_back({total, INFINITY});
    to.sample_count = total;
    to.sample_sum = static_cast<double>(of.sum_us()) * 1e-6;
  }

  /// One counter for each kind.
  template <class Names, class Count>
  void counters(const char* name, const char* help, const char* label, const Names& kinds, Count count) {
    auto& family = families.emplace_back();
    family.name = name;
    family.help = help;
    family.type = MetricType::Counter;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      auto& metric = family.metric.emplace_back();
      metric.label.push_back({label, std::string(kinds[i])});
      metric.counter.value = static_cast<double>(count(i));
    }
  }

  std::vector<MetricFamily> families;

private:
  ClientMetric& add(const char* name, const char* help, MetricType type) {
    auto& family = families.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    return family.metric.emplace_back();
  }
};

void count_cluster(family_list& out, actors::cluster::participation& cluster) {
  using actors::cluster::membership;
  const auto& link = cluster.link().figures();
  if (const auto* live = cluster.live()) {
    out.counter("holdfast_relay_changes_sent_total", "Live changes sent to other nodes", live->changes_sent.load());
    out.counter("holdfast_relay_changes_received_total", "Live changes that other nodes sent", live->changes_received.load());
    out.counter("holdfast_relay_topics_restarted_total", "Topics whose guests needed a fresh snapshot", live->topics_restarted.load());
    out.gauge("holdfast_relay_topics_elsewhere", "Topics that this node follows at others", live->topics_elsewhere.load());
    out.gauge("holdfast_relay_topics_for_others", "Topics of this node that others follow", live->topics_for_others.load());
  }
  out.gauge("holdfast_cluster_member", "1 while this node's leases are in force", cluster.member().now() == membership::state::member);
  out.gauge("holdfast_cluster_shards", "Shards that this node holds", cluster.member().holds());
  out.gauge("holdfast_cluster_commands_waiting", "Commands that wait for a shard on the move", cluster.region()->waiting());
  out.gauge("holdfast_link_peers", "Nodes that are linked", link.peers_up.load());
  out.gauge("holdfast_link_half_open", "Connections that are not peers yet", link.half_open.load());
  out.counter("holdfast_link_accepted_total", "Connections that came in", link.accepted.load());
  out.counter("holdfast_link_dials_total", "Attempts to reach a peer", link.dials.load());
  out.counter("holdfast_link_dials_failed_total", "Attempts that failed", link.dials_failed.load());
  out.counters("holdfast_link_refused_total", "Connections that were refused or ended by this node", "reason", actors::link::refusal_names,
               [&](std::size_t i) { return link.refused[i].load(); });
  out.counter("holdfast_link_received_bytes_total", "From peers", link.bytes_in.load());
  out.counter("holdfast_link_sent_bytes_total", "To peers", link.bytes_out.load());
  out.counter("holdfast_link_requests_total", "Asked of peers", link.requests.load());
  out.counter("holdfast_link_requests_served_total", "Asked by peers", link.requests_served.load());
  out.counter("holdfast_link_window_full_total", "Not sent because too much is unanswered at the peer", link.requests_window_full.load());
  out.counter("holdfast_link_timed_out_total", "Not answered in time", link.requests_timed_out.load());
  out.counter("holdfast_link_peer_lost_total", "Outstanding when a link broke", link.requests_peer_lost.load());
  out.gauge("holdfast_link_certificate_expiry_seconds", "Unix time at which this node's certificate expires",
            static_cast<double>(link.certificate_expires_at_ms.load()) / 1'000.0);
}

}  // namespace

node_collector::node_collector(const actors::figures& a, const projector_figures& p, const gateway::api::reads& r)
    : actors_(a), projector_(p), reads_(r) {}

std::vector<MetricFamily> node_collector::collect() const {
  family_list out;
  out.gauge("holdfast_commands_in_flight", "Commands that have not been answered", actors_.commands_in_flight.load());
  out.counter("holdfast_commands_total", "Commands that came in", actors_.commands.load());
  out.counter("holdfast_rejections_total", "Commands that were rejected", actors_.rejections.load());
  out.counter("holdfast_repeated_answers_total", "Answers given again to a known idempotency key", actors_.repeated_answers.load());
  out.counter("holdfast_overloaded_total", "Commands refused because a bound was reached", actors_.overloaded.load());
  out.gauge("holdfast_journal_in_flight_bytes", "Decided and not yet durable", actors_.journal_bytes_in_flight.load());
  out.counter("holdfast_journal_batches_total", "Group commits", actors_.journal_batches.load());
  out.counter("holdfast_journal_rows_total", "Rows made durable", actors_.journal_rows.load());
  out.counter("holdfast_journal_rows_refused_total", "Rows the journal did not take", actors_.journal_rows_refused.load());
  out.histogram("holdfast_commit_seconds", "Duration of a group commit", actors_.commit_us);
  out.gauge("holdfast_entities_started", "Entities in memory", actors_.entities_started.load());
  out.counter("holdfast_recoveries_total", "Entities recovered from the journal", actors_.recoveries.load());
  out.counter("holdfast_recovery_failures_total", "Recoveries that failed", actors_.recovery_failures.load());
  out.counter("holdfast_recovered_entries_total", "Journal rows replayed by recoveries", actors_.recovered_entries.load());
  out.counter("holdfast_passivations_total", "Entities put away", actors_.passivations.load());
  out.counter("holdfast_snapshots_total", "Snapshots taken", actors_.snapshots.load());
  out.counter("holdfast_timers_fired_total", "Durable timers that woke an entity", actors_.timers_fired.load());
  out.gauge("holdfast_journal_writable", "0 while the journal refuses or cannot be reached", actors_.journal_writable.load());
  out.gauge("holdfast_fenced", "1 when another node took the shards", actors_.fenced.load());
  out.gauge("holdfast_projection_lag_rows", "Journal rows the read model has not seen",
            std::max<std::int64_t>(0, projector_.head.load() - projector_.reached.load()));
  out.gauge("holdfast_projection_position", "Journal position the read model has reached", projector_.reached.load());
  out.counter("holdfast_projection_rows_total", "Journal rows carried into the read model", projector_.rows.load());
  out.counter("holdfast_projection_failures_total", "Times the store of the read model failed", projector_.failures.load());
  const auto lists = reads_.count();
  out.gauge("holdfast_list_queries_waiting", "Lists that wait for a thread", lists.waiting);
  out.counter("holdfast_list_queries_total", "Lists that were read", lists.done);
  out.counter("holdfast_list_queries_overloaded_total", "Lists refused because the queue was full", lists.overloaded);
  out.counter("holdfast_list_queries_late_total", "Lists whose caller had stopped waiting", lists.late);
  out.counter("holdfast_list_queries_failed_total", "Lists the store could not give", lists.failed);
  if (cluster_ != nullptr) count_cluster(out, *cluster_);
  return out.families;
}

std::vector<MetricFamily> node_registry::Collect() const {
  auto out = Registry::Collect();
  if (const auto* collector = collector_.load(std::memory_order_acquire)) {
    auto own = collector->collect();
    out.insert(out.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  }
  return out;
}

}  // namespace holdfast::node
