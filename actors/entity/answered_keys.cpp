#include "actors/entity/answered_keys.hpp"

#include <utility>

namespace holdfast::actors {

const answered_keys::answer* answered_keys::find(const std::string& key, unix_ms now) const {
  const auto it = answers_.find(key);
  if (it == answers_.end() || it->second.at_ms + kept_ms_ <= now) return nullptr;
  return &it->second;
}

void answered_keys::remember(std::string key, std::string fingerprint, std::shared_ptr<const v1::Reply> reply, unix_ms at) {
  forget_until(at);
  // A key that find() already ignores for its age may still stand here: the new answer replaces it.
  const auto [it, fresh] = answers_.insert_or_assign(std::move(key), answer{std::move(fingerprint), std::move(reply), at});
  if (fresh) order_.push_back(&it->first);
}

void answered_keys::forget_until(unix_ms now) {
  while (!order_.empty()) {
    const auto it = answers_.find(*order_.front());
    if (answers_.size() < max_ && it->second.at_ms + kept_ms_ > now) return;
    order_.pop_front();
    answers_.erase(it);
  }
}

void answered_keys::save(v1::EntitySnapshot& out) const {
  for (const auto* key : order_) {
    const auto& a = answers_.at(*key);
    auto& row = *out.add_answered();
    row.set_idempotency_key(*key);
    row.set_fingerprint(a.fingerprint);
    *row.mutable_reply() = *a.reply;
    row.set_at_ms(a.at_ms);
  }
}

void answered_keys::restore(const v1::EntitySnapshot& in) {
  answers_.clear();
  order_.clear();
  for (const auto& row : in.answered())
    remember(row.idempotency_key(), row.fingerprint(), std::make_shared<const v1::Reply>(row.reply()), row.at_ms());
}

}  // namespace holdfast::actors
