#include "actors/cluster/steward.hpp"

#include <algorithm>
#include <array>

namespace holdfast::actors::cluster {
namespace {

const node_state* find(std::span<const node_state> nodes, const std::string& instance) {
  const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const node_state& n) { return n.instance == instance; });
  return it == nodes.end() ? nullptr : &*it;
}

std::array<persistence::lease, shard_count> by_shard(std::span<const persistence::lease> leases) {
  std::array<persistence::lease, shard_count> out;
  for (std::uint16_t i = 0; i < shard_count; ++i) out.at(i).shard = {i};
  for (const auto& one : leases) out.at(one.shard.value) = one;
  return out;
}

/// Where each shard belongs among those alive: where an operator moved it, or where its hash says.
class homes {
public:
  explicit homes(std::span<const node_state> nodes) {
    for (const auto& node : nodes) {
      if (!node.alive) continue;
      candidates_.push_back({node.name, node.weight});
      nodes_.push_back(&node);
    }
  }
  const node_state* of(shard_id shard) const {
    if (const auto* pinned = pinned_at(shard)) return pinned;
    const auto place = home_of(shard, candidates_);
    return place ? nodes_[*place] : nullptr;
  }

private:
  /// Of several the one whose name sorts first: all must say the same.
  const node_state* pinned_at(shard_id shard) const {
    const node_state* out = nullptr;
    for (const auto* node : nodes_)
      if (node->weight > 0 && node->pinned.test(shard.value) && (out == nullptr || node->name < out->name)) out = node;
    return out;
  }

  std::vector<candidate> candidates_;
  std::vector<const node_state*> nodes_;
};

}  // namespace

duties duties_of(const situation& now) {
  duties out;
  const auto stands = by_shard(now.leases);
  std::array<const shard_run*, shard_count> running{};
  std::size_t moving = 0;
  for (const auto& run : now.running) {
    running.at(run.lease.shard.value) = &run;
    if (run.leaving) ++moving;
  }
  const homes belongs(now.nodes);
  for (const auto& lease : stands) {
    const auto* run = running.at(lease.shard.value);
    if (lease.node != now.self) {
      if (run != nullptr) out.stop.push_back(lease.shard);
      const auto* holder = find(now.nodes, lease.node);
      const auto* home = belongs.of(lease.shard);
      if (!now.paused && home != nullptr && home->instance == now.self && (holder == nullptr || !holder->alive)) out.take.push_back(lease);
      continue;
    }
    if (run == nullptr || run->lease.owner != lease.owner) {
      if (run != nullptr) out.stop.push_back(lease.shard);  // it changed hands and came back: what it believes is old
      out.start.push_back(lease);
      continue;
    }
    const auto* home = belongs.of(lease.shard);
    if (now.paused || run->leaving || moving >= now.moves_max || home == nullptr || home->instance == now.self) continue;
    out.hand_over.push_back({lease, home->instance});
    ++moving;
  }
  return out;
}

}  // namespace holdfast::actors::cluster
