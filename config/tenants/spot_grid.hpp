#pragma once
// Where generated spots lie: rows of equal spacing on a map that starts at the upper left. Used by tenant files and importers.
#include <cstdint>
#include <string>
#include <vector>

#include "holdfast/v1/spot_block.pb.h"

namespace holdfast::config {

/// Map units of one spot's cell; the page draws a spot as a square of 8 in a cell of 10.
inline constexpr float cell = 10;
inline constexpr float aisle = 8;

struct row_plan {
  std::string category;
  std::string name;  // "A"; labels are name + number
  std::uint32_t spots = 1;
  std::uint32_t first_number = 1;
  std::uint32_t capacity = 1;
  std::vector<std::uint32_t> aisle_after;  // positions in the row, 1-based; spots across an aisle are not neighbours
};

/// Appends the row at height `y` (its centre). Returns the x to which it reaches.
float add_row(v1::BlockDefinition& block, const row_plan& row, float y);

/// "A".."Z", "AA".."AZ", "BA"…: 0 → "A", 26 → "AA".
std::string row_name(std::size_t index);

/// Map size from the spots, with a margin of one cell.
void fit_map(v1::BlockDefinition& block);

}  // namespace holdfast::config
