#pragma once
// How often one caller may ask: GCRA (the generic cell rate algorithm), one time stamp per caller. The table is bounded; a caller whose
// bucket is full again is the same as one never seen, so forgetting such callers first costs nothing.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocols/base/seams.hpp"

namespace holdfast::gateway {

struct rate {
  std::uint32_t per_second = 0;  // 0: unlimited
  std::uint32_t burst = 1;       // so many may come at once
};

/// One caller's state is one number, the time at which the bucket is full again. Empty: go on, and it is counted; otherwise the
/// microseconds until the next one would pass, and nothing is counted.
std::optional<std::int64_t> take_one(std::int64_t& full_at_us, rate limit, std::int64_t now_us) noexcept;

struct rate_limit_settings {
  rate per_address{100, 400};
  rate per_key{200, 800};  // bearer token or Holdfast-Access
  std::size_t callers_max = 65'536;
};

/// Thread-safe.
class rate_limiter {
public:
  rate_limiter(rate limit, std::size_t callers_max) : limit_(limit), callers_max_(callers_max) {}

  /// Empty: go on, and it is counted. Otherwise the milliseconds until the next one would pass; nothing is counted.
  std::optional<std::int64_t> refuse(std::string_view caller, unix_ms now);

  std::size_t callers() const;

private:
  void make_room(std::int64_t now_us);

  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  const rate limit_;
  const std::size_t callers_max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::int64_t, hash, std::equal_to<>> full_at_us_;  // the theoretical arrival time
};

/// IPv4 as it is; of IPv6 the first 64 bits, because one subscriber usually owns as many.
std::string rate_key_of_address(std::string_view address);

}  // namespace holdfast::gateway
