#pragma once
// What every actor of a node shares: seams, limits, figures and the handles of the node's services. Made once by the node, then read only.
#include <atomic>
#include <functional>
#include <memory>

#include "actors/contracts.hpp"
#include "actors/region.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"
#include "actors/runtime/open_outcomes.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::actors {

struct node_context {
  const wall_clock* clock = &system_clock();
  fault_plan* faults = &no_faults();
  actors::limits limits;
  std::shared_ptr<actors::figures> figures = std::make_shared<actors::figures>();
  std::shared_ptr<live_feed> feed;  // may be null
  std::shared_ptr<open_outcomes> outcomes = std::make_shared<open_outcomes>();
  journal_writer_actor journal;
  history_reader_actor history;
  snapshot_writer_actor snapshots;
  snapshot_folder_actor folder;
  /// Hands a notice to the shard of command.entity_id, wherever that is.
  std::function<void(notice_msg&&)> tell;
  /// Another owner has this shard, whose epoch here was that. Called before anybody who waits hears of it; must not block.
  std::function<void(shard_id, epoch)> shard_lost;
  /// New rows with outbox items became durable. May be null.
  std::function<void()> outbox_grew;
  mutable std::atomic<incarnation> lives{0};
};

using context_ptr = std::shared_ptr<const node_context>;

}  // namespace holdfast::actors
