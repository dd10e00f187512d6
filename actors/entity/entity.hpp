#pragma once
// The entity shell, written once: recovery, pipelined decisions, idempotency, publication in order, passivation. What is decided is
// the business of the core (actors/domain).
#include <caf/typed_event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/contracts.hpp"
#include "actors/domain/core.hpp"
#include "actors/entity/answered_keys.hpp"
#include "actors/runtime/context.hpp"

namespace holdfast::actors {

class entity_state {
public:
  using pointer = entity_actor::stateful_pointer<entity_state>;
  explicit entity_state(pointer self) : self_(self) {}
  ~entity_state();
  entity_state(const entity_state&) = delete;
  entity_state& operator=(const entity_state&) = delete;

  static inline const char* name = "entity";

  entity_actor::behavior_type start(context_ptr context, entity_id id, epoch owner);

private:
  enum class phase : std::uint8_t { recovering, ready, stopping };

  /// An accepted command whose consequences wait for the disk.
  struct pending {
    sequence after;  // may be told once this sequence is durable
    slot_ptr slot;
    std::shared_ptr<const v1::Reply> reply;
    domain::consequences effects;
  };
  struct captured_snapshot {
    sequence at;
    std::string payload;
  };

  // recovering
  void begin_recovery();
  void ask_history(bool with_snapshot);
  void take_history(history_chunk& chunk);
  void finish_recovery();
  bool restore(const persistence::snapshot&);
  void replay(const persistence::stored_entry&);

  // ready
  void take(command_msg&& message);
  void decide(command_msg&& message);
  void accept(command_msg&& message, v1::Entry&& entry, unix_ms now);
  void append(const v1::Entry& entry, domain::consequences& effects, bool tick);
  void answer_later(slot_ptr slot, std::shared_ptr<const v1::Reply> reply, domain::consequences effects = {});
  void take_verdict(const appended_msg& verdict);
  void release_durable();
  void lose_undurable(persistence::append_status why);
  void capture_snapshot_if_due();
  void stop_if_idle();

  void publish(std::vector<v1::LiveChange>&& changes);

  pointer self_;
  context_ptr context_;
  entity_id id_;
  epoch owner_{};
  phase phase_ = phase::recovering;
  incarnation life_ = 0;
  std::unique_ptr<domain::core> core_;
  std::optional<answered_keys> answered_;
  std::deque<command_msg> stash_;
  std::deque<pending> pending_;
  sequence decided_{};   // last sequence given out
  sequence durable_{};   // last sequence known to be on disk
  sequence snapshot_at_{};
  std::optional<captured_snapshot> snapshot_;
  std::optional<unix_ms> timer_written_;  // what the durable timer says; empty: not known
};

entity_actor::behavior_type entity(entity_state::pointer self, context_ptr context, entity_id id, epoch owner);

}  // namespace holdfast::actors
