// Capacity of a block, counted: what is defined, what staff added or took out, what bookings hold or have taken.
#include <algorithm>
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

// A new definition keeps what staff and bookings did to the spots that stay.
void redefine(v1::BlockTally& tally, const v1::BlockDefinition& definition) {
  std::unordered_map<std::string_view, const v1::SpotTally*> before;
  for (const auto& spot : tally.spots()) before.emplace(spot.label(), &spot);
  google::protobuf::RepeatedPtrField<v1::SpotTally> spots;
  spots.Reserve(definition.spots_size());
  for (const auto& defined : definition.spots()) {
    auto& spot = *spots.Add();
    if (const auto it = before.find(defined.label()); it != before.end()) spot = *it->second;
    spot.set_label(defined.label());
    spot.set_category(defined.category());
    spot.set_row(defined.row());
    spot.set_capacity(defined.capacity());
    spot.set_closed(defined.closed());
  }
  tally.mutable_spots()->Swap(&spots);
}

enum class grip { none, held, taken };

grip grip_of(const v1::BookingView* view) {
  if (view == nullptr) return grip::none;
  switch (view->status()) {
    case v1::BOOKING_HELD:
    case v1::BOOKING_PENDING_APPROVAL:
    case v1::BOOKING_PENDING_PAYMENT: return grip::held;
    case v1::BOOKING_CONFIRMED:
    case v1::BOOKING_CHECKED_IN:
    case v1::BOOKING_COMPLETED:
    case v1::BOOKING_NO_SHOW: return grip::taken;
    default: return grip::none;
  }
}

void add(v1::BlockTally& tally, const v1::BookingView& view, grip how, bool release) {
  for (const auto& claim : view.spots()) {
    auto* spot = find(tally, claim.spot());
    if (spot == nullptr) continue;
    const auto changed = [&](std::uint32_t n) { return release ? n - std::min(n, claim.quantity()) : n + claim.quantity(); };
    if (how == grip::held)
      spot->set_held(changed(spot->held()));
    else
      spot->set_taken(changed(spot->taken()));
  }
}

std::uint32_t effective_capacity(const v1::SpotTally& spot) {
  if (spot.closed()) return 0;
  const auto sum = spot.capacity() + spot.additional();
  return sum - std::min(sum, spot.occupied());
}

std::uint32_t free_of(const v1::SpotTally& spot) {
  const auto capacity = effective_capacity(spot);
  return capacity - std::min(capacity, spot.held() + spot.taken());
}

}  // namespace

bool fold_block(std::optional<block_record>& row, const v1::SpotBlockEvent& event) {
  if (!booking_of(event).empty()) return false;
  if (!row) {
    row.emplace();
    row->tally.set_open(true);
  }
  if (event.has_applied()) {
    redefine(row->tally, event.applied().definition());
  } else if (event.has_open_set()) {
    row->tally.set_open(event.open_set().open());
  } else if (event.has_manual_occupation_set()) {
    const auto& set = event.manual_occupation_set();
    auto* spot = find(row->tally, set.spot());
    if (spot == nullptr) return false;
    spot->set_occupied(set.occupied());
    spot->set_additional(set.additional());
  } else {
    return false;
  }
  return true;
}

void recount(v1::BlockTally& tally, const v1::BookingView* before, const v1::BookingView* after) {
  if (const auto was = grip_of(before); was != grip::none) add(tally, *before, was, true);
  if (const auto is = grip_of(after); is != grip::none) add(tally, *after, is, false);
}

std::vector<v1::CategoryFigures> figures_of(const v1::BlockTally& tally) {
  std::vector<v1::CategoryFigures> out;
  std::unordered_map<std::string_view, std::size_t> index;
  const v1::SpotTally* previous = nullptr;
  std::uint32_t run = 0;
  for (const auto& spot : tally.spots()) {
    const auto [it, fresh] = index.try_emplace(spot.category(), out.size());
    if (fresh) out.emplace_back().set_category(spot.category());
    auto& figures = out[it->second];
    const auto free = free_of(spot);
    figures.set_capacity(figures.capacity() + effective_capacity(spot));
    figures.set_free(figures.free() + free);
    figures.set_held(figures.held() + spot.held());
    figures.set_taken(figures.taken() + spot.taken());
    // Neighbours: consecutive spots of one row and category; a pool is a neighbourhood of its own.
    const bool neighbour = previous != nullptr && previous->row() == spot.row() && previous->category() == spot.category();
    run = free == 0 ? 0 : spot.capacity() > 1 ? free : (neighbour && previous->capacity() <= 1 ? run : 0) + 1;
    figures.set_longest_free_run(std::max(figures.longest_free_run(), run));
    previous = &spot;
  }
  return out;
}

}  // namespace holdfast::persistence
