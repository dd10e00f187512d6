#pragma once
// Entities of which nobody knows whether their last rows became durable, and up to where their changes were published. It outlives the
// entity's actor: the recovery that is to find out may fail as well. Thread-safe.
#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "protocols/base/ids.hpp"

namespace holdfast::actors {

class open_outcomes {
public:
  void note(const entity_id& of, sequence told) {
    const std::lock_guard lock(mutex_);
    const auto [at, fresh] = told_.try_emplace(of.value, told);
    if (!fresh) at->second = std::min(at->second, told);
  }
  /// Empty: nothing is in doubt.
  std::optional<sequence> told(const entity_id& of) const {
    const std::lock_guard lock(mutex_);
    const auto at = told_.find(of.value);
    return at == told_.end() ? std::nullopt : std::optional(at->second);
  }
  void settle(const entity_id& of) {
    const std::lock_guard lock(mutex_);
    told_.erase(of.value);
  }

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, sequence> told_;
};

}  // namespace holdfast::actors
