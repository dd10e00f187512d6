#include "config/tenants/spot_grid.hpp"

#include <algorithm>

namespace holdfast::config {

float add_row(v1::BlockDefinition& block, const row_plan& row, float y) {
  float x = cell;
  std::size_t part = 1;
  for (std::uint32_t i = 0; i < row.spots; ++i) {
    auto& spot = *block.add_spots();
    spot.set_label(row.name + std::to_string(row.first_number + i));
    spot.set_category(row.category);
    spot.set_capacity(row.capacity);
    spot.set_row(part == 1 ? row.name : row.name + "/" + std::to_string(part));
    spot.set_x(x);
    spot.set_y(y);
    x += cell;
    if (std::find(row.aisle_after.begin(), row.aisle_after.end(), i + 1) != row.aisle_after.end()) {
      x += aisle;
      ++part;
    }
  }
  return x;
}

std::string row_name(std::size_t index) {
  std::string out;
  for (++index; index > 0; index = (index - 1) / 26) out.insert(out.begin(), static_cast<char>('A' + (index - 1) % 26));
  return out;
}

void fit_map(v1::BlockDefinition& block) {
  float width = 0;
  float height = 0;
  for (const auto& spot : block.spots()) {
    width = std::max(width, spot.x());
    height = std::max(height, spot.y());
  }
  block.set_map_width(width + cell);
  block.set_map_height(height + cell);
}

}  // namespace holdfast::config
