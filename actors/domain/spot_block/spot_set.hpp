#pragma once
// A set of spots of one block: at most 1,024 bits, so that questions about all of them cost sixteen words.
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace holdfast::domain::block {

inline constexpr std::size_t spots_max = 1024;

class spot_set {
public:
  void set(std::size_t i) noexcept { words_[i / 64] |= bit(i); }
  void reset(std::size_t i) noexcept { words_[i / 64] &= ~bit(i); }
  void assign(std::size_t i, bool value) noexcept { value ? set(i) : reset(i); }
  bool test(std::size_t i) const noexcept { return (words_[i / 64] & bit(i)) != 0; }
  void clear() noexcept { words_.fill(0); }

  bool any() const noexcept {
    for (const auto w : words_)
      if (w != 0) return true;
    return false;
  }
  std::size_t count() const noexcept {
    std::size_t n = 0;
    for (const auto w : words_) n += static_cast<std::size_t>(std::popcount(w));
    return n;
  }
  /// The first member at or after `from`; spots_max when there is none.
  std::size_t next(std::size_t from) const noexcept { return scan<false>(from); }
  /// The first that is no member, at or after `from`; spots_max when there is none.
  std::size_t next_absent(std::size_t from) const noexcept { return scan<true>(from); }

  friend spot_set operator&(spot_set a, const spot_set& b) noexcept {
    for (std::size_t i = 0; i < words; ++i) a.words_[i] &= b.words_[i];
    return a;
  }
  friend bool operator==(const spot_set&, const spot_set&) = default;

private:
  static constexpr std::size_t words = spots_max / 64;
  static constexpr std::uint64_t bit(std::size_t i) noexcept { return std::uint64_t{1} << (i % 64); }

  template <bool Absent>
  std::size_t scan(std::size_t from) const noexcept {
    if (from >= spots_max) return spots_max;
    auto mask = ~std::uint64_t{0} << (from % 64);
    for (auto w = from / 64; w < words; ++w, mask = ~std::uint64_t{0})
      if (const auto word = (Absent ? ~words_[w] : words_[w]) & mask; word != 0)
        return w * 64 + static_cast<std::size_t>(std::countr_zero(word));
    return spots_max;
  }

  std::array<std::uint64_t, words> words_{};
};

template <class Visit>
void for_each(const spot_set& set, Visit visit) {
  for (auto i = set.next(0); i < spots_max; i = set.next(i + 1)) visit(i);
}

/// Neighbouring members [begin, end): consecutive and of one row, where `row_starts` marks the first spot of each row.
struct run {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t length() const noexcept { return end - begin; }
};

template <class Visit>
void for_each_run(const spot_set& set, const spot_set& row_starts, Visit visit) {
  for (auto begin = set.next(0); begin < spots_max;) {
    const auto gap = set.next_absent(begin);
    const auto row = row_starts.next(begin + 1);
    const auto end = gap < row ? gap : row;
    visit(run{begin, end});
    begin = set.next(end);
  }
}

}  // namespace holdfast::domain::block
