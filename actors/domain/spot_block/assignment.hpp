#pragma once
// Which spots a group gets when the platform chooses: side by side, near its party, and without leaving single spots behind that
// nobody wants.
#include <cstdint>
#include <optional>
#include <vector>

#include "actors/domain/spot_block/booking.hpp"
#include "actors/domain/spot_block/spot_set.hpp"

namespace holdfast::domain::block {

/// What is free, in order of the spots.
struct vacancy {
  spot_set singles;
  std::vector<claim> pools;  // quantity: what is left in it
  std::uint32_t total() const noexcept;
};

struct assignment {
  std::vector<claim> spots;  // in order of the spots
  bool adjacent = false;     // neighbours, or all in one pool
};

/// In this order: next to the party (or as near as its rows allow), the smallest run that fits and leaves no orphan, the smallest that
/// fits, one pool, as few runs as possible. Empty when not that much is free.
std::optional<assignment> assign(const vacancy&, const spot_set& row_starts, const spot_set& party, std::uint32_t count);

}  // namespace holdfast::domain::block
