// Which spots a group gets.
#include "actors/domain/spot_block/assignment.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace holdfast::domain::block {
namespace {

/// "..x.|p." : free, taken, a new row, a spot of the party.
struct hall {
  vacancy free;
  spot_set row_starts;
  spot_set party;

  explicit hall(std::string_view drawn) {
    std::size_t i = 0;
    row_starts.set(0);
    for (const char c : drawn) {
      if (c == '|') {
        row_starts.set(i);
        continue;
      }
      if (c == '.') free.singles.set(i);
      if (c == 'p') party.set(i);
      ++i;
    }
  }
  std::string seats(std::uint32_t count) const {
    const auto got = assign(free, row_starts, party, count);
    if (!got) return "nothing";
    std::string out;
    for (const auto& c : got->spots) {
      out.append(out.empty() ? "" : " ").append(std::to_string(c.spot));
      if (c.quantity != 1) out.append(":").append(std::to_string(c.quantity));
    }
    return out + (got->adjacent ? "" : " apart");
  }
};

TEST(Assignment, AGroupSitsTogether) { EXPECT_EQ(hall("x...").seats(2), "1 2"); }
TEST(Assignment, ARowEndIsNoNeighbour) { EXPECT_EQ(hall("x.|.x|..").seats(2), "4 5"); }
TEST(Assignment, TheSmallestRunThatFitsIsTaken) { EXPECT_EQ(hall(".....x..x...").seats(2), "6 7"); }
TEST(Assignment, NoOrphanIsLeftWhereItCanBeAvoided) { EXPECT_EQ(hall("...x....").seats(2), "4 5"); }
TEST(Assignment, AnOrphanIsLeftRatherThanAGroupSplit) { EXPECT_EQ(hall("...x.").seats(2), "0 1"); }
TEST(Assignment, OneSpotFillsAnOrphan) { EXPECT_EQ(hall("...x.x..").seats(1), "4"); }
TEST(Assignment, AGroupIsSplitOverAsFewRunsAsPossibleAndSaysSo) { EXPECT_EQ(hall("..x...x.").seats(5), "0 1 3 4 5 apart"); }
TEST(Assignment, TheRestOfASplitGroupGoesWhereItLeavesNoOrphan) { EXPECT_EQ(hall("....x...x..").seats(6), "0 1 2 3 9 10 apart"); }
TEST(Assignment, TooManyGetNothing) { EXPECT_EQ(hall("..x.").seats(4), "nothing"); }
TEST(Assignment, LaterGuestsSitNextToTheirParty) { EXPECT_EQ(hall("..x....pp...x").seats(2), "5 6"); }
TEST(Assignment, BesideThePartyTheSideWithoutAnOrphanIsBetter) { EXPECT_EQ(hall("...pp....").seats(2), "5 6"); }
TEST(Assignment, ThePartysOwnRowIsBetterThanABetterFitElsewhere) { EXPECT_EQ(hall("px....|..").seats(2), "2 3"); }
TEST(Assignment, APartyInAFullRowFallsBackToTheBestFit) { EXPECT_EQ(hall("pxx|....|..").seats(2), "7 8"); }
TEST(Assignment, ABlockOf1024SpotsFillsToTheLast) { EXPECT_EQ(hall(std::string(1024, '.')).seats(1024).substr(0, 5), "0 1 2"); }

TEST(Assignment, APoolTakesAQuantity) {
  hall h("x");
  h.free.pools = {{0, 10}};
  EXPECT_EQ(h.seats(4), "0:4");
}
TEST(Assignment, TheSmallestPoolThatFitsIsTaken) {
  hall h("xxx");
  h.free.pools = {{0, 10}, {1, 5}, {2, 3}};
  EXPECT_EQ(h.seats(4), "1:4");
}
TEST(Assignment, AGroupLargerThanEveryPoolIsSplit) {
  hall h("xxx");
  h.free.pools = {{0, 6}, {1, 5}, {2, 3}};
  EXPECT_EQ(h.seats(8), "0:6 2:2 apart");
}

RC_GTEST_PROP(AssignmentProperties, EverySeatIsFreeAndGivenOnceAndAdjacentMeansAdjacent, ()) {
  const auto drawn = *rc::gen::container<std::string>(rc::gen::element('.', '.', '.', 'x', '|', 'p'));
  const auto count = *rc::gen::inRange(1U, 12U);
  const hall h(drawn);
  const auto got = assign(h.free, h.row_starts, h.party, count);
  RC_ASSERT(got.has_value() == (h.free.total() >= count));
  if (!got) return;
  std::set<std::uint32_t> seen;
  for (const auto& c : got->spots) {
    RC_ASSERT(c.quantity == 1U);
    RC_ASSERT(h.free.singles.test(c.spot));
    RC_ASSERT(seen.insert(c.spot).second);
  }
  RC_ASSERT(seen.size() == count);
  bool neighbours = true;
  for (auto s = std::next(seen.begin()); s != seen.end(); ++s) neighbours = neighbours && *std::prev(s) + 1 == *s && !h.row_starts.test(*s);
  RC_ASSERT(got->adjacent == neighbours);
  // It is split only where no run is long enough.
  std::size_t longest = 0;
  for_each_run(h.free.singles, h.row_starts, [&](run r) { longest = std::max(longest, r.length()); });
  RC_ASSERT(got->adjacent == (longest >= count));
}

}  // namespace
}  // namespace holdfast::domain::block
