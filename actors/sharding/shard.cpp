// A child's life as the shard sees it:
//
//   (absent) ──message──▶ running ──idle or over the cap: passivate──▶ stopping ──DOWN──▶ (absent)
//                          ▲ │  ▲──── busy: something is in flight ───────┘ messages wait here; DOWN with some waiting starts it again
//                  message │ └──DOWN by failure──▶ resting (a short while: UNAVAILABLE at once)
//                          └────────────────────────┘
//
// Messages come in while the shard is open. It closes at once, or when its entities have been put away; the busy ones are asked again.
#include "actors/sharding/shard.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include "actors/entity/entity.hpp"

namespace holdfast::actors {
namespace {

/// An entity that is to be put away and still waits for the journal is asked again after this.
constexpr std::chrono::milliseconds busy_pause{3};

}  // namespace

shard_actor::behavior_type shard(shard_state::pointer self, context_ptr context) { return self->state.start(std::move(context)); }

shard_actor::behavior_type shard_state::start(context_ptr context) {
  context_ = std::move(context);
  cap_ = std::max<std::size_t>(1, context_->limits.entities_started_max / shard_count);
  self_->set_down_handler([this](caf::down_msg& down) { child_down(down.source, down.reason); });
  return {
      [this](command_msg& message) { route(std::move(message)); },
      [this](notice_msg& message) { notify(std::move(message)); },
      [this](const busy_msg& message) { resume(message.entity.value); },
      [this](const open_msg& message) { open(message.owner); },
      [this](put_away_msg& message) { put_away(std::move(message.done)); },
      [this](close_atom) { close(); },
      [this](again_atom) {
        again_armed_ = false;
        if (!open_) passivate_all();
      },
      [this](sweep_atom) { sweep(); },
  };
}

shard_state::~shard_state() { end_all(); }

// ---- opening and closing

void shard_state::open(epoch owner) {
  close();
  owner_ = owner;
  open_ = true;
}

void shard_state::put_away(std::function<void()> done) {
  open_ = false;
  vacated_ = std::move(done);
  passivate_all();
  report_if_empty();
}

void shard_state::close() {
  open_ = false;
  vacated_ = nullptr;
  end_all();
}

void shard_state::passivate_all() {
  for (auto& [id, c] : children_)
    if (c.actor && !c.stopping) passivate(c);
}

void shard_state::report_if_empty() {
  if (open_ || !by_address_.empty()) return;
  if (const auto done = std::exchange(vacated_, nullptr)) done();
}

void shard_state::end_all() {
  for (const auto& [id, c] : children_)
    if (c.actor) caf::anon_send_exit(c.actor, caf::exit_reason::kill);
  by_address_.clear();
  recency_.clear();
  children_.clear();
}

// ---- messages

void shard_state::route(command_msg&& message) {
  if (!open_) return;  // the slot answers
  if (message.command->has_supervise()) return supervise(std::move(message));
  const auto now = context_->clock->now();
  const auto [it, fresh] = children_.try_emplace(message.command->entity_id());
  auto& c = it->second;
  if (fresh) c.place = recency_.insert(recency_.end(), &it->first);
  c.used = now;
  touch(c);
  if (c.stopping) {
    if (c.stash.size() < context_->limits.stash_commands_max) {
      c.stash.push_back(std::move(message));
    } else if (message.slot) {
      message.slot->complete(overloaded_reply());
    }
    return;
  }
  if (!c.actor) {
    if (now < c.not_before) return;  // the slot answers
    start_child(it->first, c);
  }
  self_->send(c.actor, std::move(message));
}

void shard_state::notify(notice_msg&& message) {
  if (message.start_entity) return route({std::move(message.command), nullptr});
  const auto it = children_.find(message.command->entity_id());
  if (it != children_.end() && it->second.actor && !it->second.stopping) self_->send(it->second.actor, std::move(message));
}

void shard_state::start_child(const std::string& id, child& c) {
  c.actor = self_->spawn(entity, context_, entity_id{id}, owner_);
  self_->monitor(c.actor);
  by_address_.emplace(c.actor.address(), &id);
  arm_sweep();
  if (children_.size() <= cap_) return;
  const auto oldest = std::find_if(recency_.begin(), recency_.end(), [this](const std::string* key) {
    const auto& other = children_.at(*key);
    return other.actor && !other.stopping;
  });
  if (oldest != recency_.end() && **oldest != id) passivate(children_.at(**oldest));
}

void shard_state::touch(child& c) { recency_.splice(recency_.end(), recency_, c.place); }

void shard_state::passivate(child& c) {
  c.stopping = true;
  self_->send(c.actor, passivate_atom::value);
}

void shard_state::resume(const std::string& id) {
  const auto it = children_.find(id);
  if (it == children_.end() || !it->second.stopping) return;
  it->second.stopping = false;
  tell_asker(it->second, false);
  if (!open_) {
    it->second.stash.clear();  // who waits is sent on; what is in flight ends soon
    if (!std::exchange(again_armed_, true)) self_->delayed_send(self_, busy_pause, again_atom::value);
    return;
  }
  for (auto& message : std::exchange(it->second.stash, {})) self_->send(it->second.actor, std::move(message));
}

void shard_state::child_down(const caf::actor_addr& address, const caf::error& reason) {
  const auto known = by_address_.find(address);
  if (known == by_address_.end()) return;
  const auto it = children_.find(*known->second);
  by_address_.erase(known);
  if (reason == fenced()) return close();
  auto& c = it->second;
  c.actor = nullptr;
  c.stopping = false;
  tell_asker(c, true);
  const bool failed = reason != caf::exit_reason::normal;
  if (failed) {
    c.not_before = context_->clock->now() + context_->limits.recovery_backoff_ms.count();
    c.stash.clear();
    return report_if_empty();
  }
  context_->figures->passivations.fetch_add(1, std::memory_order_relaxed);
  if (!open_) c.stash.clear();
  if (c.stash.empty()) {
    recency_.erase(c.place);
    children_.erase(it);
    return report_if_empty();
  }
  start_child(it->first, c);
  for (auto& message : std::exchange(c.stash, {})) self_->send(c.actor, std::move(message));
}

void shard_state::sweep() {
  sweep_armed_ = false;
  const auto now = context_->clock->now();
  const auto idle_since = now - context_->limits.passivate_after_ms.count();
  for (auto it = children_.begin(); it != children_.end();) {
    auto& c = it->second;
    if (!c.actor && c.stash.empty() && c.not_before <= now) {  // rested enough; nobody asked for it again
      recency_.erase(c.place);
      it = children_.erase(it);
      continue;
    }
    if (c.actor && !c.stopping && c.used <= idle_since) passivate(c);
    ++it;
  }
  arm_sweep();
}

void shard_state::arm_sweep() {
  if (sweep_armed_ || children_.empty()) return;
  sweep_armed_ = true;
  self_->delayed_send(self_, context_->limits.passivate_after_ms / 2, sweep_atom::value);
}

}  // namespace holdfast::actors
