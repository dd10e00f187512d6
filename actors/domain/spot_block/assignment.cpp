#include "actors/domain/spot_block/assignment.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace holdfast::domain::block {
namespace {

/// `count` spots from `begin` in a run of `length`.
struct window {
  std::size_t begin;
  std::size_t gap;  // spots between it and the party
  bool orphan;      // leaves a single free spot beside it
  std::size_t length;

  auto score() const noexcept { return std::tuple(gap, orphan, length, begin); }
};

using choice = std::optional<window>;

void prefer(choice& best, const window& w) {
  if (!best || w.score() < best->score()) best = w;
}

window at_front(const run& r, std::size_t count, std::size_t gap) { return {r.begin, gap, r.length() == count + 1, r.length()}; }
window at_back(const run& r, std::size_t count, std::size_t gap) { return {r.end - count, gap, r.length() == count + 1, r.length()}; }

choice best_fit(const std::vector<run>& runs, std::size_t count) {
  choice best;
  for (const auto& r : runs)
    if (r.length() >= count) prefer(best, at_front(r, count, 0));
  return best;
}

/// The nearest place in one of the party's own rows, to the right or to the left of each of its spots.
choice beside_party(const std::vector<run>& runs, const spot_set& row_starts, const spot_set& party, std::size_t count) {
  choice best;
  for_each(party, [&](std::size_t p) {
    const auto right = std::upper_bound(runs.begin(), runs.end(), p, [](std::size_t at, const run& r) { return at < r.begin; });
    const auto row_end = row_starts.next(p + 1);
    for (auto r = right; r != runs.end() && r->begin < row_end; ++r)
      if (r->length() >= count) {
        prefer(best, at_front(*r, count, r->begin - p - 1));
        break;
      }
    for (auto r = right; r != runs.begin();) {
      --r;
      if (row_starts.next(r->end) <= p) break;
      if (r->length() >= count) {
        prefer(best, at_back(*r, count, p - r->end));
        break;
      }
    }
  });
  return best;
}

assignment take(std::size_t begin, std::size_t count) {
  assignment out;
  for (std::size_t i = 0; i < count; ++i) out.spots.push_back({static_cast<std::uint32_t>(begin + i), 1});
  out.adjacent = true;
  return out;
}

const claim* smallest_pool(const std::vector<claim>& pools, std::uint32_t count, const spot_set* among) {
  const claim* best = nullptr;
  for (const auto& pool : pools)
    if (pool.quantity >= count && (among == nullptr || among->test(pool.spot)) && (best == nullptr || pool.quantity < best->quantity))
      best = &pool;
  return best;
}

/// Nothing takes them all: whole runs and pools, largest first, until the rest fits into one.
assignment split(std::vector<run> runs, std::vector<claim> pools, std::size_t count) {
  assignment out;
  const auto seat = [&](std::size_t begin, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out.spots.push_back({static_cast<std::uint32_t>(begin + i), 1});
  };
  while (count > 0) {
    if (const auto rest = best_fit(runs, count)) {
      seat(rest->begin, count);
      break;
    }
    if (const auto* pool = smallest_pool(pools, static_cast<std::uint32_t>(count), nullptr)) {
      out.spots.push_back({pool->spot, static_cast<std::uint32_t>(count)});
      break;
    }
    const auto longest = std::max_element(runs.begin(), runs.end(), [](const run& a, const run& b) { return a.length() < b.length(); });
    const auto largest =
        std::max_element(pools.begin(), pools.end(), [](const claim& a, const claim& b) { return a.quantity < b.quantity; });
    if (longest != runs.end() && (largest == pools.end() || longest->length() >= largest->quantity)) {
      seat(longest->begin, longest->length());
      count -= longest->length();
      runs.erase(longest);
    } else {
      out.spots.push_back(*largest);
      count -= largest->quantity;
      pools.erase(largest);
    }
  }
  std::sort(out.spots.begin(), out.spots.end(), [](const claim& a, const claim& b) { return a.spot < b.spot; });
  return out;
}

}  // namespace

std::uint32_t vacancy::total() const noexcept {
  return std::accumulate(pools.begin(), pools.end(), static_cast<std::uint32_t>(singles.count()),
                         [](std::uint32_t sum, const claim& c) { return sum + c.quantity; });
}

std::optional<assignment> assign(const vacancy& free, const spot_set& row_starts, const spot_set& party, std::uint32_t count) {
  if (count == 0 || free.total() < count) return std::nullopt;
  if (const auto* pool = smallest_pool(free.pools, count, &party)) return assignment{{{pool->spot, count}}, true};
  std::vector<run> runs;
  for_each_run(free.singles, row_starts, [&](run r) { runs.push_back(r); });
  if (const auto w = beside_party(runs, row_starts, party, count)) return take(w->begin, count);
  if (const auto w = best_fit(runs, count)) return take(w->begin, count);
  if (const auto* pool = smallest_pool(free.pools, count, nullptr)) return assignment{{{pool->spot, count}}, true};
  return split(std::move(runs), free.pools, count);
}

}  // namespace holdfast::domain::block
