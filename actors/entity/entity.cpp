// One entity's life.
//
//   recovering ──history read──▶ ready ──passivate, nothing in flight──▶ stopping (ends)
//       ▲                          │
//       └──append refused/unknown──┘        read failed or shard lost: stopping (ends); the shard starts a new one on demand
//       └◀─nothing in flight── restarting ◀── an operator wants it
//
// One command's way (ready):
//   key known?  ── yes ─▶ first answer
//   decide on the latest state ── rejected ─▶ answer, in order
//   evolve at once; the next command is decided on the new state
//   append ─▶ journal ─▶ durable ─▶ answer, publish, tell; all in the order of the decisions
#include "actors/entity/entity.hpp"

#include <algorithm>
#include <utility>

#include "actors/entity/stored_entry.hpp"
#include "protocols/base/errors.hpp"
#include "protocols/base/log.hpp"

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
  load_.emplace(context_->figures->shards, context_->figures->tenants, id_.value);
  started_at_ = context_->clock->now();
  begin_recovery();
  return {
      [this](command_msg& message) { take(std::move(message)); },
      [this](notice_msg& message) {
        std::vector<v1::LiveChange> changes;
        if (phase_ != phase::ready && !message.start_entity) return;
        if (phase_ == phase::ready && memory_->core().observe(*message.command, changes)) {
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
  memory_.emplace(id_, context_->limits);
  durable_ = snapshot_at_ = {};
  timer_written_.reset();
  told_ = context_->outcomes->told(id_);
  missed_.clear();
  report_under_way_ = false;
  context_->figures->recoveries.fetch_add(1, std::memory_order_relaxed);
  ask_history(true);
}

void entity_state::ask_history(bool with_snapshot) {
  self_->send(
      context_->history,
      history_request{id_, {memory_->at().value + 1}, with_snapshot, context_->limits.recovery_chunk_rows, life_, entity_actor{self_}});
}

void entity_state::take_history(history_chunk& chunk) {
  if (phase_ != phase::recovering || chunk.life != life_) return;
  if (chunk.error) return give_up_recovery(caf::exit_reason::unknown);
  if (chunk.snapshot) {
    if (!memory_->restore(*chunk.snapshot)) {
      // Not understood: replay from the first entry, as if there were none.
      memory_.emplace(id_, context_->limits);
      return ask_history(false);
    }
    snapshot_at_ = memory_->at();
  }
  for (const auto& entry : chunk.entries) {
    // The store checked the entries' order; what it cannot check is that this program understands them.
    if (!memory_->replay(entry)) return give_up_recovery(caf::exit_reason::unhandled_exception);
    if (told_ && entry.at > *told_) note_missed(entry);
  }
  context_->figures->recovered_entries.fetch_add(chunk.entries.size(), std::memory_order_relaxed);
  if (chunk.last) return finish_recovery();
  ask_history(false);
}

/// It became durable and nobody learned it: who watches must not miss it.
void entity_state::note_missed(const persistence::stored_entry& stored) {
  v1::Entry entry;
  std::string_view reply;
  if (!read_entry(stored.payload, entry, reply)) return;
  for (auto& change : memory_->core().follow(v1::Command{}, entry, entry.at_ms()).changes) {
    if (change.has_event()) change.mutable_event()->set_redefined(true);  // which command it was is not known any more
    missed_.push_back(std::move(change));
  }
}

/// Whoever waits hears "unavailable" at once; the shard decides when to try again.
void entity_state::give_up_recovery(caf::exit_reason why) {
  context_->figures->recovery_failures.fetch_add(1, std::memory_order_relaxed);
  phase_ = phase::stopping;
  stash_.clear();
  restart_askers_.clear();
  self_->quit(why);
}

void entity_state::finish_recovery() {
  phase_ = phase::ready;
  log_of(part::actors)->debug("{} is ready at {}", id_.value, memory_->at().value);
  durable_ = memory_->at();
  timer_written_ = memory_->core().next_deadline().value_or(0);
  publish(std::exchange(missed_, {}));
  if (told_) context_->outcomes->settle(id_);
  told_.reset();
  for (auto& command : memory_->core().on_started()) context_->tell({std::make_shared<const v1::Command>(std::move(command)), true});
  restarted();
  auto waiting = std::exchange(stash_, {});
  for (auto& message : waiting) take(std::move(message));
  release_durable();
}

// ---- ready

void entity_state::take(command_msg&& message) {
  if (message.command->has_supervise()) return supervise(std::move(message));
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
    if (const auto known = memory_->answered().find(command.idempotency_key(), now)) {
      if (known->fingerprint != command.fingerprint())
        return answer_later(std::move(message.slot), std::make_shared<const v1::Reply>(as_reply(reject(v1::KEY_REUSED))));
      context_->figures->repeated_answers.fetch_add(1, std::memory_order_relaxed);
      auto repeated = std::make_shared<v1::Reply>();
      if (!repeated->ParseFromArray(known->reply.data(), static_cast<int>(known->reply.size())))
        *repeated = as_reply(reject(v1::INTERNAL, "the first answer cannot be read any more"));
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
  load_->command();
  auto outcome = memory_->core().decide(command, now);
  if (auto* rejection = std::get_if<v1::Rejection>(&outcome)) {
    context_->figures->rejections.fetch_add(1, std::memory_order_relaxed);
    load_->rejection();
    return answer_later(std::move(message.slot), std::make_shared<const v1::Reply>(as_reply(std::move(*rejection))));
  }
  accept(std::move(message), std::move(std::get<v1::Entry>(outcome)), now);
}

void entity_state::accept(command_msg&& message, v1::Entry&& entry, unix_ms now) {
  const auto& command = *message.command;
  const auto& core = memory_->core();
  const bool changes_something = entry.tenant_size() + entry.event_size() + entry.block_size() > 0;
  if (changes_something) {
    entry.set_at_ms(now);
    entry.set_trace_id(command.trace_id());
    memory_->evolve(entry);
  }
  auto follows = core.follow(command, entry, now);
  if (command.has_expire_due()) follows.reply.mutable_done()->set_next_deadline_ms(core.next_deadline().value_or(0));
  auto reply = std::make_shared<const v1::Reply>(std::move(follows.reply));
  if (changes_something) {
    std::string answer;
    if (const auto& key = command.idempotency_key(); !key.empty()) {
      entry.set_idempotency_key(key);
      entry.set_fingerprint(command.fingerprint());
      reply->SerializeToString(&answer);
      memory_->answered().remember(key, command.fingerprint(), answer, now);
    }
    append(write_entry(entry, answer), follows.mail, now, command.has_expire_due());
  }
  aftermath then{.changes = {}, .tell = std::move(follows.tell), .report = {}, .mail = !follows.mail.empty()};
  if (context_->feed) then.changes = std::move(follows.changes);
  if (follows.report) then.report = report_of_this_commit();
  answer_later(std::move(message.slot), std::move(reply), std::move(then));
}

void entity_state::append(std::string payload, const std::vector<v1::MailRequest>& mail, unix_ms now, bool tick) {
  persistence::append_request row{
      .entity = id_, .at = memory_->at(), .owner = owner_, .payload = std::move(payload), .at_ms = now, .outbox = {}, .timer = {}};
  for (const auto& letter : mail) row.outbox.push_back({"mail", letter.SerializeAsString()});
  const auto due = memory_->core().next_deadline().value_or(0);
  if (tick || timer_written_ != due) row.timer = timer_written_.emplace(due);
  const auto bytes = static_cast<std::int64_t>(row.payload.size());
  context_->figures->journal_bytes_in_flight.fetch_add(bytes, std::memory_order_relaxed);
  // Failing here is what a crash right after the decision looks like: the caller hears nothing certain, the journal nothing at all.
  if (context_->faults->fails(fault_point::after_decide, id_.value)) {
    context_->figures->journal_bytes_in_flight.fetch_sub(bytes, std::memory_order_relaxed);
    self_->send(entity_actor{self_}, appended_msg{life_, durable_, append_status::failed});
    return;
  }
  self_->send(context_->journal, append_msg{std::move(row), life_, entity_actor{self_}});
}

/// The first change of a commit carries the report; release_durable() tells what came later when nothing is in flight, or the first change
/// of the next commit does.
command_ptr entity_state::report_of_this_commit() {
  report_again_ = report_under_way_;
  if (std::exchange(report_under_way_, true)) return nullptr;
  auto report = memory_->core().report();
  return report ? std::make_shared<const v1::Command>(std::move(*report)) : nullptr;
}

void entity_state::answer_later(slot_ptr slot, reply_ptr reply) { answer_later(std::move(slot), std::move(reply), {}); }

void entity_state::answer_later(slot_ptr slot, reply_ptr reply, aftermath then) {
  pending_.push_back({memory_->at(), std::move(slot), std::move(reply), std::move(then)});
  release_durable();
}

void entity_state::take_verdict(const appended_msg& verdict) {
  if (verdict.life != life_ || phase_ == phase::stopping) return;
  durable_ = std::max(durable_, verdict.durable_upto);
  release_durable();
  if (verdict.refused) lose_undurable(*verdict.refused);
}

void entity_state::release_durable() {
  bool mail = false;
  while (!pending_.empty() && pending_.front().after <= durable_) {
    auto& item = pending_.front();
    if (item.slot) item.slot->complete(std::move(item.reply));
    publish(std::move(item.then.changes));
    mail = mail || item.then.mail;
    for (auto& command : item.then.tell) context_->tell({std::make_shared<const v1::Command>(std::move(command)), true});
    if (item.then.report) {
      report_under_way_ = false;
      context_->tell({std::move(item.then.report), false});
    }
    pending_.pop_front();
  }
  if (pending_.empty() && std::exchange(report_again_, false))
    if (auto report = memory_->core().report()) context_->tell({std::make_shared<const v1::Command>(std::move(*report)), false});
  if (mail && context_->outbox_grew) context_->outbox_grew();
  fold_if_long();
  if (phase_ == phase::restarting && pending_.empty()) begin_recovery();
}

void entity_state::lose_undurable(append_status why) {
  // Whoever is told next that nothing came of it may be sent on to the new owner.
  if (why == append_status::stale_epoch) context_->shard_lost(shard_of(id_.value), owner_);
  // The state is ahead of the journal and must not be shown to anybody: forget it all and read what is really there.
  pending_.clear();
  report_again_ = true;  // what was on its way may or may not have been so
  if (why != append_status::stale_epoch) {
    context_->outcomes->note(id_, durable_);
    return begin_recovery();
  }
  phase_ = phase::stopping;
  stash_.clear();
  self_->quit(fenced());
}

void entity_state::stop_if_idle() {
  if (phase_ == phase::stopping) return;
  if (phase_ != phase::ready || !pending_.empty()) {
    self_->send(caf::actor_cast<shard_actor>(self_->current_sender()), busy_msg{id_});
    return;
  }
  leave_snapshot();
  phase_ = phase::stopping;
  self_->quit(caf::exit_reason::normal);
}

// ---- snapshots

/// A snapshot that holds more records than entries were added would not be read any faster than they are replayed.
bool entity_state::worth_a_snapshot(std::int64_t entries) const {
  const auto since = durable_.value - snapshot_at_.value;
  if (since < entries) return false;
  return since * 100 >= static_cast<std::int64_t>(memory_->records()) * context_->limits.snapshot_worth_percent;
}

/// Bounds what a crash leaves to be replayed. Somebody else makes it from the journal: in traffic nobody waits for a snapshot.
void entity_state::fold_if_long() {
  if (worth_a_snapshot(context_->limits.snapshot_every_entries)) fold();
}

void entity_state::fold() {
  snapshot_at_ = durable_;
  if (context_->faults->fails(fault_point::before_snapshot, id_.value)) return;
  self_->send(context_->folder, fold_msg{id_, durable_});
}

/// When the entity is put away its state is at hand and nobody waits for it.
void entity_state::leave_snapshot() {
  if (!worth_a_snapshot(context_->limits.snapshot_put_away_entries)) return;
  auto& waiting = context_->figures->snapshot_bytes_in_flight;
  if (waiting.load(std::memory_order_relaxed) > context_->limits.snapshot_bytes_in_flight_max) return;
  if (context_->faults->fails(fault_point::before_snapshot, id_.value)) return;
  auto snapshot = memory_->save();
  waiting.fetch_add(static_cast<std::int64_t>(snapshot.payload.size()), std::memory_order_relaxed);
  self_->send(context_->snapshots, snapshot_msg{id_, std::move(snapshot)});
}

void entity_state::publish(std::vector<v1::LiveChange>&& changes) {
  if (!context_->feed) return;
  for (auto& change : changes) context_->feed->publish(std::make_shared<const v1::LiveChange>(std::move(change)));
}

}  // namespace holdfast::actors
