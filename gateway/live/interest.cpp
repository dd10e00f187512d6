#include "gateway/live/interest.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::gateway {

void interest::add(const std::string& key, std::size_t lane) {
  const std::lock_guard guard(mutex_);
  auto& lanes = entries_[key].lanes;
  if (std::find(lanes.begin(), lanes.end(), lane) == lanes.end()) lanes.push_back(lane);
}

void interest::remove(const std::string& key, std::size_t lane) {
  const std::lock_guard guard(mutex_);
  const auto at = entries_.find(key);
  if (at == entries_.end()) return;
  std::erase(at->second.lanes, lane);
  if (at->second.lanes.empty()) entries_.erase(at);
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
