// What operators ask of a running entity (v1::Supervise). None of it touches what was decided.
#include <utility>

#include "actors/entity/entity.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::actors {
namespace {

/// Operators who wait for the same restart.
constexpr std::size_t restart_askers_max = 16;

}  // namespace

void entity_state::supervise(command_msg&& message) {
  if (!message.slot) return;
  switch (message.command->supervise().wish()) {
    case v1::Supervise::RESTART:
      return restart(std::move(message.slot));
    case v1::Supervise::SNAPSHOT:
      if (phase_ == phase::ready && durable_.value > 0) fold();
      break;
    default:  // being put away is the shard's business
      break;
  }
  message.slot->complete(describe_run());
}

/// Gently: what is in flight becomes durable and is answered; what comes meanwhile is decided by the new state.
void entity_state::restart(slot_ptr asker) {
  if (restart_askers_.size() >= restart_askers_max) return asker->complete(overloaded_reply());
  if (phase_ == phase::stopping) return;  // the slot answers
  restart_askers_.push_back(std::move(asker));
  if (phase_ != phase::ready) return;
  phase_ = phase::restarting;
  if (pending_.empty()) begin_recovery();
}

void entity_state::restarted() {
  for (const auto& asker : std::exchange(restart_askers_, {})) asker->complete(describe_run());
}

entity_state::reply_ptr entity_state::describe_run() const {
  static constexpr std::array phases{v1::EntityRun::RECOVERING, v1::EntityRun::READY, v1::EntityRun::RESTARTING, v1::EntityRun::STOPPING};
  auto out = std::make_shared<v1::Reply>();
  auto& run = *out->mutable_run();
  run.set_phase(phases.at(static_cast<std::size_t>(phase_)));
  run.set_sequence(memory_->at().value);
  run.set_durable(durable_.value);
  run.set_snapshot(snapshot_at_.value);
  run.set_answers_waiting(pending_.size());
  run.set_commands_waiting(stash_.size());
  run.set_mailbox(self_->mailbox().size());
  run.set_records(memory_->records());
  run.set_next_deadline_ms(memory_->core().next_deadline().value_or(0));
  run.set_started_at_ms(started_at_);
  return out;
}

}  // namespace holdfast::actors
