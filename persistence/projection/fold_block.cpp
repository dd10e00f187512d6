// Capacity of a block, counted: what is defined, what staff added or took out, what bookings hold or have taken. Counts as the block
// itself does (actors/domain/spot_block): figures are for the whole frame, at its busiest moment.
#include <algorithm>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "persistence/projection/fold.hpp"

namespace holdfast::persistence {
namespace {

using spot_shapes = google::protobuf::RepeatedPtrField<v1::SpotShape>;
using claim_steps = google::protobuf::RepeatedPtrField<v1::ClaimStep>;

constexpr int nowhere = -1;

void sort_labels(block_record& block) {
  const auto& spots = block.shape.spots();
  block.by_label.resize(static_cast<std::size_t>(spots.size()));
  std::iota(block.by_label.begin(), block.by_label.end(), 0U);
  const auto label = [&spots](std::uint32_t i) -> const std::string& { return spots[static_cast<int>(i)].label(); };
  std::sort(block.by_label.begin(), block.by_label.end(), [&](std::uint32_t a, std::uint32_t b) { return label(a) < label(b); });
}

int place_of(const block_record& block, std::string_view label) {
  const auto& spots = block.shape.spots();
  const auto before = [&spots](std::uint32_t i, std::string_view wanted) { return spots[static_cast<int>(i)].label() < wanted; };
  const auto it = std::lower_bound(block.by_label.begin(), block.by_label.end(), label, before);
  if (it == block.by_label.end() || spots[static_cast<int>(*it)].label() != label) return nowhere;
  return static_cast<int>(*it);
}

block_record& row_of(std::optional<block_record>& row) {
  if (!row) row.emplace().shape.set_open(true);
  return *row;
}

bool claims(const v1::BookingView& view) {
  return view.status() != v1::BOOKING_PENDING_EMAIL && view.status() != v1::BOOKING_CANCELLED && view.status() != v1::BOOKING_EXPIRED;
}

/// Puts what `Add` appended where it belongs.
template <class Repeated>
void settle_last(Repeated& all, int index) {
  std::rotate(all.begin() + index, all.end() - 1, all.end());
}

/// Steps are differences, kept in order of time and without zeros.
void add_step(claim_steps& steps, unix_ms at, std::int32_t held, std::int32_t taken) {
  const auto it = std::lower_bound(steps.begin(), steps.end(), at, [](const v1::ClaimStep& step, unix_ms t) { return step.at_ms() < t; });
  const auto index = static_cast<int>(it - steps.begin());
  if (it == steps.end() || it->at_ms() != at) {
    steps.Add()->set_at_ms(at);
    settle_last(steps, index);
  }
  auto& step = steps[index];
  step.set_held(step.held() + held);
  step.set_taken(step.taken() + taken);
  if (step.held() == 0 && step.taken() == 0) steps.erase(steps.begin() + index);
}

void add_partial(v1::BlockClaims& claims, int spot, const v1::Interval& interval, std::int32_t held, std::int32_t taken) {
  const auto end = interval.end_ms() == 0 ? std::numeric_limits<unix_ms>::max() : interval.end_ms();
  if (interval.begin_ms() >= end) return;
  auto& all = *claims.mutable_partial();
  const auto wanted = static_cast<std::uint32_t>(spot);
  const auto it = std::lower_bound(all.begin(), all.end(), wanted, [](const auto& one, std::uint32_t at) { return one.spot() < at; });
  const auto index = static_cast<int>(it - all.begin());
  if (it == all.end() || it->spot() != wanted) {
    all.Add()->set_spot(wanted);
    settle_last(all, index);
  }
  auto& steps = *all[index].mutable_steps();
  add_step(steps, interval.begin_ms(), held, taken);
  add_step(steps, end, -held, -taken);
  if (steps.empty()) all.erase(all.begin() + index);
}

void add_whole(google::protobuf::RepeatedField<std::uint32_t>& counts, int spot, std::int32_t n) {
  counts.Set(spot, static_cast<std::uint32_t>(std::max<std::int64_t>(std::int64_t{counts.Get(spot)} + n, 0)));
}

void change(block_record& block, const v1::BookingView& view, std::int32_t sign) {
  if (!claims(view)) return;
  const bool held = view.status() == v1::BOOKING_HELD;
  const bool whole = whole_frame(block, view);
  for (const auto& claim : view.spots()) {
    const auto spot = place_of(block, claim.spot());
    if (spot == nowhere) continue;
    const auto n = sign * static_cast<std::int32_t>(claim.quantity());
    if (whole)
      add_whole(held ? *block.claims.mutable_held() : *block.claims.mutable_taken(), spot, n);
    else
      add_partial(block.claims, spot, view.interval(), held ? n : 0, held ? 0 : n);
  }
}

struct usage {
  std::uint32_t taken = 0;
  std::uint32_t all = 0;
};

usage peak_of(const claim_steps& steps) {
  std::int64_t taken = 0, all = 0, most_taken = 0, most = 0;
  for (const auto& step : steps) {
    taken += step.taken();
    all += step.taken() + step.held();
    most_taken = std::max(most_taken, taken);
    most = std::max(most, all);
  }
  return {static_cast<std::uint32_t>(most_taken), static_cast<std::uint32_t>(most)};
}

/// What is claimed of each spot, asked in their order.
class usages {
public:
  explicit usages(const v1::BlockClaims& claims) : claims_(claims) {}

