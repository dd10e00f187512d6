#pragma once
// Rules with numbers, resolved: the platform's < the tenant's < the event's. A block gets the result and decides by it alone.
#include <array>
#include <string_view>

#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/spot_block.pb.h"
#include "holdfast/v1/tenant.pb.h"

namespace holdfast::gateway::api {

/// One duration of a policy, by its name in the API.
struct duration_rule {
  std::string_view name;
  std::int64_t (v1::BookingPolicy::*get)() const;
  void (v1::BookingPolicy::*set)(std::int64_t);
};
inline constexpr std::array<duration_rule, 6> duration_rules{{
    {"holdTtlMs", &v1::BookingPolicy::hold_ttl_ms, &v1::BookingPolicy::set_hold_ttl_ms},
    {"holdLifeMaxMs", &v1::BookingPolicy::hold_life_max_ms, &v1::BookingPolicy::set_hold_life_max_ms},
    {"emailConfirmTtlMs", &v1::BookingPolicy::email_confirm_ttl_ms, &v1::BookingPolicy::set_email_confirm_ttl_ms},
    {"cancelUntilBeforeStartMs", &v1::BookingPolicy::cancel_until_before_start_ms, &v1::BookingPolicy::set_cancel_until_before_start_ms},
    {"checkInOpensBeforeMs", &v1::BookingPolicy::check_in_opens_before_ms, &v1::BookingPolicy::set_check_in_opens_before_ms},
    {"checkInClosesAfterMs", &v1::BookingPolicy::check_in_closes_after_ms, &v1::BookingPolicy::set_check_in_closes_after_ms},
}};

v1::BookingPolicy policy_for(const v1::TenantDefinition&);
v1::BookingPolicy policy_for(const v1::EventDefinition&, const v1::TenantDefinition&);

/// The event's own flow, or the tenant's.
v1::Flow flow_for(const v1::EventDefinition&, const v1::TenantDefinition&) noexcept;

/// Fills in everything a block takes from its event and tenant; what is its own (id, title, spots, map) stays.
void inherit(v1::BlockDefinition& block, const v1::EventDefinition&, const v1::TenantDefinition&);

}  // namespace holdfast::gateway::api
