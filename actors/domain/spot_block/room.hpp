#pragma once
// Is there room? Holds whose time has passed give way, whether or not a tick has said so; which of them must go is part of the answer.
#include <cstdint>
#include <span>
#include <vector>

#include "actors/domain/spot_block/assignment.hpp"
#include "actors/domain/spot_block/booking_book.hpp"
#include "actors/domain/spot_block/spot_table.hpp"

namespace holdfast::domain::block {

/// `quantity` more on one spot, so that never more than `capacity` is claimed at once.
struct want {
  std::uint32_t spot;
  std::uint32_t quantity;
  std::uint32_t capacity;
  stretch when;
};

struct shortage {
  std::uint32_t spot;
  std::uint32_t left;
};

struct verdict {
  std::vector<const booking*> lapsed;  // must be ended first, in this order
  std::vector<shortage> short_of;      // empty: there is room
};

/// All or nothing. `own`: its claims do not stand in the way (a hold that changes its spots).
verdict find_room(const spot_table&, const booking_book&, std::span<const want>, unix_ms now, const booking* own = nullptr);

/// Every spot of the category with something free for the whole stretch.
vacancy find_vacancy(const spot_table&, const booking_book&, std::uint16_t category, const stretch&, unix_ms now);

bool overlap(const stretch&, const stretch&) noexcept;

}  // namespace holdfast::domain::block
