#pragma once
// What the node counts, as Prometheus reads it. Figures are plain atomics of their parts; this only names them when somebody asks.
#include <prometheus/collectable.h>

#include <memory>
#include <vector>

#include "actors/runtime/figures.hpp"
#include "config/node/projector.hpp"
#include "gateway/api/reads.hpp"

namespace holdfast::node {

class node_collector final : public prometheus::Collectable {
public:
  /// All of them outlive the collector.
  node_collector(const actors::figures&, const projector_figures&, const gateway::api::reads&);
  std::vector<prometheus::MetricFamily> Collect() const override;

private:
  const actors::figures& actors_;
  const projector_figures& projector_;
  const gateway::api::reads& reads_;
};

}  // namespace holdfast::node
