#include "actors/domain/spot_block/spot_table.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace holdfast::domain::block {
namespace {

std::uint32_t less(std::uint32_t a, std::uint32_t b) noexcept { return a > b ? a - b : 0; }

constexpr stretch whole_frame{0, 0, true};

}  // namespace

std::uint32_t spot::room(const stretch& when) const noexcept { return less(offered(), claims.peak(when)); }

figures spot::count() const noexcept {
  const auto peak = claims.peak(whole_frame);
  figures out;
  out.taken = claims.peak_taken();
  out.held = less(peak, out.taken);
  out.capacity = closed ? peak : sellable;  // a closed spot keeps what is booked and offers nothing
  out.free = less(out.capacity, peak);
  return out;
}

void spot_table::define(const v1::BlockDefinition& definition) {
  *this = spot_table{};
  spots_.reserve(std::min(static_cast<std::size_t>(definition.spots_size()), spots_max));
  std::size_t text = 0;
  for (const auto& in : definition.spots()) text += in.label().size();
  labels_.reserve(text);
  std::unordered_map<std::string_view, std::uint16_t> rows;
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
    const auto [row, fresh] = rows.try_emplace(in.row(), static_cast<std::uint16_t>(rows_.size()));
    if (fresh) rows_.push_back(in.row());
    labels_ += in.label();
    auto& s = spots_.emplace_back();
    s.label_end = static_cast<std::uint32_t>(labels_.size());
    s.row = row->second;
    s.category = *known;
    s.closed = in.closed();
    s.capacity = s.sellable = in.capacity();
    s.x = in.x();
    s.y = in.y();
  }
  for (const auto& price : definition.prices())
    if (const auto known = find_category(price.category())) categories_[*known].price_minor = price.price_minor();
  rows_.shrink_to_fit();
  by_label_.resize(spots_.size());
  std::iota(by_label_.begin(), by_label_.end(), std::uint16_t{0});
  std::sort(by_label_.begin(), by_label_.end(), [this](auto a, auto b) { return label(a) < label(b); });
  for (std::uint32_t i = 0; i < spots_.size(); ++i) {
    categories_[spots_[i].category].sum += spots_[i].count();
    vacant_.assign(i, spots_[i].count().free > 0);
    pools_.assign(i, spots_[i].capacity > 1);
  }
}

void spot_table::write(google::protobuf::RepeatedPtrField<v1::SpotDefinition>& out) const {
  out.Reserve(static_cast<int>(spots_.size()));
  for (std::uint32_t i = 0; i < spots_.size(); ++i) {
    const auto& s = spots_[i];
    auto& to = *out.Add();
    to.set_label(std::string(label(i)));
    to.set_category(categories_[s.category].name);
    to.set_capacity(s.capacity);
    to.set_row(rows_[s.row]);
    to.set_x(s.x);
    to.set_y(s.y);
    to.set_closed(s.closed);
  }
}

std::optional<std::uint32_t> spot_table::find(std::string_view wanted) const noexcept {
  const auto at = std::lower_bound(by_label_.begin(), by_label_.end(), wanted, [this](auto i, std::string_view l) { return label(i) < l; });
  if (at == by_label_.end() || label(*at) != wanted) return std::nullopt;
  return *at;
}

std::optional<std::uint16_t> spot_table::find_category(std::string_view name) const noexcept {
  const auto at = std::find_if(categories_.begin(), categories_.end(), [&](const category& c) { return c.name == name; });
  if (at == categories_.end()) return std::nullopt;
  return static_cast<std::uint16_t>(at - categories_.begin());
}

std::uint32_t spot_table::retire(std::string_view gone) {
  const auto at = std::find(retired_.begin(), retired_.end(), gone);
  const auto offset = static_cast<std::uint32_t>(at - retired_.begin());
  if (at == retired_.end()) retired_.emplace_back(gone);
  return static_cast<std::uint32_t>(spots_.size()) + offset;
}

std::string_view spot_table::label(std::uint32_t index) const noexcept {
  if (index >= spots_.size()) return retired_[index - spots_.size()];
  const auto begin = index == 0 ? 0 : spots_[index - 1].label_end;
  return std::string_view(labels_).substr(begin, spots_[index].label_end - begin);
}

void spot_table::claim(std::uint32_t index, const stretch& when, grip how, std::uint32_t quantity) {
  if (index < spots_.size()) change(index, [&](spot& s) { s.claims.add(when, how, quantity); });
}

void spot_table::unclaim(std::uint32_t index, const stretch& when, grip how, std::uint32_t quantity) {
  if (index < spots_.size()) change(index, [&](spot& s) { s.claims.remove(when, how, quantity); });
}

void spot_table::occupy(std::uint32_t index, const staffing& now) {
  if (now == staffing{}) {
    staff_.erase(index);
  } else {
    staff_[index] = now;
  }
  pools_.assign(index, spots_[index].capacity + now.additional > 1);
  change(index, [&](spot& s) { s.sellable = now.sellable(s.capacity); });
}

staffing spot_table::staff(std::uint32_t index) const noexcept {
  const auto it = staff_.find(index);
  return it == staff_.end() ? staffing{} : it->second;
}

/// Brings everything that depends on the spot up to date.
template <class Change>
void spot_table::change(std::uint32_t index, Change apply) {
  auto& s = spots_[index];
  auto& c = categories_[s.category];
  c.sum -= s.count();
  apply(s);
  const auto now = s.count();
  c.sum += now;
  c.stale = true;
  vacant_.assign(index, now.free > 0);
  touched_.push_back(index);
}

void spot_table::finish_entry() {
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  for (auto& c : categories_) {
    if (c.stale) c.longest_free_run = longest_free_run(c);
    c.stale = false;
  }
}

std::uint32_t spot_table::longest_free_run(const category& c) const noexcept {
  std::size_t longest = 0;
  spot_set singles = c.members & vacant_;
  for_each(singles & pools_, [&](std::size_t i) {
    longest = std::max<std::size_t>(longest, spots_[i].count().free);
    singles.reset(i);
  });
  for_each_run(singles, row_starts_, [&](run r) { longest = std::max(longest, r.length()); });
  return static_cast<std::uint32_t>(longest);
}

}  // namespace holdfast::domain::block
