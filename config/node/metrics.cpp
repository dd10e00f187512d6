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
