#pragma once
// Reads what the parts of this node count about themselves and makes rates of it, once a second.
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/runtime/figures.hpp"
#include "gateway/http/traffic.hpp"
#include "holdfast/v1/sample.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::console {

/// Where figures come from. Everything referred to outlives the meter; the functions are called on its thread and must not block.
struct meter_sources {
  std::string node;
  std::string journal;  // kind of store
  const actors::figures& actors;
  const gateway::traffic& http;
  std::function<std::size_t()> connections, websockets;
  std::function<std::int64_t()> projection_lag;
  std::function<std::optional<std::string>()> obstacle;  // why no bookings should come here
};

class meter {
public:
  using moment = std::chrono::steady_clock::time_point;

  meter(meter_sources, unix_ms started_at, moment now);

  /// Of the time since the call before. From one thread. Replication and the cluster's part are not in it; of each shard and of each tenant
  /// with load there is one.
  v1::NodeReport measure(unix_ms at, moment now);

private:
  struct counts {
    moment at{};
    std::chrono::microseconds processor{0};
    std::uint64_t requests = 0, errors = 0, commands = 0, rejections = 0, overloaded = 0, batches = 0, rows = 0;
    std::vector<std::uint64_t> durations, commits;
    std::array<std::uint64_t, shard_count> shards{};
    std::map<std::string, std::array<std::uint64_t, 2>> tenants;  // commands, rejections
  };

  counts read(moment now) const;
  void describe(v1::NodeSample&) const;
  void describe_journal(v1::NodeSample&, const counts& now, double seconds) const;
  void describe_shards(v1::NodeReport&, const counts& now, double seconds) const;
  void describe_tenants(v1::NodeReport&, const counts& now, double seconds) const;

  const meter_sources from_;
  const unix_ms started_at_;
  counts before_;
};

}  // namespace holdfast::console
