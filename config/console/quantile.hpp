#pragma once
// Quantiles from counts in buckets: right to the width of a bucket, in which values are taken as evenly spread.
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace holdfast::console {

/// `upper(i)`: where bucket i ends and the next begins. 0 where nothing was counted.
template <class Upper>
double quantile(const std::vector<std::uint64_t>& counts, double q, Upper upper) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  if (total == 0) return 0;
  const auto wanted = q * total;
  double below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (here > 0 && below + here >= wanted) {
      const double from = i == 0 ? 0 : upper(i - 1);
      return from + (upper(i) - from) * (wanted - below) / here;
    }
    below += here;
  }
  return upper(counts.size() - 1);
}

}  // namespace holdfast::console
