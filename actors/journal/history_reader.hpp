#pragma once
// Reads an entity's snapshot and entries for recovery, a bounded piece at a time; the entity asks for the next one.
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>

#include "actors/contracts.hpp"

namespace holdfast::actors {

class history_reader_state {
public:
  using pointer = history_reader_actor::stateful_pointer<history_reader_state>;
  explicit history_reader_state(pointer self) : self_(self) {}
  static inline const char* name = "history-reader";

  history_reader_actor::behavior_type start(std::shared_ptr<persistence::journal_store> journal,
                                            std::shared_ptr<persistence::snapshot_store> snapshots);

private:
  history_chunk read(const history_request& request);

  pointer self_;
  std::shared_ptr<persistence::journal_store> journal_;
  std::shared_ptr<persistence::snapshot_store> snapshots_;
};

history_reader_actor::behavior_type history_reader(history_reader_state::pointer self, std::shared_ptr<persistence::journal_store> journal,
                                                   std::shared_ptr<persistence::snapshot_store> snapshots);

}  // namespace holdfast::actors
