#pragma once
// The shards of this node: an array of handles behind a bound on what is in flight. Alone it is the whole region; among other nodes
// cluster/cluster_region.hpp stands in front of it and membership opens and closes its shards.
#include <array>
#include <memory>
#include <mutex>

#include "actors/cluster/local_shards.hpp"
#include "actors/contracts.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"
#include "actors/sharding/entity_region.hpp"

namespace holdfast::actors {

class local_region final : public entity_region, public cluster::local_shards, public cluster::shard_house {
public:
  using shards = std::array<shard_actor, shard_count>;
  local_region(shards handles, limits bounds, std::shared_ptr<figures> counts);

  void ask(std::shared_ptr<const v1::Command> command, reply_handler handler) override;
  void tell(std::shared_ptr<const v1::Command> command, bool start_entity) override;
  shard_set served() const override;

  void ask(shard_id, std::shared_ptr<const v1::Command>, reply_handler) override;
  void tell(shard_id, std::shared_ptr<const v1::Command>, bool start_entity) override;

  void open(shard_id, epoch) override;
  void put_away(shard_id, std::function<void()> done) override;
  void close(shard_id) override;

private:
  void mark(shard_id, bool open);

  shards shards_;
  limits limits_;
  std::shared_ptr<figures> figures_;
  mutable std::mutex mutex_;
  shard_set open_;
};

}  // namespace holdfast::actors
