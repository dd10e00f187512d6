#include "actors/cluster/placement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

namespace holdfast::actors::cluster {
namespace {

std::vector<candidate> nodes(std::size_t n, std::uint32_t weight = 100) {
  std::vector<candidate> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back({"node-" + std::to_string(i), weight});
  return out;
}

std::array<std::string, shard_count> homes(const std::vector<candidate>& among) {
  std::array<std::string, shard_count> out;
  for (std::uint16_t i = 0; i < shard_count; ++i) out.at(i) = among.at(home_of({i}, among).value()).name;
  return out;
}

std::map<std::string, int> shares(const std::vector<candidate>& among) {
  std::map<std::string, int> out;
  for (const auto& name : homes(among)) ++out[name];
  return out;
}

TEST(Placement, NobodyThereOrWillingGivesNoHome) {
  EXPECT_FALSE(home_of({0}, {}));
  EXPECT_FALSE(home_of({0}, nodes(3, 0)));
}

TEST(Placement, EveryNodeGetsAFairShare) {
  for (const std::size_t n : {1, 2, 3, 5, 8}) {
    const auto got = shares(nodes(n));
    ASSERT_EQ(got.size(), n);
    const auto fair = static_cast<double>(shard_count) / static_cast<double>(n);
    for (const auto& [name, count] : got) EXPECT_NEAR(count, fair, 3.5 * std::sqrt(fair)) << name << " of " << n;
  }
}

TEST(Placement, TheOrderOfTheListDoesNotMatter) {
  auto list = nodes(5);
  const auto before = homes(list);
  std::reverse(list.begin(), list.end());
  EXPECT_EQ(homes(list), before);
}

TEST(Placement, ANodeThatGoesMovesItsOwnShardsOnly) {
  const auto all = nodes(5);
  auto left = all;
  left.erase(left.begin() + 2);
  const auto before = homes(all), after = homes(left);
  for (std::size_t i = 0; i < shard_count; ++i)
    if (before.at(i) != "node-2") {
      EXPECT_EQ(after.at(i), before.at(i)) << i;
    }
}

TEST(Placement, ANodeThatComesTakesShardsAndMovesNoneBetweenOthers) {
  const auto before = homes(nodes(3)), after = homes(nodes(4));
  for (std::size_t i = 0; i < shard_count; ++i)
    if (before.at(i) != after.at(i)) {
      EXPECT_EQ(after.at(i), "node-3") << i;
    }
}

TEST(Placement, SharesFollowWeights) {
  auto list = nodes(3);
  list[0].weight = 200;
  const auto got = shares(list);
  EXPECT_NEAR(got.at("node-0"), 128, 30);
  EXPECT_NEAR(got.at("node-1"), 64, 28);
  list[0].weight = 0;
  EXPECT_FALSE(shares(list).contains("node-0"));
}

// Nodes of different versions must agree: these answers may never change.
TEST(Placement, IsStableForEver) {
  std::string first;
  const auto list = nodes(4);
  for (std::uint16_t i = 0; i < 24; ++i) first += std::to_string(home_of({i}, list).value());
  EXPECT_EQ(first, "323300232232021330032110");
}

}  // namespace
}  // namespace holdfast::actors::cluster
