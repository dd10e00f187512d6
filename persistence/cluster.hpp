#pragma once
// Where the nodes of a cluster meet: who is there, and who holds which shard. Only the store's clock counts, so clocks of hosts may differ.
//
// A node holds its shards for as long as its own row says: one beat renews all of its leases at once and touches no row that an append
// locks. A lease is in force while its holder's row has not expired. The fence is the epoch (journal.hpp): whoever believes too long in
// a lease cannot write. The rest is manners: a node that could not beat in time stops deciding before others may take over.
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "persistence/journal.hpp"

namespace holdfast::persistence {

struct node_beat {
  std::string name;          // as configured; one live node each
  std::string instance;      // the name and a nonce, new at every start; stands in lease::node
  std::string announcement;  // serialised v1::NodeAnnouncement: addresses, version, load
};

struct cluster_node {
  node_beat last;
  std::chrono::milliseconds silent_for;  // since its last beat
  std::chrono::milliseconds left;        // until its leases end; 0: they have ended
};

struct cluster_map {
  std::vector<cluster_node> nodes;  // by name
  std::vector<lease> leases;        // by shard; shards that nobody ever took are not in it
};

class cluster_store {
public:
  virtual ~cluster_store() = default;

  /// Announces the node, renews all leases of its instance for `ttl` and answers the cluster as it is after that.
  /// failure_code::conflict: another instance of this name is alive; or this one was replaced and must end.
  virtual result<cluster_map> beat(const node_beat&, std::chrono::milliseconds ttl) = 0;

  /// Takes those of `wanted` that still stand as given and whose holder is not alive, raising their epochs: from then on the holder's
  /// appends are refused. `dead`: instances that the caller knows to be gone, whose leases need not run out. Answers what was taken,
  /// nothing when the taker's own row has expired.
  virtual result<std::vector<lease>> take(const std::string& instance, std::span<const lease> wanted,
                                          std::span<const std::string> dead) = 0;

  /// Gives those of `held` that `instance` still holds to another live instance, raising their epochs. Answers what changed hands.
  virtual result<std::vector<lease>> hand_over(const std::string& instance, std::span<const lease> held, const std::string& to) = 0;

  /// The instance is gone for good; its leases end at once.
  virtual result<void> leave(const std::string& instance) = 0;
};

}  // namespace holdfast::persistence
