// What operators ask of an entity (v1::Supervise), as far as it is its shard's business: whether it runs, and putting it away.
#include "actors/sharding/shard.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::actors {
namespace {

std::shared_ptr<const v1::Reply> not_running(v1::EntityRun::Phase phase) {
  auto out = std::make_shared<v1::Reply>();
  out->mutable_run()->set_phase(phase);
  return out;
}

std::shared_ptr<const v1::Reply> busy() {
  static const auto reply = std::make_shared<const v1::Reply>(as_reply(reject(v1::ENTITY_BUSY)));
  return reply;
}

}  // namespace

/// Starts nothing.
void shard_state::supervise(command_msg&& message) {
  if (!message.slot) return;
  const auto found = children_.find(message.command->entity_id());
  if (found == children_.end() || !found->second.actor) {
    const bool resting = found != children_.end() && context_->clock->now() < found->second.not_before;
    return message.slot->complete(not_running(resting ? v1::EntityRun::RESTING : v1::EntityRun::NOT_RUNNING));
  }
  auto& c = found->second;
  const auto wish = message.command->supervise().wish();
  if (wish == v1::Supervise::PASSIVATE) {
    if (c.asker) return message.slot->complete(busy());
    c.asker = std::move(message.slot);
    if (!c.stopping) passivate(c);
    return;
  }
  if (!c.stopping) return self_->send(c.actor, std::move(message));
  message.slot->complete(wish == v1::Supervise::LOOK ? not_running(v1::EntityRun::STOPPING) : busy());
}

void shard_state::tell_asker(child& c, bool put_away) {
  if (const auto asker = std::exchange(c.asker, nullptr)) asker->complete(put_away ? not_running(v1::EntityRun::NOT_RUNNING) : busy());
}

}  // namespace holdfast::actors
