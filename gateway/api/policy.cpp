#include "gateway/api/policy.hpp"

namespace holdfast::gateway::api {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;

v1::BookingPolicy platform() {
  v1::BookingPolicy out;
  out.set_hold_ttl_ms(10 * minute_ms);
  out.set_hold_life_max_ms(30 * minute_ms);
  out.set_email_confirm_ttl_ms(24 * hour_ms);
  out.set_check_in_opens_before_ms(2 * hour_ms);
  out.set_check_in_closes_after_ms(hour_ms);
  out.set_spots_per_booking_max(20);
  return out;
}

v1::BookingPolicy overlay(v1::BookingPolicy base, const v1::BookingPolicy& over) {
  for (const auto& rule : duration_rules)
    if (const auto value = (over.*rule.get)(); value != 0) (base.*rule.set)(value);
  if (over.spots_per_booking_max() != 0) base.set_spots_per_booking_max(over.spots_per_booking_max());
  return base;
}

}  // namespace

v1::BookingPolicy policy_for(const v1::TenantDefinition& tenant) { return overlay(platform(), tenant.policy()); }

v1::BookingPolicy policy_for(const v1::EventDefinition& event, const v1::TenantDefinition& tenant) {
  return overlay(policy_for(tenant), event.policy());
}

v1::Flow flow_for(const v1::EventDefinition& event, const v1::TenantDefinition& tenant) noexcept {
  return event.flow() == v1::FLOW_UNSPECIFIED ? tenant.flow() : event.flow();
}

void inherit(v1::BlockDefinition& block, const v1::EventDefinition& event, const v1::TenantDefinition& tenant) {
  block.set_flow(flow_for(event, tenant));
  *block.mutable_frame() = event.frame();
  *block.mutable_sales() = event.sales();
  *block.mutable_prices() = event.prices();
  block.set_currency(tenant.currency());
  *block.mutable_policy() = policy_for(event, tenant);
}

}  // namespace holdfast::gateway::api
