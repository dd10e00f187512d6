// What staff set: definitions, re-definitions, openness, manual occupation.
#include <limits>

#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

TEST(BlockDefinition, AppliedAgainChangesNothing) {
  block_stage s;
  const auto first = s.apply(row_of(3));
  EXPECT_EQ(first.events(), "applied");
  EXPECT_TRUE(first.block().changed());
  EXPECT_TRUE(first.block().open());
  const auto second = s.apply(row_of(3));
  EXPECT_TRUE(second.accepted());
  EXPECT_EQ(second.events(), "");
  EXPECT_FALSE(second.block().changed());
  EXPECT_EQ(second.block().version(), 1);
}

/// The block keeps its spots in a form of its own and writes the definition again from that.
TEST(BlockDefinition, ComesBackAsItWasGiven) {
  auto d = row_of(2);
  auto& s = *d.add_spots();
  s.set_label("long enough to need memory of its own");
  s.set_category("another");
  s.set_capacity(7);
  s.set_row("behind");
  s.set_x(1.5F);
  s.set_y(-2.25F);
  s.set_closed(true);
  add_spot(d, "A4", "tent", 1, "1");
  for (int field = 0; field < v1::SpotDefinition::descriptor()->field_count(); ++field)
    ASSERT_TRUE(s.GetReflection()->HasField(s, v1::SpotDefinition::descriptor()->field(field))) << "is a new field kept too?";
  block_stage stage(d);
  EXPECT_EQ(stage.look().block().definition().SerializeAsString(), d.SerializeAsString());
  stage.restart();
  EXPECT_EQ(stage.look().block().definition().SerializeAsString(), d.SerializeAsString());
}

TEST(BlockDefinition, TheOrderOfTranslationsDoesNotMakeItAnother) {
  auto a = row_of(1);
  auto b = row_of(1);
  auto& texts_a = *a.mutable_prices(0)->mutable_title();
  auto& texts_b = *b.mutable_prices(0)->mutable_title();
  const std::vector<std::string> tags{"aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh"};
  const std::vector<std::string> backwards(tags.rbegin(), tags.rend());
  for (const auto& t : tags) texts_a[t] = t;
  for (const auto& t : backwards) texts_b[t] = t;
  block_stage s(a);
  EXPECT_EQ(s.apply(b).events(), "");
}

TEST(BlockDefinition, BookingsFollowTheirSpotsByLabel) {
  auto d = row_of(3);
  block_stage s(d);
  s.book("b1", {{"A3"}});
  auto next = row_of(0);
  for (const char* label : {"A9", "A3", "A1"}) add_spot(next, label);
  ASSERT_TRUE(s.apply(next).accepted());
  EXPECT_EQ(spots_of(s.get("b1").booking()), "A3");
  EXPECT_EQ(s.free("A3"), 0U);
  EXPECT_EQ(s.free("A9"), 1U);
}

TEST(BlockDefinition, RemovingABookedSpotIsRefusedAsAWhole) {
  block_stage s(row_of(3));
  s.book("b1", {{"A3"}});
  EXPECT_EQ(s.apply(row_of(2)).code(), v1::CAPACITY_IN_USE);
  EXPECT_EQ(s.look().block().spots_size(), 3);
  s.cancel("b1", v1::ACTOR_STAFF);
  ASSERT_TRUE(s.apply(row_of(2)).accepted());
  EXPECT_EQ(spots_of(s.get("b1").booking()), "A3") << "a finished booking still names its spot";
  EXPECT_EQ(saved(*s.restored()), saved(s.core()));
  EXPECT_EQ(saved(*s.replayed()), saved(s.core()));
}

TEST(BlockDefinition, RemovingASpotUnderALapsedHoldEndsTheHold) {
  block_stage s(row_of(3));
  s.place("b1", {{"A3"}});
  EXPECT_EQ(s.apply(row_of(2)).code(), v1::CAPACITY_IN_USE);
  s.wait(hour);
  EXPECT_EQ(s.apply(row_of(2)).events(), "hold_expired applied");
}

