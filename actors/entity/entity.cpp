// One entity's life.
//
//   recovering ──history read──▶ ready ──passivate, nothing in flight──▶ stopping (ends)
//       ▲                          │
//       └──append refused/unknown──┘        read failed or shard lost: stopping (ends); the shard starts a new one on demand
//
// One command's way (ready):
//   key known?  ── yes ─▶ first answer
//   decide on the latest state ── rejected ─▶ answer, in order
//   evolve at once; the next command is decided on the new state
//   append ─▶ journal ─▶ durable ─▶ answer, publish, tell; all in the order of the decisions
#include "actors/entity/entity.hpp"

#include <algorithm>
#include <utility>

#include "protocols/base/errors.hpp"

namespace holdfast::actors {

using persistence::append_status;

entity_actor::behavior_type entity(entity_state::pointer self, context_ptr context, entity_id id, epoch owner) {
  return self->state.start(std::move(context), std::move(id), owner);
}

entity_state::~entity_state() {
  if (context_) context_->figures->entities_started.fetch_sub(1, std::memory_order_relaxed);
}

entity_actor::behavior_type entity_state::start(context_ptr context, entity_id id, epoch owner) {
  context_ = std::move(context);
  id_ = std::move(id);
  owner_ = owner;
  context_->figures->entities_started.fetch_add(1, std::memory_order_relaxed);
  begin_recovery();
  return {
      [this](command_msg& message) { take(std::move(message)); },
      [this](notice_msg& message) {
        std::vector<v1::LiveChange> changes;
        if (phase_ != phase::ready && !message.start_entity) return;
        if (phase_ == phase::ready && core_->observe(*message.command, changes)) {
          publish(std::move(changes));
        } else {
          take({message.command, nullptr});
        }
      },
      [this](appended_msg& verdict) { take_verdict(verdict); },
      [this](history_chunk& chunk) { take_history(chunk); },
      [this](passivate_atom) { stop_if_idle(); },
  };
}

// ---- recovering

void entity_state::begin_recovery() {
  phase_ = phase::recovering;
  life_ = context_->lives.fetch_add(1, std::memory_order_relaxed) + 1;
  core_ = domain::make_core(id_);
  answered_.emplace(context_->limits.answers_kept_ms, context_->limits.answers_kept_max);
  decided_ = durable_ = snapshot_at_ = {};
  snapshot_.reset();
  timer_written_.reset();
  context_->figures->recoveries.fetch_add(1, std::memory_order_relaxed);
  ask_history(true);
}

void entity_state::ask_history(bool with_snapshot) {
  self_->send(context_->history,
              history_request{id_, {decided_.value + 1}, with_snapshot, context_->limits.recovery_chunk_rows, life_, entity_actor{self_}});
}

void entity_state::take_history(history_chunk& chunk) {
  if (phase_ != phase::recovering || chunk.life != life_) return;
  if (chunk.error) {
    // Whoever waits hears "unavailable" at once; the shard decides when to try again.
    context_->figures->recovery_failures.fetch_add(1, std::memory_order_relaxed);
    phase_ = phase::stopping;
    stash_.clear();
    self_->quit(caf::exit_reason::unknown);
    return;
  }
  if (chunk.snapshot && !restore(*chunk.snapshot)) {
    // Not understood: replay from the first entry, as if there were none.
    core_ = domain::make_core(id_);
    return ask_history(false);
  }
  for (const auto& entry : chunk.entries) {
    replay(entry);
    if (phase_ != phase::recovering) return;
  }
  if (chunk.last) return finish_recovery();
  ask_history(false);
}

bool entity_state::restore(const persistence::snapshot& stored) {
  v1::EntitySnapshot state;
  if (!state.ParseFromString(stored.payload) || state.sequence() != stored.at.value || !core_->restore(state)) return false;
  answered_->restore(state);
  decided_ = snapshot_at_ = stored.at;
  return true;
}

void entity_state::replay(const persistence::stored_entry& stored) {
  v1::Entry entry;
  // The store checked the bytes' order; what it cannot check is that this program understands them.
  if (!entry.ParseFromString(stored.payload)) {
    context_->figures->recovery_failures.fetch_add(1, std::memory_order_relaxed);
    phase_ = phase::stopping;
    stash_.clear();
    self_->quit(caf::exit_reason::unhandled_exception);
    return;
  }
  core_->evolve(entry, stored.at);
  decided_ = stored.at;
  context_->figures->recovered_entries.fetch_add(1, std::memory_order_relaxed);
  if (!entry.idempotency_key().empty())
    answered_->remember(std::move(*entry.mutable_idempotency_key()), std::move(*entry.mutable_fingerprint()),
                        std::make_shared<const v1::Reply>(std::move(*entry.mutable_reply())), entry.at_ms());
}

void entity_state::finish_recovery() {
  phase_ = phase::ready;
  durable_ = decided_;
  timer_written_ = core_->next_deadline().value_or(0);
  for (auto& command : core_->on_started())
    context_->tell({std::make_shared<const v1::Command>(std::move(command)), true});
  auto waiting = std::exchange(stash_, {});
  for (auto& message : waiting) take(std::move(message));
}

// ---- ready

void entity_state::take(command_msg&& message) {
  if (phase_ == phase::ready) return decide(std::move(message));
  if (phase_ == phase::stopping) return;  // the slot answers
  if (stash_.size() >= context_->limits.stash_commands_max) {
    context_->figures->overloaded.fetch_add(1, std::memory_order_relaxed);
    if (message.slot) message.slot->complete(overloaded_reply());
    return;
  }
  stash_.push_back(std::move(message));
}

void entity_state::decide(command_msg&& message) {
  const auto& command = *message.command;
  const auto now = context_->clock->now();
  if (command.deadline_ms() != 0 && command.deadline_ms() < now) {  // nobody waits any more
    if (message.slot) message.slot->complete(unavailable_reply());
    return;
  }
  if (!command.idempotency_key().empty()) {
    if (const auto* known = answered_->find(command.idempotency_key(), now)) {
      if (known->fingerprint != command.fingerprint()) {
        return answer_later(std::move(message.slot), std::make_shared<const v1::Reply>(as_reply(reject(v1::KEY_REUSED))));
      }
      context_->figures->repeated_answers.fetch_add(1, std::memory_order_relaxed);
      auto repeated = std::make_shared<v1::Reply>(*known->reply);
      repeated->set_repeated_answer(true);
      return answer_later(std::move(message.slot), std::move(repeated));
    }
  }
  if (context_->figures->journal_bytes_in_flight.load(std::memory_order_relaxed) > context_->limits.journal_bytes_in_flight_max) {
    context_->figures->overloaded.fetch_add(1, std::memory_order_relaxed);
    if (message.slot) message.slot->complete(overloaded_reply());
    return;
  }
  context_->figures->commands.fetch_add(1, std::memory_order_relaxed);
  auto outcome = core_->decide(command, now);
  if (auto* rejection = std::get_if<v1::Rejection>(&outcome)) {
    context_->figures->rejections.fetch_add(1, std::memory_order_relaxed);
    return answer_later(std::move(message.slot), std::make_shared<const v1::Reply>(as_reply(std::move(*rejection))));
  }
  accept(std::move(message), std::move(std::get<v1::Entry>(outcome)), now);
}

void entity_state::accept(command_msg&& message, v1::Entry&& entry, unix_ms now) {
  const auto& command = *message.command;
  const bool changes_something = entry.tenant_size() + entry.event_size() + entry.block_size() > 0;
  const bool keyed = changes_something && !command.idempotency_key().empty();
  if (changes_something) {
    ++decided_.value;
    entry.set_at_ms(now);
    entry.set_trace_id(command.trace_id());
    core_->evolve(entry, decided_);
  }
  auto effects = core_->follow(command, entry, now);
  if (command.has_expire_due()) {
    const auto next = core_->next_deadline();
    effects.reply.mutable_done()->set_next_deadline_ms(next.value_or(0));
  }
  auto reply = std::make_shared<const v1::Reply>(std::move(effects.reply));
  if (changes_something) {
    if (keyed) {
      entry.set_idempotency_key(command.idempotency_key());
      entry.set_fingerprint(command.fingerprint());
      *entry.mutable_reply() = *reply;
      answered_->remember(command.idempotency_key(), command.fingerprint(), reply, now);
    }
    append(entry, effects, command.has_expire_due());
  }
  answer_later(std::move(message.slot), std::move(reply), std::move(effects));
  if (changes_something) capture_snapshot_if_due();
}

void entity_state::append(const v1::Entry& entry, domain::consequences& effects, bool tick) {
  persistence::append_request row{.entity = id_, .at = decided_, .owner = owner_, .payload = entry.SerializeAsString(), .at_ms = entry.at_ms(), .outbox = {}, .timer = {}};
  for (const auto& mail : effects.mail) row.outbox.push_back({"mail", mail.SerializeAsString()});
  const auto due = core_->next_deadline().value_or(0);
  if (tick || timer_written_ != due) row.timer = timer_written_.emplace(due);
  context_->figures->journal_bytes_in_flight.fetch_add(static_cast<std::int64_t>(row.payload.size()), std::memory_order_relaxed);
  // Failing here is what a crash right after the decision looks like: the caller hears nothing certain, the journal nothing at all.
  if (context_->faults->fails(fault_point::after_decide, id_.value)) {
    context_->figures->journal_bytes_in_flight.fetch_sub(static_cast<std::int64_t>(row.payload.size()), std::memory_order_relaxed);
    self_->send(entity_actor{self_}, appended_msg{life_, durable_, append_status::failed});
    return;
  }
  self_->send(context_->journal, append_msg{std::move(row), life_, entity_actor{self_}});
}

void entity_state::answer_later(slot_ptr slot, std::shared_ptr<const v1::Reply> reply, domain::consequences effects) {
  pending_.push_back({decided_, std::move(slot), std::move(reply), std::move(effects)});
  release_durable();
}

void entity_state::take_verdict(const appended_msg& verdict) {
  if (verdict.life != life_ || phase_ == phase::stopping) return;
  durable_ = std::max(durable_, verdict.durable_upto);
  release_durable();
  if (verdict.refused) lose_undurable(*verdict.refused);
}

void entity_state::release_durable() {
  std::optional<v1::Command> figures;  // the latest wins: one message a commit, not one a booking
  bool mail = false;
  while (!pending_.empty() && pending_.front().after <= durable_) {
    auto item = std::move(pending_.front());
    pending_.pop_front();
    if (item.slot) item.slot->complete(std::move(item.reply));
    publish(std::move(item.effects.changes));
    mail = mail || !item.effects.mail.empty();
    for (auto& command : item.effects.tell) {
      if (command.has_report_figures()) {
        figures = std::move(command);
      } else {
        context_->tell({std::make_shared<const v1::Command>(std::move(command)), true});
      }
    }
  }
  if (figures) context_->tell({std::make_shared<const v1::Command>(std::move(*figures)), false});
  if (mail && context_->outbox_grew) context_->outbox_grew();
  if (snapshot_ && snapshot_->at <= durable_) {
    if (!context_->faults->fails(fault_point::before_snapshot, id_.value))
      self_->send(context_->snapshots, snapshot_msg{id_, {snapshot_->at, std::move(snapshot_->payload)}});
    snapshot_.reset();
  }
}

void entity_state::lose_undurable(append_status why) {
  // The state is ahead of the journal and must not be shown to anybody: forget it all and read what is really there.
  pending_.clear();
  if (why == append_status::stale_epoch) {
    context_->figures->fenced.store(true, std::memory_order_relaxed);
    phase_ = phase::stopping;
    stash_.clear();
    self_->quit(caf::exit_reason::unknown);
    return;
  }
  begin_recovery();
}

void entity_state::capture_snapshot_if_due() {
  if (snapshot_) return;
  const auto grown = decided_.value - snapshot_at_.value;
  if (grown < std::max(context_->limits.snapshot_every_entries, snapshot_at_.value / 2)) return;
  v1::EntitySnapshot state;
  state.set_sequence(decided_.value);
  answered_->save(state);
  core_->save(state);
  snapshot_ = captured_snapshot{decided_, state.SerializeAsString()};
  snapshot_at_ = decided_;
}

void entity_state::stop_if_idle() {
  if (phase_ == phase::stopping) return;
  if (phase_ == phase::recovering || !pending_.empty()) {
    self_->send(caf::actor_cast<shard_actor>(self_->current_sender()), busy_msg{id_});
    return;
  }
  phase_ = phase::stopping;
  self_->quit(caf::exit_reason::normal);
}

void entity_state::publish(std::vector<v1::LiveChange>&& changes) {
  if (!context_->feed) return;
  for (auto& change : changes) context_->feed->publish(std::make_shared<const v1::LiveChange>(std::move(change)));
}

}  // namespace holdfast::actors
