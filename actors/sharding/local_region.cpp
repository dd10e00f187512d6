#include "actors/sharding/local_region.hpp"

#include <caf/send.hpp>

#include <utility>

namespace holdfast::actors {

local_region::local_region(shards handles, limits bounds, std::shared_ptr<figures> counts)
    : shards_(std::move(handles)), limits_(bounds), figures_(std::move(counts)) {}

void local_region::ask(std::shared_ptr<const v1::Command> command, reply_handler handler) {
  if (figures_->commands_in_flight.fetch_add(1, std::memory_order_relaxed) >= static_cast<std::int64_t>(limits_.commands_in_flight_max)) {
    figures_->commands_in_flight.fetch_sub(1, std::memory_order_relaxed);
    figures_->overloaded.fetch_add(1, std::memory_order_relaxed);
    return handler(overloaded_reply());
  }
  auto slot =
      std::make_shared<reply_slot>(std::move(handler), std::shared_ptr<std::atomic<std::int64_t>>(figures_, &figures_->commands_in_flight));
  const auto shard = shard_of(command->entity_id()).value;
  caf::anon_send(shards_[shard], command_msg{std::move(command), std::move(slot)});
}

void local_region::tell(notice_msg&& message) const {
  const auto shard = shard_of(message.command->entity_id()).value;
  caf::anon_send(shards_[shard], std::move(message));
}

}  // namespace holdfast::actors