  usage of(int spot) {
    usage out{claims_.taken(spot), claims_.taken(spot) + claims_.held(spot)};
    if (partial_ < claims_.partial_size() && claims_.partial(partial_).spot() == static_cast<std::uint32_t>(spot)) {
      const auto peak = peak_of(claims_.partial(partial_++).steps());
      out.taken += peak.taken;
      out.all += peak.all;
    }
    return out;
  }

private:
  const v1::BlockClaims& claims_;
  int partial_ = 0;
};

/// One entry per category, in the order in which they first occur.
class figures_by_category {
public:
  v1::CategoryFigures& of(const std::string& category) {
    // Neighbours mostly are of the same.
    if (last_ < out_.size() && out_[last_].category() == category) return out_[last_];
    const auto [it, fresh] = index_.try_emplace(category, out_.size());
    if (fresh) out_.emplace_back().set_category(category);
    return out_[last_ = it->second];
  }
  std::vector<v1::CategoryFigures> take() { return std::move(out_); }

private:
  std::vector<v1::CategoryFigures> out_;
  std::unordered_map<std::string_view, std::size_t> index_;
  std::size_t last_ = 0;
};

std::uint32_t less(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : 0; }

/// A pool holds several bookings at once and has no neighbours.
bool pool(const v1::SpotShape& spot) { return spot.capacity() + spot.additional() > 1; }

}  // namespace

block_record stored_block(v1::BlockShape shape, v1::BlockClaims claims) {
  block_record out{std::move(shape), std::move(claims), false, {}};
  out.claims.mutable_held()->Resize(out.shape.spots_size(), 0);
  out.claims.mutable_taken()->Resize(out.shape.spots_size(), 0);
  sort_labels(out);
  return out;
}

bool whole_frame(const block_record& block, const v1::BookingView& view) {
  const auto& frame = block.shape.frame();
  return view.interval().begin_ms() == frame.begin_ms() && view.interval().end_ms() == frame.end_ms();
}

void redefine(std::optional<block_record>& row, const v1::BlockDefinition& definition) {
  auto& block = row_of(row);
  block.reshaped = true;
  *block.shape.mutable_frame() = definition.frame();
  spot_shapes spots;
  spots.Reserve(definition.spots_size());
  for (const auto& defined : definition.spots()) {
    auto& spot = *spots.Add();
    spot.set_label(defined.label());
    spot.set_category(defined.category());
    spot.set_row(defined.row());
    spot.set_capacity(defined.capacity());
    spot.set_closed(defined.closed());
    if (const auto before = place_of(block, defined.label()); before != nowhere) {
      spot.set_occupied(block.shape.spots(before).occupied());
      spot.set_additional(block.shape.spots(before).additional());
    }
  }
  block.shape.mutable_spots()->Swap(&spots);
  sort_labels(block);
  block.claims.Clear();
  block.claims.mutable_held()->Resize(definition.spots_size(), 0);
  block.claims.mutable_taken()->Resize(definition.spots_size(), 0);
}

bool fold_block(std::optional<block_record>& row, const v1::SpotBlockEvent& event) {
  if (event.has_open_set()) {
    row_of(row).shape.set_open(event.open_set().open());
  } else if (event.has_manual_occupation_set() && row) {
    const auto& set = event.manual_occupation_set();
    const auto at = place_of(*row, set.spot());
    if (at == nowhere) return false;
    auto& spot = *row->shape.mutable_spots(at);
    spot.set_occupied(set.occupied());
    spot.set_additional(set.additional());
  } else {
    return false;
  }
  row->reshaped = true;
  return true;
}

void claim(block_record& block, const v1::BookingView& view) { change(block, view, 1); }
void unclaim(block_record& block, const v1::BookingView& view) { change(block, view, -1); }

std::vector<v1::CategoryFigures> figures_of(const block_record& block) {
  figures_by_category out;
  usages used(block.claims);
  const v1::SpotShape* previous = nullptr;
  std::uint32_t run = 0;  // of free neighbours that ends at the previous spot
  for (int i = 0; i < block.shape.spots_size(); ++i) {
    const auto& spot = block.shape.spots(i);
    auto& figures = out.of(spot.category());
    const auto peak = used.of(i);
    // A closed spot keeps what is booked and offers nothing.
    const auto capacity = spot.closed() ? peak.all : less(spot.capacity() + spot.additional(), spot.occupied());
    const auto free = less(capacity, peak.all);
    figures.set_capacity(figures.capacity() + capacity);
    figures.set_free(figures.free() + free);
    figures.set_held(figures.held() + less(peak.all, peak.taken));
    figures.set_taken(figures.taken() + peak.taken);
    const bool goes_on =
        previous != nullptr && previous->row() == spot.row() && previous->category() == spot.category() && !pool(*previous);
    run = free == 0 ? 0 : pool(spot) ? free : (goes_on ? run : 0) + 1;
    figures.set_longest_free_run(std::max(figures.longest_free_run(), run));
    previous = &spot;
  }
  return out.take();
}

}  // namespace holdfast::persistence
