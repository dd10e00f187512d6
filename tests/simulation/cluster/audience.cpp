#include "tests/simulation/cluster/audience.hpp"

#include <utility>

#include "protocols/base/ids.hpp"

namespace holdfast::simulation {
namespace {

constexpr std::int64_t retry_ms = 400;

}  // namespace

void audience::come(const std::string& block) {
  const auto [at, fresh] = seats_.try_emplace(topic_of(block));
  if (!fresh) return;
  at->second.block = block;
  watcher_->follow(tenant_, at->first, block_entity(tenant_, block).value);
}

void audience::leave(const std::string& block) {
  if (seats_.erase(topic_of(block)) > 0) watcher_->unfollow(tenant_, topic_of(block));
}

const audience::view* audience::seen(const std::string& block) const {
  const auto at = seats_.find(topic_of(block));
  return at == seats_.end() || !at->second.current ? nullptr : &at->second.shows;
}

void audience::refresh(const std::string& tenant, const std::string& topic) {
  if (tenant != tenant_) return;
  const auto at = seats_.find(topic);
  if (at != seats_.end()) at->second.wanted = true;
}

void audience::work(unix_ms now) {
  now_ = now;
  for (auto& [topic, s] : seats_) {
    if (!s.wanted || s.not_before > now) continue;
    s.wanted = false;
    s.question = ++questions_;
    s.meanwhile.clear();
    auto command = std::make_shared<v1::Command>();
    command->set_entity_id(block_entity(tenant_, s.block).value);
    command->mutable_get_block();
    ask_(std::move(command), [me = weak_from_this(), topic = topic, question = s.question](const std::shared_ptr<const v1::Reply>& reply) {
      if (const auto self = me.lock()) self->answered(topic, question, *reply);
    });
  }
}

void audience::answered(const std::string& topic, std::uint64_t question, const v1::Reply& reply) {
  const auto at = seats_.find(topic);
  if (at == seats_.end() || at->second.question != question) return;
  auto& s = at->second;
  s.question = 0;
  if (!reply.has_block()) {
    s.wanted = true;
    s.not_before = now_ + retry_ms;
    return;
  }
  s.current = true;
  s.shows = {reply.block().version(), {}, reply.block().open()};
  for (const auto& spot : reply.block().spots()) {
    auto& kept = s.shows.spots[spot.label()] = spot;
    kept.clear_claims();  // changes do not carry them
  }
  for (const auto& change : std::exchange(s.meanwhile, {})) apply(s, *change);
}

void audience::publish(std::shared_ptr<const v1::LiveChange> change) {
  if (change->tenant_slug() != tenant_) return;
  const auto at = seats_.find(change->topic());
  if (at == seats_.end()) return;
  auto& s = at->second;
  if (s.question != 0) s.meanwhile.push_back(change);
  apply(s, *change);
}

void audience::apply(seat& s, const v1::LiveChange& change) {
  if (change.version() <= s.shows.version || !s.current) return;
  ++shown_;
  s.shows.version = change.version();
  s.shows.open = change.block().open();
  if (change.block().redefined()) s.wanted = true;
  for (const auto& spot : change.block().spots()) s.shows.spots[spot.label()] = spot;
}

}  // namespace holdfast::simulation
