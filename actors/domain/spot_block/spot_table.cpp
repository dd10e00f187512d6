#include "actors/domain/spot_block/spot_table.hpp"

#include <algorithm>
#include <numeric>

namespace holdfast::domain::block {
namespace {

std::uint32_t less(std::uint32_t a, std::uint32_t b) noexcept { return a > b ? a - b : 0; }

constexpr stretch whole_frame{0, 0, true};

figures figures_of(const spot& s) noexcept {
  const auto peak = s.claims.peak(whole_frame);
  figures out;
  out.taken = s.claims.peak_taken();
  out.held = less(peak, out.taken);
  out.capacity = s.closed ? peak : s.sellable();  // a closed spot keeps what is booked and offers nothing
  out.free = less(out.capacity, peak);
  return out;
}

}  // namespace

std::uint32_t spot::room(const stretch& when) const noexcept { return closed ? 0 : less(sellable(), claims.peak(when)); }

void spot_table::define(const v1::BlockDefinition& definition) {
  *this = spot_table{};
  spots_.reserve(static_cast<std::size_t>(definition.spots_size()));
  for (const auto& in : definition.spots()) {
    const auto index = spots_.size();
    if (index >= spots_max) break;
    auto known = find_category(in.category());
    if (!known) {
      known = static_cast<std::uint16_t>(categories_.size());
      categories_.emplace_back().name = in.category();
    }
    categories_[*known].members.set(index);
    row_starts_.assign(index, index == 0 || in.row() != definition.spots(static_cast<int>(index) - 1).row());
    auto& s = spots_.emplace_back();
    s.label = in.label();
    s.category = *known;
    s.closed = in.closed();
    s.capacity = in.capacity();
    s.x = in.x();
    s.y = in.y();
  }
  for (const auto& price : definition.prices())
    if (const auto known = find_category(price.category())) categories_[*known].price_minor = price.price_minor();
  by_label_.resize(spots_.size());
  std::iota(by_label_.begin(), by_label_.end(), std::uint16_t{0});
  std::sort(by_label_.begin(), by_label_.end(), [this](auto a, auto b) { return spots_[a].label < spots_[b].label; });
  for (std::uint32_t i = 0; i < spots_.size(); ++i) count(i);
}

std::optional<std::uint32_t> spot_table::find(std::string_view label) const noexcept {
  const auto at =
      std::lower_bound(by_label_.begin(), by_label_.end(), label, [this](auto i, std::string_view l) { return spots_[i].label < l; });
  if (at == by_label_.end() || spots_[*at].label != label) return std::nullopt;
  return *at;
}

std::optional<std::uint16_t> spot_table::find_category(std::string_view name) const noexcept {
  const auto at = std::find_if(categories_.begin(), categories_.end(), [&](const category& c) { return c.name == name; });
  if (at == categories_.end()) return std::nullopt;
  return static_cast<std::uint16_t>(at - categories_.begin());
}

std::uint32_t spot_table::retire(std::string_view label) {
  const auto at = std::find(retired_.begin(), retired_.end(), label);
  const auto offset = static_cast<std::uint32_t>(at - retired_.begin());
  if (at == retired_.end()) retired_.emplace_back(label);
  return static_cast<std::uint32_t>(spots_.size()) + offset;
}

const std::string& spot_table::label(std::uint32_t index) const noexcept {
  return index < spots_.size() ? spots_[index].label : retired_[index - spots_.size()];
}

void spot_table::claim(std::uint32_t index, const stretch& when, grip how, std::uint32_t quantity) {
  if (index >= spots_.size()) return;
  spots_[index].claims.add(when, how, quantity);
  count(index);
}

void spot_table::unclaim(std::uint32_t index, const stretch& when, grip how, std::uint32_t quantity) {
  if (index >= spots_.size()) return;
  spots_[index].claims.remove(when, how, quantity);
  count(index);
}

void spot_table::occupy(std::uint32_t index, std::uint32_t occupied, std::uint32_t additional) {
  spots_[index].occupied = occupied;
  spots_[index].additional = additional;
  count(index);
}

/// Brings everything that depends on one spot up to date.
void spot_table::count(std::uint32_t index) {
  auto& s = spots_[index];
  auto& c = categories_[s.category];
  const auto now = figures_of(s);
  // Unsigned wrap-around is intended: minus old plus new.
  c.sum.capacity += now.capacity - s.counted.capacity;
  c.sum.free += now.free - s.counted.free;
  c.sum.held += now.held - s.counted.held;
  c.sum.taken += now.taken - s.counted.taken;
  c.stale = true;
  s.counted = now;
  vacant_.assign(index, now.free > 0);
  pools_.assign(index, s.pool());
  touched_.set(index);
}

void spot_table::finish_entry() {
  for (auto& c : categories_) {
    if (c.stale) c.longest_free_run = longest_free_run(c);
    c.stale = false;
  }
}

std::uint32_t spot_table::longest_free_run(const category& c) const noexcept {
  std::size_t longest = 0;
  spot_set singles = c.members & vacant_;
  for_each(singles & pools_, [&](std::size_t i) {
    longest = std::max<std::size_t>(longest, spots_[i].counted.free);
    singles.reset(i);
  });
  for_each_run(singles, row_starts_, [&](run r) { longest = std::max(longest, r.length()); });
  return static_cast<std::uint32_t>(longest);
}

}  // namespace holdfast::domain::block
