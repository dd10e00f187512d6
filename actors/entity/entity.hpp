#pragma once
// The entity shell, written once: recovery, pipelined decisions, idempotency, publication in order, passivation. What is decided is
// the business of the core (actors/domain).
#include <boost/container/deque.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/contracts.hpp"
#include "actors/domain/core.hpp"
#include "actors/entity/entity_memory.hpp"
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
  enum class phase : std::uint8_t { recovering, ready, restarting, stopping };

  using reply_ptr = std::shared_ptr<const v1::Reply>;

  /// What follows from an accepted command, beside its answer.
  struct aftermath {
    std::vector<v1::LiveChange> changes;
    std::vector<v1::Command> tell;
    command_ptr report;  // the core's, as of this entry; may be null
    bool mail = false;   // stands in the outbox
  };
  /// What waits for the disk.
  struct pending {
    sequence after;  // may be told once this sequence is durable
    slot_ptr slot;
    reply_ptr reply;
    aftermath then;
  };

  // recovering
  void begin_recovery();
  void ask_history(bool with_snapshot);
  void take_history(history_chunk& chunk);
  void note_missed(const persistence::stored_entry& entry);
  void finish_recovery();
  void give_up_recovery(caf::exit_reason why);

  // ready
  void take(command_msg&& message);
  void decide(command_msg&& message);
  void accept(command_msg&& message, v1::Entry&& entry, unix_ms now);
  void append(std::string payload, const std::vector<v1::MailRequest>& mail, unix_ms now, bool tick);
  command_ptr report_of_this_commit();
  void answer_later(slot_ptr slot, reply_ptr reply);
  void answer_later(slot_ptr slot, reply_ptr reply, aftermath then);
  void take_verdict(const appended_msg& verdict);
  void release_durable();
  void lose_undurable(persistence::append_status why);
  void stop_if_idle();

  // snapshots
  bool worth_a_snapshot(std::int64_t entries) const;
  void fold_if_long();
  void fold();
  void leave_snapshot();

  void publish(std::vector<v1::LiveChange>&& changes);

  // operators (supervision.cpp)
  void supervise(command_msg&& message);
  void restart(slot_ptr asker);
  void restarted();
  reply_ptr describe_run() const;

  pointer self_;
  context_ptr context_;
  std::optional<load_share> load_;
  entity_id id_;
  epoch owner_{};
  phase phase_ = phase::recovering;
  incarnation life_ = 0;
  std::optional<entity_memory> memory_;  // up to the last sequence given out
  std::vector<command_msg> stash_;
  boost::container::deque<pending> pending_;  // unlike std::deque it costs nothing while it is empty
  sequence durable_{};                        // last sequence known to be on disk
  sequence snapshot_at_{};                    // what the newest snapshot holds, or will when the one under way is saved
  std::optional<unix_ms> timer_written_;      // what the durable timer says; empty: not known
  std::optional<sequence> told_;              // recovering: changes after it were published by nobody; empty: all were
  std::vector<v1::LiveChange> missed_;
  bool report_under_way_ = false;         // one waits in pending_
  bool report_again_ = false;             // what it says has changed since
  std::vector<slot_ptr> restart_askers_;  // wait for the end of the recovery
  unix_ms started_at_ = 0;
};

entity_actor::behavior_type entity(entity_state::pointer self, context_ptr context, entity_id id, epoch owner);

}  // namespace holdfast::actors
