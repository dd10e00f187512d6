#include "actors/entity/answered_keys.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::actors {

std::optional<answered_keys::answer> answered_keys::find(std::string_view key, unix_ms now) const {
  const auto it = answers_.find(key);
  if (it == answers_.end() || it->at_ms + kept_ms_ <= now) return std::nullopt;
  return answer{it->fingerprint(), it->reply()};
}

void answered_keys::remember(std::string_view key, std::string_view fingerprint, std::string_view reply, unix_ms at) {
  forget_until(at);
  const auto make = [&] {
    record out{{}, static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(key.size() + fingerprint.size()), at};
    out.text.reserve(key.size() + fingerprint.size() + reply.size());
    out.text.append(key).append(fingerprint).append(reply);
    return out;
  };
  auto [it, added] = answers_.insert(make());
  if (!added) {  // find() ignored it for its age, by a clock that went back since
    order_.erase(std::find(order_.begin(), order_.end(), &*it));
    auto known = answers_.extract(it);
    known.value() = make();
    it = answers_.insert(std::move(known)).position;
  }
  order_.push_back(&*it);
}

void answered_keys::forget_until(unix_ms now) {
  while (!order_.empty()) {
    const auto& oldest = *order_.front();
    if (answers_.size() < max_ && oldest.at_ms + kept_ms_ > now) return;
    order_.pop_front();
    answers_.erase(answers_.find(oldest.key()));
  }
}

void answered_keys::save(v1::EntitySnapshot& out) const {
  out.mutable_answered()->Reserve(static_cast<int>(order_.size()));
  for (const auto* known : order_) {
    auto& row = *out.add_answered();
    row.set_idempotency_key(std::string(known->key()));
    row.set_fingerprint(std::string(known->fingerprint()));
    row.set_reply(std::string(known->reply()));
    row.set_at_ms(known->at_ms);
  }
}

void answered_keys::restore(const v1::EntitySnapshot& in) {
  order_.clear();
  answers_.clear();
  for (const auto& row : in.answered()) remember(row.idempotency_key(), row.fingerprint(), row.reply(), row.at_ms());
}

}  // namespace holdfast::actors
