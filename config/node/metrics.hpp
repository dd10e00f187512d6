#pragma once
// What the node counts, as Prometheus reads it. Figures are plain atomics of their parts; this only names them when somebody asks.
#include <prometheus/registry.h>

#include <atomic>
#include <memory>
#include <vector>

#include "actors/cluster/participation.hpp"
#include "actors/runtime/figures.hpp"
#include "config/node/projector.hpp"
#include "gateway/api/reads.hpp"

namespace holdfast::node {

class node_collector {
public:
  /// All of them outlive the collector.
  node_collector(const actors::figures&, const projector_figures&, const gateway::api::reads&);
  /// Also counts a cluster's links and shards; outlives the collector's last question. Before the first one.
  void watch(actors::cluster::participation& cluster) { cluster_ = &cluster; }
  std::vector<prometheus::MetricFamily> collect() const;

private:
  actors::cluster::participation* cluster_ = nullptr;
  const actors::figures& actors_;
  const projector_figures& projector_;
  const gateway::api::reads& reads_;
};

/// The parts register their own counters here; the node's figures are added when somebody asks.
class node_registry final : public prometheus::Registry {
public:
  /// The collector outlives the last question.
  void add(const node_collector& collector) { collector_.store(&collector, std::memory_order_release); }
  std::vector<prometheus::MetricFamily> Collect() const override;

private:
  std::atomic<const node_collector*> collector_{nullptr};
};

}  // namespace holdfast::node
