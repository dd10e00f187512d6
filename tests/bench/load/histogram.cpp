#include "tests/bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace holdfast::bench {

// Values below 2 * steps have a bucket each; above, the top step_bits + 1 bits name the bucket.
std::size_t histogram::bucket_of(std::uint64_t us) noexcept {
  const auto width = static_cast<unsigned>(std::bit_width(us));
  const auto shift = width > step_bits + 1 ? width - step_bits - 1 : 0;
  const auto bucket = (static_cast<std::size_t>(shift) << step_bits) + static_cast<std::size_t>(us >> shift);
  return std::min(bucket, steps * doublings - 1);
}

std::int64_t histogram::upper_edge(std::size_t bucket) noexcept {
  if (bucket < 2 * steps) return static_cast<std::int64_t>(bucket);
  const auto shift = (bucket >> step_bits) - 1;
  const auto top = bucket - (shift << step_bits);
  return static_cast<std::int64_t>(((top + 1) << shift) - 1);
}

void histogram::add(std::int64_t us) noexcept {
  const auto value = std::max<std::int64_t>(us, 0);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(value))];
  ++count_;
  largest_ = std::max(largest_, value);
}

void histogram::merge(const histogram& other) noexcept {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  largest_ = std::max(largest_, other.largest_);
}

std::int64_t histogram::percentile(double share) const noexcept {
  if (count_ == 0) return 0;
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= wanted) return std::min(upper_edge(i), largest_);
  }
  return largest_;
}

}  // namespace holdfast::bench
