#pragma once
// Counters of the live part.
namespace prometheus {
class Counter;
class Gauge;
class Registry;
}  // namespace prometheus

namespace holdfast::gateway {

struct live_metrics {
  explicit live_metrics(prometheus::Registry&);

  prometheus::Gauge& subscriptions;
  prometheus::Gauge& topics;
  prometheus::Counter& encoded;  // changes serialised
  prometheus::Counter& deltas;   // frames handed to sockets
  prometheus::Counter& snapshots;
  prometheus::Counter& resumed;    // subscriptions that needed no snapshot
  prometheus::Counter& conflated;  // queues dropped
  prometheus::Counter& cut;        // sockets closed because they did not read
  prometheus::Counter& overrun;    // changes dropped because a lane was behind
};

}  // namespace holdfast::gateway
