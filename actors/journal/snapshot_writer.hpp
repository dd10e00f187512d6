#pragma once
// Saves snapshots away from the booking path.
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>

#include "actors/contracts.hpp"
#include "actors/runtime/figures.hpp"

namespace holdfast::actors {

struct snapshot_writer_state {
  static inline const char* name = "snapshot-writer";
  std::shared_ptr<persistence::snapshot_store> store;
};

snapshot_writer_actor::behavior_type snapshot_writer(snapshot_writer_actor::stateful_pointer<snapshot_writer_state> self,
                                                     std::shared_ptr<persistence::snapshot_store> store, std::shared_ptr<figures> counts);

}  // namespace holdfast::actors
