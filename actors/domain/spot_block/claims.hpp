#pragma once
// Who claims how much of one spot, and when. Claims of the same stretch of time are added up, so that the size of the ledger grows with
// the number of different moments at which something begins or ends, not with the number of bookings: a spot sold for the whole event
// only needs two numbers, whatever its capacity.
#include <cstdint>
#include <memory>
#include <vector>

#include "actors/domain/spot_block/load_curve.hpp"

namespace holdfast::domain::block {

/// Half-open. `whole`: the block's whole frame, wherever staff move it.
struct stretch {
  unix_ms begin = 0;
  unix_ms end = 0;  // 0: unbounded
  bool whole = false;
  unix_ms until() const noexcept { return end == 0 ? forever : end; }
  friend bool operator==(const stretch&, const stretch&) = default;
};

class spot_claims {
public:
  spot_claims() = default;
  spot_claims(const spot_claims&);
  spot_claims(spot_claims&&) noexcept = default;
  spot_claims& operator=(const spot_claims&) = delete;
  spot_claims& operator=(spot_claims&&) noexcept = default;
  ~spot_claims() = default;

  void add(const stretch&, grip, std::uint32_t quantity);
  /// What was added before.
  void remove(const stretch&, grip, std::uint32_t quantity);

  /// The most that is claimed at any one instant of the stretch.
  std::uint32_t peak(const stretch&) const noexcept;
  /// The most that is taken for good at any one instant.
  std::uint32_t peak_taken() const noexcept;

  /// Claims of less than the whole frame, in order of time.
  std::vector<load_curve::step> partial() const;

private:
  void change(const stretch&, grip, std::int32_t quantity);

  struct ledger {
    usage whole;
    std::unique_ptr<load_curve> partial;  // null: none; most spots never have one
  };
  std::unique_ptr<ledger> ledger_;  // null: nothing is claimed; a free spot weighs nothing more
};

}  // namespace holdfast::domain::block
