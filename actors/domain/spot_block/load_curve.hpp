#pragma once
// How much of one spot is claimed at each moment, as a sum of rises and falls. A balanced tree of the moments at which something changes,
// each with the sum and the highest point of what lies below it: adding a claim and asking for the highest point of any stretch of time
// look at a logarithm of the moments, however many claims there are.
#include <cstdint>
#include <limits>
#include <vector>

#include "protocols/base/seams.hpp"

namespace holdfast::domain::block {

inline constexpr unix_ms forever = std::numeric_limits<unix_ms>::max();

enum class grip : std::uint8_t { held, taken };

struct usage {
  std::uint32_t held = 0;
  std::uint32_t taken = 0;
  std::uint32_t total() const noexcept { return held + taken; }
  friend bool operator==(const usage&, const usage&) = default;
};

class load_curve {
public:
  load_curve();

  /// `quantity` more (or less) on [begin, end); begin < end.
  void change(unix_ms begin, unix_ms end, grip, std::int32_t quantity);

  /// The highest total at any instant of [begin, end).
  std::uint32_t peak(unix_ms begin, unix_ms end) const noexcept;
  /// Over all time.
  std::uint32_t peak() const noexcept;
  std::uint32_t peak_taken() const noexcept;

  bool empty() const noexcept { return root_ == nil; }

  /// From `at` until the next step; nothing before the first, the last is empty.
  struct step {
    unix_ms at;
    usage level;
  };
  std::vector<step> steps() const;

private:
  /// Sums never leave the range of what a spot can hold; single changes may be negative.
  struct amount {
    std::int32_t held = 0;
    std::int32_t taken = 0;
    std::int32_t total() const noexcept { return held + taken; }
    friend amount operator+(amount a, amount b) noexcept { return {a.held + b.held, a.taken + b.taken}; }
    friend bool operator==(const amount&, const amount&) = default;
  };
  using index = std::uint32_t;
  static constexpr index nil = 0;  // nodes_[0]: level 0, sums to nothing

  /// An Andersson tree: `level` is the rank, a right child may have its parent's.
  struct node {
    unix_ms at = 0;
    amount change;
    amount sum;                   // of this and everything below
    std::int32_t most = 0;        // highest total after any number of the changes here and below, from the left; at least 0
    std::int32_t most_taken = 0;  // the same of what is taken
    index left = nil;
    index right = nil;
    std::uint32_t level = 0;
  };

  void add(unix_ms at, amount);
  index make(unix_ms at, amount);
  void release(index);
  index insert(index t, unix_ms at, amount);
  index erase(index t, unix_ms at);
  index skew(index t);
  index split(index t);
  index rebalance(index t);
  void update(index t) noexcept;
  std::int32_t below(index t, std::int32_t level, unix_ms end) const noexcept;
  std::int32_t beyond(index t, std::int32_t level, unix_ms begin) const noexcept;
  void collect(index t, amount& level, std::vector<step>& out) const;

  std::vector<node> nodes_;
  index root_ = nil;
  index free_ = nil;  // released nodes, chained by `right`
};

}  // namespace holdfast::domain::block
