#pragma once
// Makes snapshots of entities in traffic: last snapshot + entries since = next snapshot. It has only the journal to go by, so it cannot
// hold up the entity, and what it saves is durable by its nature.
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>

#include "actors/contracts.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"

namespace holdfast::actors {

class snapshot_folder_state {
public:
  using pointer = snapshot_folder_actor::stateful_pointer<snapshot_folder_state>;
  explicit snapshot_folder_state(pointer) {}
  static inline const char* name = "snapshot-folder";

  snapshot_folder_actor::behavior_type start(std::shared_ptr<persistence::journal_store> journal,
                                             std::shared_ptr<persistence::snapshot_store> snapshots, limits bounds,
                                             std::shared_ptr<figures> counts);

private:
  result<void> fold(const fold_msg& wanted);

  std::shared_ptr<persistence::journal_store> journal_;
  std::shared_ptr<persistence::snapshot_store> snapshots_;
  limits limits_;
  std::shared_ptr<figures> figures_;
};

snapshot_folder_actor::behavior_type snapshot_folder(snapshot_folder_state::pointer self,
                                                     std::shared_ptr<persistence::journal_store> journal,
                                                     std::shared_ptr<persistence::snapshot_store> snapshots, limits bounds,
                                                     std::shared_ptr<figures> counts);

}  // namespace holdfast::actors
