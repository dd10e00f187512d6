#include "actors/entity/answered_keys.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::actors {

std::optional<answered_keys::answer> answered_keys::find(std::string_view key, unix_ms now) const {
  const auto* known = answers_.find(key);
  if (known == nullptr || known->at_ms + kept_ms_ <= now) return std::nullopt;
  return answer{known->fingerprint(), known->reply()};
}

void answered_keys::remember(std::string_view key, std::string_view fingerprint, std::string_view reply, unix_ms at) {
  forget_until(at);
  auto fresh = std::make_unique<record>();
  fresh->text.reserve(key.size() + fingerprint.size() + reply.size());
  fresh->text.append(key).append(fingerprint).append(reply);
  fresh->fingerprint_at = static_cast<std::uint32_t>(key.size());
  fresh->reply_at = static_cast<std::uint32_t>(key.size() + fingerprint.size());
  fresh->at_ms = at;
  auto [known, added] = answers_.add(std::move(fresh));
  if (!added) {  // find() ignored it for its age, by a clock that went back since
    order_.erase(std::find_if(order_.begin(), order_.end(), [known = known](const turn& t) { return t.whose == known; }));
    answers_.erase(*known);
    return remember(key, fingerprint, reply, at);
  }
  order_.push_back({at, known});
}

void answered_keys::forget_until(unix_ms now) {
  while (!order_.empty()) {
    const auto oldest = order_.front();
    if (answers_.size() < max_ && oldest.at_ms + kept_ms_ > now) return;
    order_.pop_front();
    answers_.erase(*oldest.whose);
  }
}

void answered_keys::save(v1::EntitySnapshot& out) const {
  out.mutable_answered()->Reserve(static_cast<int>(order_.size()));
  for (const auto& [at, whose] : order_) {
    auto& row = *out.add_answered();
    row.set_idempotency_key(std::string(whose->key()));
    row.set_fingerprint(std::string(whose->fingerprint()));
    row.set_reply(std::string(whose->reply()));
    row.set_at_ms(at);
  }
}

void answered_keys::restore(const v1::EntitySnapshot& in) {
  order_.clear();
  answers_.clear();
  for (const auto& row : in.answered()) remember(row.idempotency_key(), row.fingerprint(), row.reply(), row.at_ms());
}

}  // namespace holdfast::actors