TEST(BlockDefinition, CapacityShrinksToWhatIsBookedAndNoFurther) {
  block_stage s(theatre(10));
  s.reserve("b1", 4);
  s.confirm_email("b1");
  EXPECT_EQ(s.apply(theatre(3)).code(), v1::CAPACITY_IN_USE);
  EXPECT_TRUE(s.apply(theatre(4)).accepted());
  EXPECT_EQ(s.free("seat"), 0U);
}

TEST(BlockDefinition, WholeEventBookingsMoveWithTheFrame) {
  auto d = row_of(1);
  block_stage s(d);
  s.book("b1", {{"A1"}});
  d.mutable_frame()->set_begin_ms(d.frame().begin_ms() + day);
  ASSERT_TRUE(s.apply(d).accepted());
  EXPECT_EQ(s.get("b1").booking().interval().begin_ms(), d.frame().begin_ms());
  EXPECT_EQ(s.place("b2", {{"A1"}}).code(), v1::HOLD_CONFLICT);
}

TEST(BlockDefinition, NightsMustStayInsideTheFrame) {
  auto d = row_of(1);
  block_stage s(d);
  v1::Interval first_night;
  first_night.set_begin_ms(d.frame().begin_ms());
  first_night.set_end_ms(d.frame().begin_ms() + day);
  s.place("b1", {{"A1"}}, first_night);
  d.mutable_frame()->set_begin_ms(d.frame().begin_ms() + day);
  EXPECT_EQ(s.apply(d).code(), v1::CAPACITY_IN_USE);
  s.wait(hour);
  EXPECT_EQ(s.apply(d).events(), "hold_expired applied");
}

TEST(BlockDefinition, AClosedSpotKeepsItsBookingAndOffersNothing) {
  auto d = row_of(2);
  block_stage s(d);
  s.place("b1", {{"A1"}});
  d.mutable_spots(0)->set_closed(true);
  d.mutable_spots(1)->set_closed(true);
  ASSERT_TRUE(s.apply(d).accepted());
  EXPECT_TRUE(s.confirm("b1").accepted());
  EXPECT_EQ(s.place("b2", {{"A2"}}).code(), v1::HOLD_CONFLICT);
  EXPECT_EQ(s.figures().capacity(), 1U);
  EXPECT_EQ(s.figures().free(), 0U);
}

TEST(BlockDefinition, AHolderKeepsASpotThatIsClosedMeanwhile) {
  auto d = row_of(3);
  block_stage s(d);
  s.place("b1", {{"A1"}});
  d.mutable_spots(0)->set_closed(true);
  s.apply(d);
  EXPECT_TRUE(s.change("b1", {{"A1"}, {"A2"}}).accepted());
}

TEST(BlockDefinition, TheFlowStaysWhileThereAreBookings) {
  block_stage s(row_of(2));
  s.book("b1", {{"A1"}});
  EXPECT_EQ(s.apply(row_of(2, v1::FLOW_GROUP)).code(), v1::CAPACITY_IN_USE);
  s.cancel("b1", v1::ACTOR_STAFF);
  EXPECT_TRUE(s.apply(row_of(2, v1::FLOW_GROUP)).accepted());
}

TEST(BlockDefinition, EveryFieldIsChecked) {
  block_stage s;
  v1::BlockDefinition d;
  EXPECT_EQ(s.apply(d).fields(), "id:format title:required flow:required spots:required currency:format");
  d = row_of(2);
  d.mutable_frame()->set_end_ms(d.frame().begin_ms());
  d.mutable_sales()->set_begin_ms(-1);
  d.mutable_spots(0)->set_label("A2");
  d.mutable_spots(0)->set_capacity(0);
  d.mutable_spots(1)->set_x(std::numeric_limits<float>::quiet_NaN());
  set_price(d, "tent", -1);
  d.mutable_policy()->set_hold_ttl_ms(-1);
  d.set_map_width(-1);
  EXPECT_EQ(
      s.apply(d).fields(),
      "frame.endDate:range sales:range spots[0].capacity:range spots[1].label:duplicate spots[1].x:range prices[1].category:duplicate "
      "prices[1].priceMinor:range policy.holdTtlMs:range mapWidth:range");
  d = theatre(5);
  add_spot(d, "balcony", "seat", 5);
  EXPECT_EQ(s.apply(d).fields(), "spots:range");
  EXPECT_EQ(s.version(), 0);
}

