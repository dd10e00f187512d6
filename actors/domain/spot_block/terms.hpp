#pragma once
// The rules of the block that decisions look up, with every default filled in.
#include <string>

#include "actors/domain/spot_block/claims.hpp"
#include "holdfast/v1/spot_block.pb.h"

namespace holdfast::domain::block {

struct terms {
  std::string title;
  std::string currency;
  v1::Flow flow = v1::FLOW_UNSPECIFIED;
  stretch frame{0, 0, true};
  unix_ms sales_begin = 0;
  unix_ms sales_end = 0;  // 0: unbounded
  unix_ms hold_ttl = 0;
  unix_ms hold_life_max = 0;
  unix_ms email_confirm_ttl = 0;
  unix_ms cancel_until_before_start = 0;
  unix_ms check_in_opens_before = 0;
  unix_ms check_in_closes_after = 0;
  std::uint32_t spots_per_booking_max = 0;

  bool on_sale(unix_ms now) const noexcept { return now >= sales_begin && (sales_end == 0 || now < sales_end); }
};

inline constexpr unix_ms minutes = 60'000;
inline constexpr unix_ms hours = 60 * minutes;

terms terms_of(const v1::BlockDefinition&);

}  // namespace holdfast::domain::block
