// The group flow inside one block: the platform chooses.
#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

TEST(Group, NeighbouringSpotsAreAssignedAndItSaysSo) {
  block_stage s(row_of(6, v1::FLOW_GROUP));
  const auto a = s.place_group("b1", 3);
  ASSERT_TRUE(a.accepted()) << a.rejection().ShortDebugString();
  EXPECT_EQ(spots_of(a.booking()), "A1 A2 A3");
  EXPECT_TRUE(a.booking().assigned());
  EXPECT_TRUE(a.booking().adjacent());
  EXPECT_EQ(a.booking().total().minor(), 30'000);
}

TEST(Group, ASplitGroupIsToldThatItIsNotTogether) {
  auto d = row_of(2, v1::FLOW_GROUP);
  add_spot(d, "B1", "tent", 1, "2");
  add_spot(d, "B2", "tent", 1, "2");
  block_stage s(d);
  const auto a = s.place_group("b1", 3);
  ASSERT_TRUE(a.accepted());
  EXPECT_FALSE(a.booking().adjacent());
}

TEST(Group, LaterBookingsOfAPartySitNextToEarlierOnes) {
  block_stage s(row_of(12, v1::FLOW_GROUP));
  s.book_group("b1", 2, "larches");
  s.book_group("b2", 2, "oaks");
  EXPECT_EQ(spots_of(s.book_group("b3", 2, "oaks").booking()), "A5 A6");
  s.cancel("b2", v1::ACTOR_STAFF);
  EXPECT_EQ(spots_of(s.book_group("b4", 2, "larches").booking()), "A3 A4");
}

TEST(Group, APartyThatLeftIsNoNeighbour) {
  block_stage s(row_of(12, v1::FLOW_GROUP));
  s.book_group("b1", 2, "oaks");
  s.book_group("b2", 2, "larches");
  s.cancel("b2", v1::ACTOR_STAFF);
  s.book_group("b3", 1, "");
  EXPECT_EQ(spots_of(s.get("b3").booking()), "A3");
}

TEST(Group, LapsedHoldsAreFreeForAssignment) {
  block_stage s(row_of(4, v1::FLOW_GROUP));
  s.place_group("b1", 2);
  s.place_group("b2", 2);
  EXPECT_EQ(s.place_group("b3", 4).code(), v1::SOLD_OUT);
  s.wait(hour);
  const auto a = s.place_group("b3", 4);
  EXPECT_EQ(a.events(), "hold_expired hold_expired hold_placed");
  EXPECT_EQ(spots_of(a.booking()), "A1 A2 A3 A4");
}

TEST(Group, SoldOutSaysHowManyAreLeftAndWhatElseThereIs) {
  auto d = row_of(2, v1::FLOW_GROUP);
  for (int i = 0; i < 3; ++i) add_spot(d, "C" + std::to_string(i), "caravan", 1, "2");
  block_stage s(d);
  const auto a = s.place_group("b1", 3);
  EXPECT_EQ(a.code(), v1::SOLD_OUT);
  ASSERT_EQ(a.rejection().alternatives_size(), 2);
  EXPECT_EQ(a.rejection().alternatives(0).category(), "tent");
  EXPECT_EQ(a.rejection().alternatives(0).free(), 2U);
  EXPECT_EQ(a.rejection().alternatives(1).category(), "caravan");
  EXPECT_EQ(a.rejection().alternatives(1).free(), 3U);
}

TEST(Group, APoolGivesAQuantityAndItIsTogether) {
  auto d = block_of(v1::FLOW_GROUP);
  add_spot(d, "Field", "tent", 50);
  block_stage s(d);
  const auto a = s.book_group("b1", 7);
  EXPECT_EQ(spots_of(a.booking()), "Field:7");
  EXPECT_TRUE(a.booking().adjacent());
  EXPECT_EQ(s.figures().longest_free_run(), 43U);
}

TEST(Group, AClosedSpotIsNeverAssigned) {
  auto d = row_of(4, v1::FLOW_GROUP);
  d.mutable_spots(1)->set_closed(true);
  block_stage s(d);
  EXPECT_EQ(spots_of(s.book_group("b1", 2).booking()), "A3 A4");
  EXPECT_EQ(s.figures().free(), 1U);
}

TEST(Group, FieldsAreNamed) {
  block_stage s(row_of(4, v1::FLOW_GROUP));
  EXPECT_EQ(s.place(block_stage::group_of("b1", 0, "", "yurt")).fields(), "category:unknown quantity:range");
  EXPECT_EQ(s.place(block_stage::group_of("b1", 21)).fields(), "quantity:range");
}

TEST(Group, FiguresFollowEveryChange) {
  block_stage s(row_of(6, v1::FLOW_GROUP));
  const auto figures = [&] {
    const auto f = s.figures();
    return std::to_string(f.free()) + " free " + std::to_string(f.held()) + " held " + std::to_string(f.taken()) + " taken, run " +
           std::to_string(f.longest_free_run());
  };
  EXPECT_EQ(figures(), "6 free 0 held 0 taken, run 6");
  s.place_group("b1", 2);
  EXPECT_EQ(figures(), "4 free 2 held 0 taken, run 4");
  s.confirm("b1");
  EXPECT_EQ(figures(), "4 free 0 held 2 taken, run 4");
  s.occupy("A4", 1);
  EXPECT_EQ(s.figures().capacity(), 5U);
  EXPECT_EQ(figures(), "3 free 0 held 2 taken, run 2");
  s.cancel("b1", v1::ACTOR_STAFF);
  EXPECT_EQ(figures(), "5 free 0 held 0 taken, run 3");
}

}  // namespace
}  // namespace holdfast::domain::testing
