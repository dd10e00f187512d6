#include "actors/cluster/placement.hpp"

#include <cmath>

namespace holdfast::actors::cluster {
namespace {

// Stable for ever: nodes of different versions must agree.
std::uint64_t mixed(std::uint64_t x) noexcept {  // splitmix64's finaliser (Steele, Lea, Flood 2014)
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

std::uint64_t hash(shard_id shard, std::string_view name) noexcept {
  std::uint64_t h = mixed(shard.value);
  for (const char c : name) h = mixed(h ^ static_cast<unsigned char>(c));
  return h;
}

/// Above 0; the larger, the better.
double score(shard_id shard, const candidate& node) noexcept {
  constexpr auto bits = 53U;
  const auto uniform = (static_cast<double>(hash(shard, node.name) >> (64U - bits)) + 0.5) / static_cast<double>(std::uint64_t{1} << bits);
  return static_cast<double>(node.weight) / -std::log(uniform);
}

}  // namespace

std::optional<std::size_t> home_of(shard_id shard, std::span<const candidate> candidates) {
  std::optional<std::size_t> best;
  double best_score = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].weight == 0) continue;
    const auto here = score(shard, candidates[i]);
    if (best && (here < best_score || (here == best_score && candidates[i].name > candidates[*best].name))) continue;
    best = i;
    best_score = here;
  }
  return best;
}

}  // namespace holdfast::actors::cluster
