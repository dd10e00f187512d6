#pragma once
// Once a second: measures this node, hears what the others measured, and puts the sample of all of them on the board.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "config/console/fleet.hpp"
#include "config/console/meter.hpp"
#include "config/console/node_operations.hpp"
#include "gateway/console/board.hpp"

namespace holdfast::console {

inline constexpr std::size_t busiest_tenants_max = 50;  // in a sample

/// This node's report with what the fleet knows of it; of shards those that are its own.
v1::NodeReport complete(v1::NodeReport measured, const fleet&, const std::string& self, const persistence::replication&);

/// `reports`: of the nodes that answered.
v1::ClusterSample merge(const fleet&, const std::string& self, const std::vector<v1::NodeReport>& reports, unix_ms at);

class sampler {
public:
  /// Everything outlives the sampler. The first sample is on the board when this returns.
  sampler(meter, node_operations&, fleet&, gateway::console::board&, const wall_clock&,
          std::chrono::milliseconds period = std::chrono::milliseconds{1'000});
  ~sampler();
  sampler(const sampler&) = delete;
  sampler& operator=(const sampler&) = delete;

private:
  void run();
  void beat();
  std::vector<v1::NodeReport> hear_others(unix_ms deadline);

  meter meter_;
  node_operations& operations_;
  fleet& fleet_;
  gateway::console::board& board_;
  const wall_clock& clock_;
  const std::chrono::milliseconds period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdfast::console
