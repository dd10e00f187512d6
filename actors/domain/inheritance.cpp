#include "actors/domain/inheritance.hpp"

namespace holdfast::domain {
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

}  // namespace

v1::BookingPolicy policy_for(const v1::TenantDefinition& tenant) {
  auto out = platform();
  out.MergeFrom(tenant.policy());  // what is 0 is not merged
  return out;
}

v1::BookingPolicy policy_for(const v1::EventDefinition& event, const v1::TenantDefinition& tenant) {
  auto out = policy_for(tenant);
  out.MergeFrom(event.policy());
  return out;
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

}  // namespace holdfast::domain
