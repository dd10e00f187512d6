#include "actors/reply_slot.hpp"

#include "protocols/base/errors.hpp"

namespace holdfast::actors {

reply_slot::~reply_slot() {
  if (handler_) complete(unavailable_reply());
}

void reply_slot::complete(std::shared_ptr<const v1::Reply> reply) {
  auto handler = std::exchange(handler_, nullptr);
  if (!handler) return;
  in_flight_->fetch_sub(1, std::memory_order_relaxed);
  handler(std::move(reply));
}

std::shared_ptr<const v1::Reply> unavailable_reply() {
  static const auto reply = std::make_shared<const v1::Reply>(as_reply(reject(v1::UNAVAILABLE)));
  return reply;
}

std::shared_ptr<const v1::Reply> overloaded_reply() {
  static const auto reply = std::make_shared<const v1::Reply>(as_reply(reject(v1::OVERLOADED)));
  return reply;
}

}  // namespace holdfast::actors
