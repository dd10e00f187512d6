#pragma once
// The durations of a policy, as the API names them.
#include <array>
#include <cstdint>
#include <string_view>

#include "holdfast/v1/types.pb.h"

namespace holdfast::gateway::api {

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

}  // namespace holdfast::gateway::api
