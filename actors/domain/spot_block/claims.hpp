#pragma once
// Who claims how much of one spot, and when. Claims of the same stretch of time are added up, so that the size of the ledger grows with
// the number of different moments at which something begins or ends, not with the number of bookings: a spot sold for the whole event
// only needs two numbers, whatever its capacity.
#include <cstdint>
#include <limits>
#include <vector>

#include "protocols/base/seams.hpp"

namespace holdfast::domain::block {

inline constexpr unix_ms forever = std::numeric_limits<unix_ms>::max();

/// Half-open. `whole`: the block's whole frame, wherever staff move it.
struct stretch {
  unix_ms begin = 0;
  unix_ms end = 0;  // 0: unbounded
  bool whole = false;
  unix_ms until() const noexcept { return end == 0 ? forever : end; }
  friend bool operator==(const stretch&, const stretch&) = default;
};

enum class grip : std::uint8_t { held, taken };

struct usage {
  std::uint32_t held = 0;
  std::uint32_t taken = 0;
  std::uint32_t total() const noexcept { return held + taken; }
  friend bool operator==(const usage&, const usage&) = default;
};

class spot_claims {
public:
  /// From `at` until the next step; nothing before the first, the last is empty.
  struct step {
    unix_ms at;
    usage level;
  };

  void add(const stretch&, grip, std::uint32_t quantity);
  /// What was added before.
  void remove(const stretch&, grip, std::uint32_t quantity);

  /// The most that is claimed at any one instant of the stretch.
  std::uint32_t peak(const stretch&) const noexcept;
  /// The most that is taken for good at any one instant.
  std::uint32_t peak_taken() const noexcept;

  /// Claims of less than the whole frame, in order of time.
  const std::vector<step>& partial() const noexcept { return steps_; }
  /// No partial claim reaches outside [begin, end).
  bool within(unix_ms begin, unix_ms end) const noexcept;

private:
  template <class Change>
  void change(const stretch&, Change);
  std::size_t split(unix_ms at);

  usage whole_;
  std::vector<step> steps_;
};

}  // namespace holdfast::domain::block
