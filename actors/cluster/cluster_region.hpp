#pragma once
// The way in, when shards are spread over nodes: a command goes to its entity wherever that is. While a shard changes hands its commands
// wait here, bounded and no longer than their deadlines; a command that reached a node too late for the shard is sent after it. Whoever
// asks hears one answer and never learns of the move.
//
//            here ─▶ local_shards            served: the answer
//   ask ─▶   there ─▶ link::peers            not there any more: wait for the next map, then again
//            nowhere ─▶ waits                 in doubt (node died meanwhile): again, when repeating is harmless; else UNAVAILABLE
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "actors/cluster/local_shards.hpp"
#include "actors/link/peers.hpp"
#include "actors/sharding/entity_region.hpp"
#include "holdfast/v1/cluster.pb.h"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::actors::cluster {

struct shard_place {
  enum class where : std::uint8_t { nowhere, here, there } at = where::nowhere;
  std::string node;  // there: its name
  friend bool operator==(const shard_place&, const shard_place&) = default;
};

class cluster_region final : public entity_region, public std::enable_shared_from_this<cluster_region> {
public:
  struct options {
    const wall_clock* clock = &system_clock();
    /// Commands that wait for their shard; beyond: OVERLOADED.
    std::size_t waiting_max = 20'000;
    /// Time that only goes forward, for the lease.
    std::function<std::chrono::milliseconds()> elapsed = [] { return std::chrono::milliseconds{0}; };
    /// Called when a map proved to be old; any thread, must not block. May be null.
    std::function<void()> map_is_old = nullptr;
    /// A peer says that it gave shards to this node. May be null.
    std::function<void()> shards_given = nullptr;
    /// An operator's word that another node passes on. May be null.
    std::function<void(const v1::Placement&)> placed = nullptr;
    /// Another node saw the end of this instance. May be null.
    std::function<void(const std::string& instance)> gone = nullptr;
    /// A shard has another place; any thread, must not block. May be null.
    std::function<void(shard_id)> moved = nullptr;
    /// Requests of other nodes that are about something else than shards. May be null.
    std::function<void(const v1::PeerRequest&, const link::incoming_request&)> other = nullptr;
  };
  cluster_region(std::shared_ptr<local_shards> here, std::shared_ptr<link::peers> there, options wanted);

  void ask(std::shared_ptr<const v1::Command> command, reply_handler handler) override;
  void tell(std::shared_ptr<const v1::Command> command, bool start_entity) override;
  shard_set served() const override;
  /// Requests of other nodes (link::request_handler).
  void serve(link::incoming_request request);

  /// What waits for the shard goes on its way.
  void place(shard_id, shard_place);
  shard_place place_of(shard_id) const;

  /// This node's leases are in force until `end` (options.elapsed), as the store said when the wall clock showed `as_of`. After that it
  /// decides nothing, gives no answer that it could not be sure of, and says of what it reads how old that may be. Each command is
  /// measured by the clock itself, so that a process that was stopped and wakes up answers nothing in between.
  void sure_until(std::chrono::milliseconds end, unix_ms as_of);

  /// From time to time: fails what waited too long, sends again what waits for a link.
  void tick();
  std::size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

private:
  struct journey {
    std::shared_ptr<const v1::Command> command;
    reply_handler handler;
    std::uint64_t seen = 0;  // the version of its shard's place when it last set out; 0: never
  };
  struct cell {
    mutable std::mutex mutex;
    shard_place place;
    std::uint64_t version = 1;
    std::deque<journey> waiting;
  };

  /// 0: the leases are in force. Else how old a read may be.
  std::int64_t doubt_ms() const;
  void travel(journey);
  void go_here(shard_id, journey);
  std::shared_ptr<const v1::Reply> trusted(const v1::Command&, std::shared_ptr<const v1::Reply>) const;
  void go_there(shard_id, const std::string& node, journey);
  void hear(shard_id, journey, link::answer);
  /// Until the place changes, or the next tick.
  void wait(shard_id, journey);
  bool moved(shard_id, std::uint64_t seen) const;
  cell& at(shard_id shard) { return cells_.at(shard.value); }
  const cell& at(shard_id shard) const { return cells_.at(shard.value); }
  void answer(link::incoming_request&, std::shared_ptr<const v1::Command>);

  std::shared_ptr<local_shards> here_;
  std::shared_ptr<link::peers> there_;
  options options_;
  std::array<cell, shard_count> cells_;
  std::atomic<std::size_t> waiting_{0};
  std::atomic<std::int64_t> lease_ends_ms_{std::numeric_limits<std::int64_t>::max()};
  std::atomic<unix_ms> as_of_{0};
};

/// Doing it twice does no harm: a read, or a command that its entity recognises when it comes again.
bool repeatable(const v1::Command&) noexcept;
/// Changes nothing.
bool is_read(const v1::Command&) noexcept;

}  // namespace holdfast::actors::cluster
