#pragma once
// The region as entities and the node's own services see it: beside asking, words from one entity to another, and which shards are here.
#include <memory>

#include "actors/region.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::actors {

class entity_region : public region {
public:
  /// Unacknowledged: what matters is told again. `start_entity` false: of no use to an entity that is not running. Thread-safe, never
  /// blocks.
  virtual void tell(std::shared_ptr<const v1::Command> command, bool start_entity) = 0;
  /// What this node serves at this moment.
  virtual shard_set served() const = 0;
};

}  // namespace holdfast::actors
