#pragma once
// What a node should do about shards, from what the store last said. Pure: the membership actor asks it after each beat and carries it out.
#include <set>
#include <span>
#include <string>
#include <vector>

#include "actors/cluster/placement.hpp"
#include "persistence/cluster.hpp"

namespace holdfast::actors::cluster {

struct node_state {
  std::string name;
  std::string instance;
  std::uint32_t weight = 0;
  bool alive = false;     // its leases are in force and nobody knows better
  shard_set pinned = {};  // an operator moved them there
};

struct shard_run {
  persistence::lease lease;
  bool leaving = false;  // it is being handed over at this moment
};

struct move {
  persistence::lease from;
  std::string to;  // instance
};

struct duties {
  std::vector<shard_id> stop;             // run here, but the store says that they are not ours: at once
  std::vector<persistence::lease> start;  // ours, but not running
  std::vector<persistence::lease> take;   // belong here and nobody alive holds them; as they stand, for cluster_store::take
  std::vector<move> hand_over;            // ours, but belong elsewhere
};

struct situation {
  std::string self;  // instance
  std::span<const node_state> nodes;
  std::span<const persistence::lease> leases;  // of all shards that were ever taken
  std::span<const shard_run> running;          // here
  std::size_t moves_max = 8;                   // handed over at a time, those under way included
  bool paused = false;                         // by an operator: nothing is taken or given away
};

duties duties_of(const situation&);

}  // namespace holdfast::actors::cluster