TEST(BlockDefinition, ABlockHas1024SpotsAtMost) {
  block_stage s;
  EXPECT_TRUE(s.apply(row_of(1'024)).accepted());
  EXPECT_EQ(s.figures().longest_free_run(), 1'024U);
  EXPECT_EQ(s.apply(row_of(1'025)).fields(), "spots:range");
}

TEST(BlockDefinition, ErrorsInManySpotsAreBounded) {
  block_stage s;
  auto d = row_of(1'000);
  for (auto& spot : *d.mutable_spots()) spot.set_capacity(0);
  EXPECT_EQ(s.apply(d).rejection().fields_size(), 50);
}

// ---- manual occupation

TEST(Occupation, TakesAnOrdinarySpotOutOfSale) {
  block_stage s(row_of(2));
  const auto a = s.occupy("A1", 1);
  EXPECT_EQ(a.events(), "manual_occupation_set");
  EXPECT_EQ(s.place("b1", {{"A1"}}).code(), v1::HOLD_CONFLICT);
  EXPECT_EQ(s.occupy("A1", 1).events(), "") << "it is so already";
  s.occupy("A1", 0);
  EXPECT_TRUE(s.place("b1", {{"A1"}}).accepted());
}

TEST(Occupation, OfWhatIsBookedIsRefused) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  EXPECT_EQ(s.occupy("A1", 1).code(), v1::CAPACITY_IN_USE);
  EXPECT_EQ(s.free("A1"), 0U);
}

TEST(Occupation, UnderALapsedHoldEndsTheHold) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  EXPECT_EQ(s.occupy("A1", 1).code(), v1::CAPACITY_IN_USE);
  s.wait(hour);
  EXPECT_EQ(s.occupy("A1", 1).events(), "hold_expired manual_occupation_set");
}

TEST(Occupation, FieldsAreChecked) {
  block_stage s(row_of(1));
  EXPECT_EQ(s.occupy("A1", 2).fields(), "occupied:range");
  EXPECT_EQ(s.occupy("Z1", 1).fields(), "spot:unknown");
  EXPECT_EQ(s.occupy("A1", 0, 1'000'001).fields(), "additional:range");
}

TEST(Occupation, SurvivesARedefinition) {
  auto d = row_of(2);
  block_stage s(d);
  s.occupy("A1", 1);
  d.set_title("Another name");
  s.apply(d);
  EXPECT_EQ(s.free("A1"), 0U);
}

// ---- stored form

TEST(BlockSnapshot, OfAnotherKindIsNotRestored) {
  block_stage s(row_of(1));
  v1::EntitySnapshot other;
  other.mutable_event();
  EXPECT_FALSE(s.core().restore(other));
  v1::EntitySnapshot strange;
  s.core().save(strange);
  strange.mutable_block()->mutable_definition()->set_id("fest.b");
  EXPECT_FALSE(s.core().restore(strange));
}

TEST(BlockSnapshot, KeepsEverything) {
  block_stage s(row_of(5));
  s.book("b1", {{"A1"}});
  s.place("b2", {{"A2"}});
  s.cancel("b1", v1::ACTOR_STAFF);
  s.book("b3", {{"A3"}});
  s.confirm_email("b3");
  s.occupy("A5", 1);
  s.open(false);
  s.now = row_of(1).frame().begin_ms();
  s.check_in("b3");
  s.tick();
  EXPECT_EQ(saved(*s.restored()), saved(s.core()));
  EXPECT_EQ(saved(*s.replayed()), saved(s.core()));
  s.restart();
  EXPECT_EQ(s.confirm_email("b3").code(), v1::TOKEN_USED);
  EXPECT_EQ(s.check_in("b3").rejection().where(), "North");
}

}  // namespace
}  // namespace holdfast::domain::testing
