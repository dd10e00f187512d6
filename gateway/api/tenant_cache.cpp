#include "gateway/api/tenant_cache.hpp"

namespace holdfast::gateway::api {

tenant_cache::definition tenant_cache::find(std::string_view slug, unix_ms now) const {
  const std::lock_guard guard(mutex_);
  const auto it = entries_.find(std::string(slug));
  return it != entries_.end() && now - it->second.since <= age_ms_max_ ? it->second.value : nullptr;
}

void tenant_cache::put(definition value, unix_ms now) {
  const std::lock_guard guard(mutex_);
  // Full means far more tenants than usual are busy: starting over costs each of them one question.
  if (entries_.size() >= size_max_ && !entries_.contains(value->slug())) entries_.clear();
  entries_[value->slug()] = {value, now};
}

void tenant_cache::forget(std::string_view slug) {
  const std::lock_guard guard(mutex_);
  entries_.erase(std::string(slug));
}

}  // namespace holdfast::gateway::api
