#pragma once
// This node's part in the cluster: it beats, learns who is there, takes shards that nobody serves, gives away those that belong elsewhere,
// and says of its own leases whether they are in force. What to do is decided in steward.hpp; here it is done.
//
//   round   blocks in the store; one thread calls it again and again
//   tick    never blocks; another thread calls it often, so that the leases end in time while a round hangs in a store that does not answer
//
// A shard that is given away: its commands wait in the region ─▶ its entities are put away ─▶ the lease changes hands in the store ─▶ the
// commands follow ─▶ the new owner is told. Whatever dies on the way, the store says who owns the shard.
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "actors/cluster/cluster_region.hpp"
#include "actors/cluster/local_shards.hpp"
#include "actors/cluster/steward.hpp"
#include "holdfast/v1/cluster.pb.h"
#include "persistence/cluster.hpp"

namespace holdfast::actors::cluster {

class membership {
public:
  struct options {
    std::string name;
    std::string instance;  // the name and a nonce
    /// Leases last so long after the beat was sent.
    std::chrono::milliseconds lease_ms{2'000};
    /// This node stops deciding so much earlier: for clocks that run at different speeds, and for what is being decided at that moment.
    std::chrono::milliseconds margin_ms{400};
    std::chrono::milliseconds beat_ms{300};
    std::chrono::milliseconds beat_again_ms{100};  // after one that failed
    /// Entities of a shard that is given away have so long to finish what they are at.
    std::chrono::milliseconds put_away_ms_max{2'000};
    std::size_t moves_max = 8;  // shards that this node gives away at a time
    /// A shard's entities are put away and its lease is about to change hands; on the round's thread. May be null.
    std::function<void(shard_id)> before_hand_over = nullptr;
    /// Time that only goes forward.
    std::function<std::chrono::milliseconds()> elapsed;
  };
  enum class state : std::uint8_t {
    joining,  // no beat has succeeded yet
    member,
    unsure,    // the leases have run out: nothing is decided
    replaced,  // another instance has the name: this one must end
    left,
  };

  membership(options wanted, v1::NodeAnnouncement about, std::unique_ptr<persistence::cluster_store> store, shard_house& house,
             std::shared_ptr<cluster_region> region, std::shared_ptr<link::peers> peers, const wall_clock& clock);

  /// One beat and what follows from it. Answers when the next one is due, from now.
  std::chrono::milliseconds round();
  void tick();

  // ---- from other threads, for the next round
  /// 0: gives everything away, takes nothing.
  void set_weight(std::uint32_t);
  void set_paused(bool);
  /// The shard belongs on that node from now on, whatever its hash says, while that node lives. Every node must be told. Without a node:
  /// every shard belongs where its hash says.
  void settle(const v1::Placement&);
  /// It is known, not only believed, that this instance does not run any more.
  void proved_dead(const std::string& instance);
  /// It does run: what looked like its end was something else, such as a firewall.
  void proved_alive(const std::string& instance);
  /// The store said so to one who wrote under that epoch. Commands for the shard wait from now on.
  void lost(shard_id, epoch);
  /// What others are to know about this node, from the next beat on.
  void announce(const std::function<void(v1::NodeAnnouncement&)>& change);

  /// Gives up what it holds and goes. Leases end at once, so put entities away first: set_weight(0) and rounds until holds() is 0.
  void leave();

  state now() const;
  std::size_t holds() const;
  /// Shards that this node is giving away, and to which one.
  std::vector<std::pair<shard_id, std::string>> moves() const;
  /// As of the last round that succeeded.
  persistence::cluster_map map() const;

private:
  struct moving {
    persistence::lease lease;
    std::string to;  // instance
    std::chrono::milliseconds until;
    bool vacated = false;
  };

  persistence::node_beat next_beat() const;
  duties learn(persistence::cluster_map map);
  void be_sure(std::chrono::milliseconds sent, unix_ms sent_at);
  void failed(const failure&);
  std::vector<node_state> nodes() const;
  void carry_out(const duties&);
  void begin_move(const move&);
  void end_moves();
  void serve(const persistence::lease&);
  void stop(shard_id);
  void show_places();
  void lose_everything();
  void tell(const std::string& instance);
  std::string name_of(const std::string& instance) const;

  const options options_;
  std::unique_ptr<persistence::cluster_store> store_;  // used by round() alone
  shard_house& house_;
  std::shared_ptr<cluster_region> region_;
  std::shared_ptr<link::peers> peers_;
  const wall_clock& clock_;

  mutable std::mutex mutex_;
  v1::NodeAnnouncement about_;
  state state_ = state::joining;
  std::chrono::milliseconds sure_until_{0};
  persistence::cluster_map map_;
  std::set<std::string> dead_;
  std::vector<shard_run> running_;
  std::vector<moving> moves_;
};

}  // namespace holdfast::actors::cluster
