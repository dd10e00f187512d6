#pragma once
// A promise of exactly one answer. Whatever happens to the message that carries it (dropped mailbox, dead actor, shutdown), the
// asker hears UNAVAILABLE and may repeat with the same key.
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "actors/region.hpp"

namespace holdfast::actors {

class reply_slot {
public:
  /// `in_flight` is one too many until the answer is given.
  reply_slot(reply_handler handler, std::shared_ptr<std::atomic<std::int64_t>> in_flight)
      : handler_(std::move(handler)), in_flight_(std::move(in_flight)) {}
  reply_slot(const reply_slot&) = delete;
  reply_slot& operator=(const reply_slot&) = delete;
  ~reply_slot();

  /// The first call answers; later ones do nothing.
  void complete(std::shared_ptr<const v1::Reply> reply);

private:
  reply_handler handler_;
  std::shared_ptr<std::atomic<std::int64_t>> in_flight_;
};

using slot_ptr = std::shared_ptr<reply_slot>;

std::shared_ptr<const v1::Reply> unavailable_reply();
std::shared_ptr<const v1::Reply> overloaded_reply();

}  // namespace holdfast::actors
