#include "actors/sharding/local_region.hpp"

#include <caf/send.hpp>

#include <utility>

namespace holdfast::actors {

local_region::local_region(shards handles, limits bounds, std::shared_ptr<figures> counts)
    : shards_(std::move(handles)), limits_(bounds), figures_(std::move(counts)) {}

void local_region::ask(std::shared_ptr<const v1::Command> command, reply_handler handler) {
  const auto shard = shard_of(command->entity_id());
  ask(shard, std::move(command), std::move(handler));
}

void local_region::tell(std::shared_ptr<const v1::Command> command, bool start_entity) {
  const auto shard = shard_of(command->entity_id());
  tell(shard, std::move(command), start_entity);
}

void local_region::ask(shard_id shard, std::shared_ptr<const v1::Command> command, reply_handler handler) {
  if (figures_->commands_in_flight.fetch_add(1, std::memory_order_relaxed) >= static_cast<std::int64_t>(limits_.commands_in_flight_max)) {
    figures_->commands_in_flight.fetch_sub(1, std::memory_order_relaxed);
    figures_->overloaded.fetch_add(1, std::memory_order_relaxed);
    return handler(overloaded_reply());
  }
  auto slot =
      std::make_shared<reply_slot>(std::move(handler), std::shared_ptr<std::atomic<std::int64_t>>(figures_, &figures_->commands_in_flight));
  caf::anon_send(shards_.at(shard.value), command_msg{std::move(command), std::move(slot)});
}

void local_region::tell(shard_id shard, std::shared_ptr<const v1::Command> command, bool start_entity) {
  caf::anon_send(shards_.at(shard.value), notice_msg{std::move(command), start_entity});
}

void local_region::open(shard_id shard, epoch owner) {
  caf::anon_send(shards_.at(shard.value), open_msg{owner});
  mark(shard, true);
}

void local_region::put_away(shard_id shard, std::function<void()> done) {
  mark(shard, false);
  caf::anon_send(shards_.at(shard.value), put_away_msg{std::move(done)});
}

void local_region::close(shard_id shard) {
  mark(shard, false);
  caf::anon_send(shards_.at(shard.value), close_atom::value);
}

shard_set local_region::served() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

void local_region::mark(shard_id shard, bool open) {
  const std::lock_guard lock(mutex_);
  open_.set(shard.value, open);
}

}  // namespace holdfast::actors
