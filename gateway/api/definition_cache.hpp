#pragma once
// Nearly every request needs definitions that hardly ever change, its tenant's and its event's: kept for a moment instead of asking the one
// entity each time. Who changes one here makes it forgotten; another node's change is seen when its time is over.
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

template <class Definition>
class definition_cache {
public:
  using pointer = std::shared_ptr<const Definition>;

  definition_cache(std::size_t size_max, unix_ms age_ms_max) : size_max_(size_max), age_ms_max_(age_ms_max) {}

  /// Null when it is not there or too old.
  pointer find(const std::string& key, unix_ms now) const {
    const std::lock_guard guard(mutex_);
    const auto it = entries_.find(key);
    return it != entries_.end() && now - it->second.since <= age_ms_max_ ? it->second.value : nullptr;
  }

  /// To be taken before the entity is asked and given to put().
  std::uint64_t changes() const {
    const std::lock_guard guard(mutex_);
    return changes_;
  }

  /// Does nothing when something was forgotten meanwhile: the answer may be of before that.
  void put(const std::string& key, pointer value, unix_ms now, std::uint64_t changes_before) {
    const std::lock_guard guard(mutex_);
    if (changes_ != changes_before) return;
    // Full means far more of them than usual are busy: starting over costs each of them one question.
    if (entries_.size() >= size_max_ && !entries_.contains(key)) entries_.clear();
    entries_[key] = {std::move(value), now};
  }

  void forget(const std::string& key) {
    const std::lock_guard guard(mutex_);
    entries_.erase(key);
    ++changes_;
  }

private:
  struct entry {
    pointer value;
    unix_ms since;
  };

  const std::size_t size_max_;
  const unix_ms age_ms_max_;
  mutable std::mutex mutex_;
  std::uint64_t changes_ = 0;
  std::unordered_map<std::string, entry> entries_;
};

}  // namespace holdfast::gateway::api
