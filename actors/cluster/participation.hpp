#pragma once
// What a node that is one of several has beside the actors of a node alone: links to the others, a membership, and the region over all.
//
//   auto part = participation::make(surroundings, options);   // links and region are there, nothing is served yet
//   part->join();                                             // returns when this node is a member
//   part->region()->ask(…)                                    // wherever the entity is
//   part->drain(deadline); part->leave();                     // gives everything away, says goodbye
#include <chrono>
#include <memory>
#include <string>

#include "actors/cluster/cluster_region.hpp"
#include "actors/cluster/live_relay.hpp"
#include "actors/cluster/membership.hpp"
#include "actors/cluster/options.hpp"
#include "actors/link/peer_link.hpp"
#include "persistence/storage.hpp"

namespace caf {
class actor_system;
}

namespace holdfast::actors {
class local_region;
}

namespace holdfast::actors::cluster {

class participation {
public:
  struct surroundings {
    caf::actor_system& system;
    std::string node;  // its name
    std::shared_ptr<local_region> shards;
    persistence::storage& storage;
    const wall_clock& clock;
    entropy& random;
    std::shared_ptr<live_feed> feed;  // where this node's changes go; may be null
  };
  static result<std::unique_ptr<participation>> make(const surroundings&, const options&);
  ~participation();  // without a goodbye: the leases run out
  participation(const participation&) = delete;
  participation& operator=(const participation&) = delete;

  /// failure_code::conflict: another node of this name lives, or the others have other keys. Whatever fails says what to do about it.
  result<void> join();

  const std::shared_ptr<cluster_region>& region() const noexcept;
  /// Where entities publish from now on; null where nobody follows topics here.
  std::shared_ptr<live_feed> feed() const noexcept;
  const relay_figures* live() const noexcept;
  membership& member() noexcept;
  link::peer_link& link() noexcept;
  /// The store says that a shard has another owner. Any thread, never blocks.
  void shard_lost(shard_id, epoch);
  /// The address at which guests reach this node, for the others.
  void announce_http(const std::string& address);
  /// An operator's word to every node that lives: the shard belongs on that one; no node: every shard belongs where its hash says.
  void place(shard_id, const std::string& node);
  /// This node takes and gives no shards.
  void set_paused(bool);
  /// 0: it gives everything away; as configured: it takes its share again.
  void set_drained(bool);
  /// Another instance has this node's name.
  bool replaced() const;
  /// The next round at once.
  void prompt();

  enum class drained { all, nobody_takes, late };
  /// Gives every shard to the others; requests are served all the while. Ends at once where no other node takes any.
  drained drain(std::chrono::milliseconds limit);
  /// Serves nothing any more, tells the store, ends the links: whatever is outstanding elsewhere has been answered.
  void leave();

private:
  struct parts;
  explicit participation(std::unique_ptr<parts>);
  std::unique_ptr<parts> parts_;
};

}  // namespace holdfast::actors::cluster
