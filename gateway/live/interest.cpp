#include "gateway/live/interest.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::gateway {

void interest::watch(actors::topic_watcher* watcher) {
  const std::lock_guard guard(mutex_);
  watcher_ = watcher;
}

void interest::add(const topic& what, std::size_t lane) {
  const std::lock_guard guard(mutex_);
  const auto [at, first] = entries_.try_emplace(what.key());
  auto& lanes = at->second.lanes;
  if (std::find(lanes.begin(), lanes.end(), lane) == lanes.end()) lanes.push_back(lane);
  // What nodes tell of themselves is put together on each of them: it is no entity's.
  if (first && watcher_ != nullptr && !what.is_for_operators())
    watcher_->follow(what.tenant, what.name, snapshot_query(what, {}).entity_id());
}

void interest::remove(const topic& what, std::size_t lane) {
  const std::lock_guard guard(mutex_);
  const auto at = entries_.find(what.key());
  if (at == entries_.end()) return;
  std::erase(at->second.lanes, lane);
  if (!at->second.lanes.empty()) return;
  entries_.erase(at);
  if (watcher_ != nullptr && !what.is_for_operators()) watcher_->unfollow(what.tenant, what.name);
}

std::vector<std::size_t> interest::lanes(const std::string& key) const {
  const std::lock_guard guard(mutex_);
  const auto at = entries_.find(key);
  return at == entries_.end() ? std::vector<std::size_t>{} : at->second.lanes;
}

std::optional<interest::stamp> interest::next(const std::string& key, std::int64_t version, bool counted) {
  const std::lock_guard guard(mutex_);
  const auto at = entries_.find(key);
  if (at == entries_.end()) return std::nullopt;
  auto& e = at->second;
  if (counted) version = e.last + 1;
  stamp out{version, e.last, version <= e.last, e.lanes};
  e.last = version;
  return out;
}

std::int64_t interest::last(const std::string& key) const {
  const std::lock_guard guard(mutex_);
  const auto at = entries_.find(key);
  return at == entries_.end() ? 0 : at->second.last;
}

}  // namespace holdfast::gateway
