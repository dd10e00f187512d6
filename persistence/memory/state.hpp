#pragma once
// What is on the memory disk, twice: as written, and as it would be after a crash. Every write is a function applied to the first at
// once and to the second when it is synced.
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "persistence/cluster.hpp"
#include "persistence/journal.hpp"
#include "persistence/memory/memory_disk.hpp"
#include "persistence/operators.hpp"
#include "persistence/projection/model.hpp"

namespace holdfast::persistence {

inline constexpr int memory_schema = 1;

struct journal_record {
  entity_id entity;
  sequence at;
  std::string payload;
};

struct outbox_record {
  entity_id entity;
  sequence at;
  std::uint32_t index = 0;
  std::shared_ptr<const outbox_item> item;
  std::uint32_t attempts = 0;
  unix_ms next_attempt = 0;
  std::string error;
};

struct event_entry {
  event_record record;
  event_facts facts;
};

struct model_image {
  std::set<std::string> tenants;
  std::map<row_key, std::shared_ptr<const booking_record>> bookings;
  std::map<row_key, std::shared_ptr<const block_record>> blocks;
  std::map<row_key, std::shared_ptr<const event_entry>> events;
  position reached;
};

struct node_record {
  node_beat last;
  unix_ms seen = 0;
  unix_ms expires = 0;
};

struct disk_image {
  int schema = 0;
  std::vector<std::shared_ptr<const journal_record>> journal;           // position = index + 1
  std::unordered_map<std::string, std::vector<std::size_t>> of_entity;  // indexes into the journal; place = sequence - 1
  std::array<lease, shard_count> leases;
  std::map<std::string, node_record> nodes;
  std::map<std::string, unix_ms> timers;
  std::map<std::int64_t, outbox_record> outbox;
  std::map<std::int64_t, outbox_record> abandoned;
  std::int64_t last_outbox_id = 0;
  std::map<std::string, std::shared_ptr<const snapshot>> snapshots;
  std::map<std::int64_t, operator_action> actions;
  std::map<std::string, std::pair<std::int64_t, std::string>> action_keys;  // id, fingerprint
  model_image model;

  disk_image();
};

class disk_state {
public:
  using write = std::function<void(disk_image&)>;

  explicit disk_state(memory_disk::options options) : options(options) {}

  // All of these want `guard` to be held.
  const disk_image& view() const noexcept { return written_; }
  void apply(write change);
  void sync();
  void crash();
  std::size_t unsynced() const noexcept { return pending_.size(); }
  /// The end of one journal batch: syncs, or in the planted mode only now and then.
  void batch_end();

  mutable std::mutex guard;
  std::mutex projecting;  // taken before guard: projections take turns
  const memory_disk::options options;

private:
  disk_image written_;
  disk_image synced_;
  std::vector<write> pending_;
  std::size_t batches_ = 0;
};

using disk_ptr = std::shared_ptr<memory_disk>;

std::unique_ptr<journal_store> make_memory_journal(disk_ptr, fault_plan&);
std::unique_ptr<snapshot_store> make_memory_snapshots(disk_ptr, fault_plan&);
std::unique_ptr<lease_store> make_memory_leases(disk_ptr);
std::unique_ptr<cluster_store> make_memory_cluster(disk_ptr);
std::unique_ptr<timer_store> make_memory_timers(disk_ptr);
std::unique_ptr<outbox_store> make_memory_outbox(disk_ptr);
std::unique_ptr<operator_store> make_memory_operators(disk_ptr);
std::unique_ptr<model_store> make_memory_model(disk_ptr);
std::unique_ptr<read_model> make_memory_reads(disk_ptr);

}  // namespace holdfast::persistence
