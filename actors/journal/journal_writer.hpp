#pragma once
// Group commit: everything that arrived while the last transaction was on its way to the disk goes into the next one.
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "actors/contracts.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"

namespace holdfast::actors {

class journal_writer_state {
public:
  using pointer = journal_writer_actor::stateful_pointer<journal_writer_state>;
  explicit journal_writer_state(pointer self) : self_(self) {}
  static inline const char* name = "journal-writer";

  journal_writer_actor::behavior_type start(std::shared_ptr<persistence::journal_store> store, limits bounds,
                                            std::shared_ptr<figures> counts);

private:
  struct verdicts {
    entity_actor to;
    appended_msg message;
  };

  void take(append_msg&& message);
  void flush();
  std::vector<persistence::append_status> write(std::vector<persistence::append_request>& rows);
  bool lost(const append_msg& message) const;

  pointer self_;
  std::shared_ptr<persistence::journal_store> store_;
  limits limits_;
  std::shared_ptr<figures> figures_;
  std::vector<append_msg> batch_;
  std::size_t batch_bytes_ = 0;
  bool flush_armed_ = false;
  /// Entities of which something was refused, and in which life: the rest of that life is refused too.
  std::unordered_map<entity_id, incarnation> refused_;
};

journal_writer_actor::behavior_type journal_writer(journal_writer_state::pointer self, std::shared_ptr<persistence::journal_store> store,
                                                   limits bounds, std::shared_ptr<figures> counts);

}  // namespace holdfast::actors
