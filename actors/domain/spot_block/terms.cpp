#include "actors/domain/spot_block/terms.hpp"

namespace holdfast::domain::block {

terms terms_of(const v1::BlockDefinition& definition) {
  const auto& policy = definition.policy();
  const auto or_else = [](unix_ms value, unix_ms fallback) { return value == 0 ? fallback : value; };
  terms out;
  out.title = definition.title();
  out.currency = definition.currency();
  out.flow = definition.flow();
  out.frame = {definition.frame().begin_ms(), definition.frame().end_ms(), true};
  out.sales_begin = definition.sales().begin_ms();
  out.sales_end = definition.sales().end_ms();
  out.hold_ttl = or_else(policy.hold_ttl_ms(), 10 * minutes);
  out.hold_life_max = or_else(policy.hold_life_max_ms(), 30 * minutes);
  out.email_confirm_ttl = or_else(policy.email_confirm_ttl_ms(), 24 * hours);
  out.cancel_until_before_start = policy.cancel_until_before_start_ms();
  out.check_in_opens_before = policy.check_in_opens_before_ms();
  out.check_in_closes_after = policy.check_in_closes_after_ms();
  out.spots_per_booking_max = policy.spots_per_booking_max() == 0 ? 20 : policy.spots_per_booking_max();
  return out;
}

}  // namespace holdfast::domain::block
