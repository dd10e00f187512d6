#pragma once
// What an entity knows: the state of its core and the answers it gave. Comes from a snapshot and the entries after it, and is saved as the
// next snapshot; the same whether a living entity does that or somebody who only follows its journal.
#include <memory>
#include <optional>

#include "actors/domain/core.hpp"
#include "actors/entity/answered_keys.hpp"
#include "actors/runtime/limits.hpp"
#include "persistence/journal.hpp"

namespace holdfast::actors {

class entity_memory {
public:
  entity_memory(const entity_id& id, const limits& bounds)
      : core_(domain::make_core(id)), answered_(bounds.answers_kept_ms, bounds.answers_kept_max) {}

  /// Only when nothing is remembered yet. False: not understood; start over with an empty memory.
  bool restore(const persistence::snapshot&);
  /// The entry after the last one. False: this program does not understand it.
  bool replay(const persistence::stored_entry&);
  persistence::snapshot save() const;

  /// Of the last entry in here.
  sequence at() const noexcept { return at_; }
  /// Takes in an entry that was just accepted; answers its sequence.
  sequence evolve(const v1::Entry&);

  const domain::core& core() const noexcept { return *core_; }
  domain::core& core() noexcept { return *core_; }
  const answered_keys& answered() const noexcept { return answered_; }
  answered_keys& answered() noexcept { return answered_; }
  /// How much a snapshot would hold: bookings, answers.
  std::size_t records() const noexcept { return core_->records() + answered_.size(); }

private:
  std::unique_ptr<domain::core> core_;
  answered_keys answered_;
  sequence at_{};
};

}  // namespace holdfast::actors
