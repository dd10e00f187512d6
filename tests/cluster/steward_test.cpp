#include "actors/cluster/steward.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace holdfast::actors::cluster {
namespace {

using persistence::lease;

struct scene {
  std::vector<node_state> nodes{{"a", "a/1", 100, true}, {"b", "b/1", 100, true}};
  std::vector<lease> leases;
  std::vector<shard_run> running;
  std::size_t moves_max = 8;
  bool paused = false;

  duties seen_by(const std::string& self) const { return duties_of({self, nodes, leases, running, moves_max, paused}); }

  /// The first shard that belongs to the node while both are there.
  static std::uint16_t home_is(const std::string& name) {
    const std::vector<candidate> both{{"a", 100}, {"b", 100}};
    for (std::uint16_t i = 0; i < shard_count; ++i)
      if (both.at(home_of({i}, both).value()).name == name) return i;
    return 0;
  }
  void hold(std::uint16_t shard, const std::string& instance, std::int64_t owner = 1) { leases.push_back({{shard}, instance, {owner}}); }
  void run(std::uint16_t shard, const std::string& instance, std::int64_t owner = 1, bool leaving = false) {
    running.push_back({{{shard}, instance, {owner}}, leaving});
  }
};

bool names(const std::vector<lease>& list, std::uint16_t shard) {
  return std::any_of(list.begin(), list.end(), [&](const lease& one) { return one.shard.value == shard; });
}

TEST(Steward, FreeShardsAreTakenByThoseWhereTheyBelong) {
  const scene s;
  const auto a = s.seen_by("a/1").take, b = s.seen_by("b/1").take;
  EXPECT_EQ(a.size() + b.size(), shard_count);
  for (const auto& one : a) EXPECT_FALSE(names(b, one.shard.value));
}

TEST(Steward, ShardsOfTheDeadAreTakenAtTheEpochAtWhichTheyStand) {
  scene s;
  s.nodes[1].alive = false;
  const auto shard = scene::home_is("b");
  s.hold(shard, "b/1", 7);
  const auto take = s.seen_by("a/1").take;
  const auto it = std::find_if(take.begin(), take.end(), [&](const lease& one) { return one.shard.value == shard; });
  ASSERT_NE(it, take.end());
  EXPECT_EQ(it->owner.value, 7);
  EXPECT_EQ(it->node, "b/1");
}

TEST(Steward, AShardThatAnOperatorMovedBelongsThere) {
  scene s;
  const auto shard = scene::home_is("a");
  s.hold(shard, "a/1");
  s.run(shard, "a/1");
  s.nodes[1].pinned.set(shard);
  const auto gives = s.seen_by("a/1").hand_over;
  ASSERT_EQ(gives.size(), 1U);
  EXPECT_EQ(gives[0].to, "b/1");
  s.nodes[0].pinned.set(shard);  // two say so: all nodes must agree on one
  EXPECT_TRUE(s.seen_by("a/1").hand_over.empty());
  s.nodes[0].pinned.reset();
  s.nodes[1].weight = 0;  // drained
  EXPECT_TRUE(s.seen_by("a/1").hand_over.empty());
}

TEST(Steward, ShardsOfTheLivingAreLeftToThem) {
  scene s;
  const auto shard = scene::home_is("a");
  s.hold(shard, "b/1");
  EXPECT_FALSE(names(s.seen_by("a/1").take, shard)) << "it is b's to hand over";
}

TEST(Steward, ShardsOfAnEarlierInstanceOfItselfAreTaken) {
  scene s;
  const auto shard = scene::home_is("a");
  s.nodes[0].instance = "a/2";
  s.hold(shard, "a/1");
  EXPECT_TRUE(names(s.seen_by("a/2").take, shard));
}

TEST(Steward, WhatWasLostIsStoppedAndWhatWasGivenIsStarted) {
  scene s;
  const auto mine = scene::home_is("a");
  s.hold(mine, "a/1", 4);
  EXPECT_TRUE(names(s.seen_by("a/1").start, mine));
  s.run(mine, "a/1", 3);
  const auto stale = s.seen_by("a/1");
  EXPECT_EQ(stale.stop, std::vector<shard_id>{{mine}}) << "it changed hands meanwhile";
  EXPECT_TRUE(names(stale.start, mine));
  s.running[0].lease.owner = {4};
  EXPECT_TRUE(s.seen_by("a/1").stop.empty());
  EXPECT_TRUE(s.seen_by("a/1").start.empty());
  s.leases[0].node = "b/1";
  EXPECT_EQ(s.seen_by("a/1").stop, std::vector<shard_id>{{mine}});
}

TEST(Steward, WhatBelongsElsewhereIsHandedOverAFewAtATime) {
  scene s;
  for (std::uint16_t i = 0; i < shard_count; ++i) {
    s.hold(i, "a/1");
    s.run(i, "a/1");
  }
  s.moves_max = 3;
  auto moves = s.seen_by("a/1").hand_over;
  ASSERT_EQ(moves.size(), 3U);
  for (const auto& one : moves) EXPECT_EQ(one.to, "b/1");
  for (auto& run : s.running) run.leaving = run.lease.shard == moves[0].from.shard || run.lease.shard == moves[1].from.shard;
  EXPECT_EQ(s.seen_by("a/1").hand_over.size(), 1U) << "two are under way";
  s.paused = true;
  EXPECT_TRUE(s.seen_by("a/1").hand_over.empty());
  s.paused = false;
  s.nodes[1].weight = 0;
  for (auto& run : s.running) run.leaving = false;
  EXPECT_TRUE(s.seen_by("a/1").hand_over.empty()) << "b is being drained";
  s.nodes[0].weight = 0;
  EXPECT_TRUE(s.seen_by("a/1").hand_over.empty()) << "nobody wants them: better here than nowhere";
}

TEST(Steward, ADrainedNodeGivesEverythingAway) {
  scene s;
  for (std::uint16_t i = 0; i < shard_count; ++i) {
    s.hold(i, "a/1");
    s.run(i, "a/1");
  }
  s.nodes[0].weight = 0;
  s.moves_max = shard_count;
  EXPECT_EQ(s.seen_by("a/1").hand_over.size(), shard_count);
}

TEST(Steward, APausedNodeTakesNothing) {
  scene s;
  s.paused = true;
  EXPECT_TRUE(s.seen_by("a/1").take.empty());
}

// Whatever happens to nodes: once nothing happens any more, each shard runs exactly where it belongs, after a bounded number of rounds.
TEST(Steward, SettlesAfterAnyHistory) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    std::vector<node_state> nodes;
    for (const char* name : {"a", "b", "c", "d"}) nodes.push_back({name, std::string(name) + "/1", 100, true});
    std::map<std::string, std::vector<shard_run>> running;
    std::map<std::uint16_t, lease> leases;
    const auto listed = [&] {
      std::vector<lease> out;
      for (const auto& [shard, one] : leases) out.push_back(one);
      return out;
    };
    const auto round = [&](const node_state& self) {
      const auto stands = listed();
      auto& here = running[self.instance];
      const auto todo = duties_of({self.instance, nodes, stands, here, 16, false});
      for (const auto& shard : todo.stop) std::erase_if(here, [&](const shard_run& run) { return run.lease.shard == shard; });
      for (const auto& one : todo.start) here.push_back({one, false});
      for (auto one : todo.take) {
        one.node = self.instance;
        ++one.owner.value;
        leases[one.shard.value] = one;
      }
      for (const auto& one : todo.hand_over) leases[one.from.shard.value] = {one.from.shard, one.to, {one.from.owner.value + 1}};
    };
    for (int step = 0; step < 60; ++step) {
      auto& node = nodes[random() % nodes.size()];
      switch (random() % 4) {
        case 0:
          node.alive = random() % 2 == 0;
          if (!node.alive) running.erase(node.instance);
          break;
        case 1:
          node.weight = random() % 3 * 100;
          break;
        default:
          if (node.alive) round(node);
      }
    }
    nodes[0].alive = true;
    nodes[0].weight = 100;
    for (int i = 0; i < 64; ++i)
      for (const auto& node : nodes)
        if (node.alive) round(node);
    std::vector<candidate> willing;
    for (const auto& node : nodes)
      if (node.alive) willing.push_back({node.name, node.weight});
    std::size_t runs = 0;
    for (const auto& node : nodes) {
      if (!node.alive) continue;
      for (const auto& run : running[node.instance]) {
        ++runs;
        EXPECT_EQ(willing.at(home_of(run.lease.shard, willing).value()).name, node.name) << "seed " << seed;
        EXPECT_EQ(leases.at(run.lease.shard.value).owner, run.lease.owner) << "seed " << seed;
      }
    }
    EXPECT_EQ(runs, shard_count) << "seed " << seed;
  }
}

}  // namespace
}  // namespace holdfast::actors::cluster
