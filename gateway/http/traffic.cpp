#include "gateway/http/traffic.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace holdfast::gateway {

std::size_t traffic::bucket_of(std::int64_t micros) noexcept {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, micros));
  if (us < 4) return us;
  const auto doublings = static_cast<std::size_t>(std::bit_width(us)) - 3;  // 4 to 7: none
  const auto quarter = (us >> doublings) & 3U;
  return std::min(4 + doublings * 4 + quarter, buckets - 1);
}

double traffic::upper_ms(std::size_t bucket) noexcept {
  if (bucket < 4) return static_cast<double>(bucket + 1) / 1'000;
  const auto doublings = static_cast<int>((bucket - 4) / 4);
  return std::ldexp(static_cast<double>(5 + (bucket - 4) % 4), doublings) / 1'000;
}

bool traffic::count(int status, std::int64_t micros) noexcept {
  requests_.fetch_add(1, std::memory_order_relaxed);
  if (status >= 500) errors_.fetch_add(1, std::memory_order_relaxed);
  durations_.at(bucket_of(micros)).fetch_add(1, std::memory_order_relaxed);
  return micros >= slow_ms_min_ * 1'000;
}

void traffic::remember(const access_record& r, unix_ms at) {
  slow_request one{at,
                   std::string(r.method),
                   std::string(r.path),
                   std::string(r.route),
                   std::string(r.tenant),
                   std::string(r.remote),
                   std::string(r.request_id),
                   r.status,
                   r.micros};
  const std::lock_guard lock(mutex_);
  slow_.push_front(std::move(one));
  if (slow_.size() > slow_max_) slow_.pop_back();
}

std::vector<slow_request> traffic::slow() const {
  const std::lock_guard lock(mutex_);
  return {slow_.begin(), slow_.end()};
}

}  // namespace holdfast::gateway
