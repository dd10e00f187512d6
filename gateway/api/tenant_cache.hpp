#pragma once
// Every request needs its tenant's definition, which hardly ever changes: kept for a moment instead of asking the one entity each time.
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "holdfast/v1/tenant.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

class tenant_cache {
public:
  using definition = std::shared_ptr<const v1::TenantDefinition>;

  tenant_cache(std::size_t size_max, unix_ms age_ms_max) : size_max_(size_max), age_ms_max_(age_ms_max) {}

  /// Null when it is not there or too old.
  definition find(std::string_view slug, unix_ms now) const;
  void put(definition, unix_ms now);
  void forget(std::string_view slug);

private:
  struct entry {
    definition value;
    unix_ms since;
  };

  std::size_t size_max_;
  unix_ms age_ms_max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, entry> entries_;
};

}  // namespace holdfast::gateway::api
