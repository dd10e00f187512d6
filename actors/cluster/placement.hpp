#pragma once
// Which node a shard belongs on. Rendezvous hashing with weights (Thaler and Ravishankar 1998; weights after Schindelhauer and
// Schomaker 2005): every node computes the same answer from the same list, a node that comes or goes moves only its own shards, and
// each gets a share in proportion to its weight. Pure.
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "protocols/base/ids.hpp"

namespace holdfast::actors::cluster {

struct candidate {
  std::string name;          // the configured name, not the instance: a restart moves nothing
  std::uint32_t weight = 0;  // 0: takes no shards (drained)
};

/// Place in `candidates`, which may stand in any order; none when no weight is above 0.
std::optional<std::size_t> home_of(shard_id, std::span<const candidate> candidates);

}  // namespace holdfast::actors::cluster
