#pragma once
// What a mail says besides the booking: the tenant and the event as they are now, asked of their entities.
#include <memory>
#include <string>

#include "actors/region.hpp"
#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/tenant.pb.h"
#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::mail {

struct mail_context {
  v1::TenantDefinition tenant;
  v1::EventView event;
};

class mail_context_source {
public:
  virtual ~mail_context_source() = default;
  /// Waits at most `wait_ms`. failure_code::unavailable: ask again later. failure_code::not_found: there is no such tenant or event.
  virtual result<std::shared_ptr<const mail_context>> find(const std::string& tenant, const std::string& event, unix_ms now,
                                                           unix_ms wait_ms) = 0;
};

inline constexpr std::size_t context_cache_max = 256;
inline constexpr unix_ms context_fresh_ms = 10'000;

/// Asks the region for both at once; keeps answers for context_fresh_ms, because an evening's mails are about few events.
/// For one thread.
std::unique_ptr<mail_context_source> region_context(actors::region&);

}  // namespace holdfast::mail
