// A guest who cannot have what they asked for hears what they could have instead.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "actors/domain/spot_block/spot_block.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::block {
namespace {

bool asked_for(const std::vector<claim>& asked, std::uint32_t spot) {
  return std::any_of(asked.begin(), asked.end(), [&](const claim& c) { return c.spot == spot; });
}

std::string left_text(std::uint32_t left) { return std::to_string(left) + " left"; }

struct near_spot {
  double distance;    // on the map, squared
  std::size_t steps;  // in the list: what counts where nothing was drawn
  std::uint32_t index;
  auto order() const noexcept { return std::tuple(distance, steps, index); }
};

/// Free spots of the category of `center`, nearest first.
std::vector<near_spot> nearest(const spot_table& table, std::uint32_t center, const std::vector<claim>& asked, const stretch& when,
                               std::uint32_t quantity) {
  std::vector<near_spot> out;
  const auto& from = table[center];
  for_each(table.categories()[from.category].members, [&](std::size_t i) {
    const auto index = static_cast<std::uint32_t>(i);
    const auto& s = table[index];
    if (asked_for(asked, index) || s.room(when) < quantity) return;
    const double dx = s.x - from.x;
    const double dy = s.y - from.y;
    out.push_back({dx * dx + dy * dy, i > center ? i - center : center - i, index});
  });
  const auto kept = std::min(out.size(), alternatives_max);
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kept), out.end(),
                    [](const near_spot& a, const near_spot& b) { return a.order() < b.order(); });
  return out;
}

}  // namespace

v1::Rejection spot_block::no_room(const std::vector<shortage>& missing, const std::vector<claim>& asked, const stretch& when) const {
  const bool pools_only = std::all_of(missing.begin(), missing.end(), [&](const shortage& s) { return table_.pool(s.spot); });
  std::string detail;
  for (const auto& m : missing) {
    if (detail.size() > 200) break;
    detail.append(detail.empty() ? "" : ", ").append(table_.label(m.spot)).append(": ").append(pools_only ? left_text(m.left) : "taken");
  }
  auto out = reject(pools_only ? v1::SOLD_OUT : v1::HOLD_CONFLICT, std::move(detail));
  std::vector<std::uint16_t> seen;
  for (const auto& m : missing) {
    const auto category = table_[m.spot].category;
    if (std::find(seen.begin(), seen.end(), category) != seen.end() || seen.size() >= alternatives_max) continue;
    seen.push_back(category);
    const auto wanted = std::find_if(asked.begin(), asked.end(), [&](const claim& c) { return c.spot == m.spot; });
    const auto quantity = wanted == asked.end() ? 1 : wanted->quantity;
    const auto near = nearest(table_, m.spot, asked, when, table_.pool(m.spot) ? quantity : 1);
    if (near.empty() && m.left == 0) continue;
    auto& alternative = *out.add_alternatives();
    alternative.set_resource_id(id_);
    alternative.set_title(terms_.title);
    alternative.set_category(table_.categories()[category].name);
    std::uint32_t free = m.left;
    for (const auto& n : near) free += table_[n.index].room(when);
    alternative.set_free(free);
    for (std::size_t i = 0; i < near.size() && i < alternatives_max; ++i) alternative.add_spots(std::string(table_.label(near[i].index)));
  }
  return out;
}

v1::Rejection spot_block::sold_out(std::uint16_t asked, std::uint32_t left, std::uint32_t count, const stretch& when, unix_ms now) const {
  auto out = reject(v1::SOLD_OUT, left_text(left));
  const auto offer = [&](const category& c, std::uint32_t free) {
    auto& alternative = *out.add_alternatives();
    alternative.set_resource_id(id_);
    alternative.set_title(terms_.title);
    alternative.set_category(c.name);
    alternative.set_free(free);
  };
  const auto& categories = table_.categories();
  if (left > 0) offer(categories[asked], left);
  for (std::size_t i = 0; i < categories.size() && out.alternatives_size() < static_cast<int>(alternatives_max); ++i) {
    if (i == asked) continue;
    const auto free = find_vacancy(table_, book_, static_cast<std::uint16_t>(i), when, now).total();
    if (free >= count) offer(categories[i], free);
  }
  return out;
}

v1::Rejection spot_block::full_house(std::uint32_t left) const {
  auto out = reject(v1::SOLD_OUT, left_text(left));
  if (left == 0) return out;
  auto& alternative = *out.add_alternatives();
  alternative.set_resource_id(std::string(event_of_block(id_)));
  alternative.set_title(terms_.title);
  alternative.set_category(table_.categories().front().name);
  alternative.set_free(left);
  return out;
}

}  // namespace holdfast::domain::block
