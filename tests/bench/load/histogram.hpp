#pragma once
// Counts of durations in log-linear buckets (the form of HdrHistogram): 64 steps per doubling, so a percentile is at most 1.6 % off.
#include <array>
#include <cstddef>
#include <cstdint>

namespace holdfast::bench {

class histogram {
public:
  void add(std::int64_t us) noexcept;
  void merge(const histogram&) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  std::int64_t largest() const noexcept { return largest_; }
  /// Smallest recorded duration that is not below `share` (0…1) of all; the upper edge of its bucket. 0 when empty.
  std::int64_t percentile(double share) const noexcept;

private:
  static constexpr unsigned step_bits = 6;
  static constexpr std::size_t steps = std::size_t{1} << step_bits;
  static constexpr std::size_t doublings = 32;  // up to more than an hour

  static std::size_t bucket_of(std::uint64_t us) noexcept;
  static std::int64_t upper_edge(std::size_t bucket) noexcept;

  std::array<std::uint64_t, steps * doublings> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t largest_ = 0;
};

}  // namespace holdfast::bench
