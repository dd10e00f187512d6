// Capacity of a block, counted: what is defined, what staff added or took out, what bookings hold or have taken. Counts as the block
// itself does (actors/domain/spot_block): figures are for the whole frame, at its busiest moment.
#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "persistence/projection/fold.hpp"

namespace holdfast::persistence {
namespace {

v1::SpotTally* find(v1::BlockTally& tally, std::string_view label) {
  const auto it = std::find_if(tally.mutable_spots()->begin(), tally.mutable_spots()->end(),
                               [&](const v1::SpotTally& spot) { return spot.label() == label; });
  return it == tally.mutable_spots()->end() ? nullptr : &*it;
}

block_record& row_of(std::optional<block_record>& row) {
  if (!row) row.emplace().tally.set_open(true);
  return *row;
}

bool claims(const v1::BookingView& view) {
  return view.status() != v1::BOOKING_PENDING_EMAIL && view.status() != v1::BOOKING_CANCELLED && view.status() != v1::BOOKING_EXPIRED;
}

/// Steps are differences, kept in order of time and without zeros.
void add_step(v1::SpotTally& spot, unix_ms at, std::int32_t held, std::int32_t taken) {
  auto& steps = *spot.mutable_partial();
  const auto it = std::lower_bound(steps.begin(), steps.end(), at, [](const v1::TallyStep& step, unix_ms t) { return step.at_ms() < t; });
  const auto index = static_cast<int>(it - steps.begin());
  if (it == steps.end() || it->at_ms() != at) {
    steps.Add()->set_at_ms(at);
    std::rotate(steps.begin() + index, steps.end() - 1, steps.end());
  }
  auto& step = steps[index];
  step.set_held(step.held() + held);
  step.set_taken(step.taken() + taken);
  if (step.held() == 0 && step.taken() == 0) steps.erase(steps.begin() + index);
}

void change(v1::BlockTally& tally, const v1::BookingView& view, std::int32_t sign) {
  if (!claims(view)) return;
  const bool held = view.status() == v1::BOOKING_HELD;
  const bool whole = whole_frame(tally, view);
  const auto end = view.interval().end_ms() == 0 ? std::numeric_limits<unix_ms>::max() : view.interval().end_ms();
  for (const auto& claim : view.spots()) {
    auto* spot = find(tally, claim.spot());
    if (spot == nullptr) continue;
    const auto n = sign * static_cast<std::int32_t>(claim.quantity());
    if (whole) {
      const auto changed = [n](std::uint32_t count) {
        return static_cast<std::uint32_t>(std::max<std::int64_t>(std::int64_t{count} + n, 0));
      };
      held ? spot->set_held(changed(spot->held())) : spot->set_taken(changed(spot->taken()));
    } else if (view.interval().begin_ms() < end) {
      add_step(*spot, view.interval().begin_ms(), held ? n : 0, held ? 0 : n);
      add_step(*spot, end, held ? -n : 0, held ? 0 : -n);
    }
  }
}

struct usage {
  std::uint32_t taken = 0;
  std::uint32_t all = 0;
};

usage peak_of(const v1::SpotTally& spot) {
  std::int64_t taken = 0, all = 0, most_taken = 0, most = 0;
  for (const auto& step : spot.partial()) {
    taken += step.taken();
    all += step.taken() + step.held();
    most_taken = std::max(most_taken, taken);
    most = std::max(most, all);
  }
  return {spot.taken() + static_cast<std::uint32_t>(most_taken), spot.taken() + spot.held() + static_cast<std::uint32_t>(most)};
}

std::uint32_t less(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : 0; }

/// A pool holds several bookings at once and has no neighbours.
bool pool(const v1::SpotTally& spot) { return spot.capacity() + spot.additional() > 1; }

}  // namespace

bool whole_frame(const v1::BlockTally& tally, const v1::BookingView& view) {
  return view.interval().begin_ms() == tally.frame().begin_ms() && view.interval().end_ms() == tally.frame().end_ms();
}

void redefine(std::optional<block_record>& row, const v1::BlockDefinition& definition) {
  auto& tally = row_of(row).tally;
  *tally.mutable_frame() = definition.frame();
  std::unordered_map<std::string_view, const v1::SpotTally*> before;
  for (const auto& spot : tally.spots()) before.emplace(spot.label(), &spot);
  google::protobuf::RepeatedPtrField<v1::SpotTally> spots;
  spots.Reserve(definition.spots_size());
  for (const auto& defined : definition.spots()) {
    auto& spot = *spots.Add();
    spot.set_label(defined.label());
    spot.set_category(defined.category());
    spot.set_row(defined.row());
    spot.set_capacity(defined.capacity());
    spot.set_closed(defined.closed());
    if (const auto it = before.find(defined.label()); it != before.end()) {
      spot.set_occupied(it->second->occupied());
      spot.set_additional(it->second->additional());
    }
  }
  tally.mutable_spots()->Swap(&spots);
}

bool fold_block(std::optional<block_record>& row, const v1::SpotBlockEvent& event) {
  if (event.has_open_set()) {
    row_of(row).tally.set_open(event.open_set().open());
    return true;
  }
  if (!event.has_manual_occupation_set() || !row) return false;
  const auto& set = event.manual_occupation_set();
  auto* spot = find(row->tally, set.spot());
  if (spot == nullptr) return false;
  spot->set_occupied(set.occupied());
  spot->set_additional(set.additional());
  return true;
}

void claim(v1::BlockTally& tally, const v1::BookingView& view) { change(tally, view, 1); }
void unclaim(v1::BlockTally& tally, const v1::BookingView& view) { change(tally, view, -1); }

std::vector<v1::CategoryFigures> figures_of(const v1::BlockTally& tally) {
  std::vector<v1::CategoryFigures> out;
  std::unordered_map<std::string_view, std::size_t> index;
  const v1::SpotTally* previous = nullptr;
  std::uint32_t run = 0;  // of free neighbours that ends at the previous spot
  for (const auto& spot : tally.spots()) {
    const auto [it, fresh] = index.try_emplace(spot.category(), out.size());
    if (fresh) out.emplace_back().set_category(spot.category());
    auto& figures = out[it->second];
    const auto peak = peak_of(spot);
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
  return out;
}

}  // namespace holdfast::persistence
