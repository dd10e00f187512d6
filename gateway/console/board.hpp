#pragma once
// The last minutes of all nodes, one sample a second: what the console shows when it is opened. Each new sample is told to the live topic.
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "actors/region.hpp"
#include "gateway/live/cluster_source.hpp"
#include "holdfast/v1/sample.pb.h"

namespace holdfast::gateway::console {

inline constexpr std::string_view cluster_topic = "cluster:";

class board final : public cluster_source {
public:
  /// `samples_max` of them are kept. The feed outlives the board's last take().
  board(actors::live_feed& to, std::size_t samples_max);

  /// From one thread.
  void take(v1::ClusterSample);

  text snapshot() const override;
  /// Null before the first.
  std::shared_ptr<const v1::ClusterSample> newest() const;

private:
  actors::live_feed& to_;
  const std::size_t samples_max_;
  mutable std::mutex mutex_;
  std::int64_t version_ = 0;
  std::shared_ptr<const v1::ClusterSample> newest_;
  std::deque<std::shared_ptr<const v1::ClusterSample>> nodes_;  // the oldest first; figures of nodes only
  mutable text written_;                                        // of the version that it says
};

}  // namespace holdfast::gateway::console
