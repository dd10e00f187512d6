#include "gateway/live/live_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace holdfast::gateway {
namespace {

prometheus::Counter& counter(prometheus::Registry& to, const char* name, const char* help, const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(to).Add(labels);
}

prometheus::Gauge& gauge(prometheus::Registry& to, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(to).Add({});
}

constexpr const char* frames_help = "Frames handed to sockets";

}  // namespace

live_metrics::live_metrics(prometheus::Registry& to)
    : subscriptions(gauge(to, "holdfast_live_subscriptions", "Subscriptions of open sockets")),
      topics(gauge(to, "holdfast_live_topics", "Topics followed, counted per lane")),
      encoded(counter(to, "holdfast_live_encoded_changes_total", "Deltas serialised, each for all sockets of a lane or of all")),
      deltas(counter(to, "holdfast_live_frames_total", frames_help, {{"kind", "delta"}})),
      snapshots(counter(to, "holdfast_live_frames_total", frames_help, {{"kind", "snapshot"}})),
      resumed(counter(to, "holdfast_live_resumed_total", "Subscriptions that went on from their version without a snapshot")),
      conflated(counter(to, "holdfast_live_conflated_total", "Queues of slow sockets replaced by snapshots")),
      cut(counter(to, "holdfast_live_cut_total", "Sockets closed because they did not read")),
      overrun(counter(to, "holdfast_live_overrun_total", "Changes dropped for a lane that was behind; its topics start over")) {}

}  // namespace holdfast::gateway
