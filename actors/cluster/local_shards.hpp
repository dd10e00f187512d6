#pragma once
// The shards that run on this node, as those see them who spread shards over nodes. No CAF here. Thread-safe; never blocks.
#include <functional>
#include <memory>

#include "actors/region.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::actors::cluster {

/// To whom commands go. A shard that is not open answers UNAVAILABLE.
class local_shards {
public:
  virtual ~local_shards() = default;
  virtual void ask(shard_id, std::shared_ptr<const v1::Command>, reply_handler) = 0;
  virtual void tell(shard_id, std::shared_ptr<const v1::Command>, bool start_entity) = 0;
};

/// Where shards come and go.
class shard_house {
public:
  virtual ~shard_house() = default;
  /// Serves the shard under this epoch from now on; whatever an earlier epoch left is gone.
  virtual void open(shard_id, epoch) = 0;
  /// Starts nothing any more and puts every entity away; `done`, on any thread, when none is left.
  virtual void put_away(shard_id, std::function<void()> done) = 0;
  /// At once; what is not durable is lost.
  virtual void close(shard_id) = 0;
};

}  // namespace holdfast::actors::cluster
