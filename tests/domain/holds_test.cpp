// Holds of chosen spots.
#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

TEST(Hold, AFreeSpotIsHeldForTenMinutesAtItsPrice) {
  block_stage s(row_of(3));
  const auto a = s.place("b1", {{"A1"}, {"A2"}});
  ASSERT_TRUE(a.accepted()) << a.rejection().ShortDebugString();
  EXPECT_EQ(a.events(), "hold_placed");
  EXPECT_EQ(a.booking().status(), v1::BOOKING_HELD);
  EXPECT_EQ(spots_of(a.booking()), "A1 A2");
  EXPECT_EQ(a.booking().quantity(), 2U);
  EXPECT_EQ(a.booking().total().minor(), 20'000);
  EXPECT_EQ(a.booking().total().currency(), "DKK");
  EXPECT_EQ(a.booking().created_at_ms(), s.now);
  EXPECT_EQ(a.booking().expires_at_ms(), s.now + 10 * minute);
  EXPECT_EQ(a.booking().version(), 2);
  EXPECT_EQ(s.core().next_deadline(), s.now + 10 * minute);
  EXPECT_EQ(s.free("A1"), 0U);
  EXPECT_EQ(s.free("A3"), 1U);
}

TEST(Hold, AHeldSpotIsRefusedWithFreeOnesNearIt) {
  block_stage s(row_of(6));
  s.place("b1", {{"A3"}});
  const auto a = s.place("b2", {{"A3"}});
  EXPECT_EQ(a.code(), v1::HOLD_CONFLICT);
  ASSERT_EQ(a.rejection().alternatives_size(), 1);
  const auto& other = a.rejection().alternatives(0);
  EXPECT_EQ(other.resource_id(), block_name);
  EXPECT_EQ(other.category(), "tent");
  EXPECT_EQ(other.free(), 5U);
  ASSERT_EQ(other.spots_size(), 5);
  EXPECT_EQ(other.spots(0), "A2");  // the nearest first
  EXPECT_EQ(other.spots(1), "A4");
  EXPECT_EQ(s.version(), 2) << "a refusal changes nothing";
}

TEST(Hold, SeveralSpotsAreAllOrNothing) {
  block_stage s(row_of(3));
  s.place("b1", {{"A2"}});
  EXPECT_EQ(s.place("b2", {{"A1"}, {"A2"}, {"A3"}}).code(), v1::HOLD_CONFLICT);
  EXPECT_EQ(s.free("A1"), 1U);
  EXPECT_EQ(s.free("A3"), 1U);
}

TEST(Hold, ALapsedHoldIsFreeForOthersWithoutATick) {
  block_stage s(row_of(2));
  s.place("b1", {{"A1"}});
  s.wait(10 * minute - 1);
  EXPECT_EQ(s.place("b2", {{"A1"}}).code(), v1::HOLD_CONFLICT);
  s.wait(1);
  const auto a = s.place("b2", {{"A1"}});
  ASSERT_TRUE(a.accepted());
  EXPECT_EQ(a.events(), "hold_expired hold_placed") << "whoever takes over says so in the same entry";
  EXPECT_EQ(s.status("b1"), v1::BOOKING_EXPIRED);
}

TEST(Hold, OnlyTheLapsedHoldsInTheWayAreTakenOver) {
  block_stage s(row_of(3));
  s.place("b1", {{"A1"}});
  s.place("b2", {{"A2"}});
  s.wait(hour);
  EXPECT_EQ(s.place("b3", {{"A2"}, {"A3"}}).events(), "hold_expired hold_placed");
  EXPECT_EQ(s.core().next_deadline(), s.now - 50 * minute) << "b1 still waits for its tick";
}

TEST(Hold, ConfirmAfterExpiryIsRejected) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  s.wait(10 * minute);
  const auto a = s.confirm("b1");
  EXPECT_EQ(a.code(), v1::HOLD_EXPIRED) << "even though nobody took it";
  EXPECT_EQ(a.rejection().at_ms(), s.now);
  s.tick();
  EXPECT_EQ(s.confirm("b1").code(), v1::HOLD_EXPIRED);
}

TEST(Hold, ConfirmAtTheLastMillisecondIsAccepted) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  s.wait(10 * minute - 1);
  const auto a = s.confirm("b1");
  ASSERT_TRUE(a.accepted());
  EXPECT_EQ(a.booking().status(), v1::BOOKING_CONFIRMED);
  EXPECT_EQ(a.booking().confirmed_at_ms(), s.now);
  EXPECT_EQ(a.booking().confirmation_code(), "K7M2Q9XW");
  EXPECT_EQ(a.booking().contact().email(), "ida@example.org");
  EXPECT_EQ(a.booking().expires_at_ms(), 0);
  EXPECT_EQ(s.core().next_deadline(), std::nullopt);
  s.wait(day);
  EXPECT_EQ(s.place("b2", {{"A1"}}).code(), v1::HOLD_CONFLICT);
}

TEST(Hold, ConfirmTwiceIsRefused) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  EXPECT_EQ(s.confirm("b1").code(), v1::INVALID_STATE);
}

TEST(Hold, ExtendingRenewsTheTimeUpToTheHoldsLife) {
  block_stage s(row_of(1));
  const auto created = s.now;
  s.place("b1", {{"A1"}});
  s.wait(9 * minute);
  EXPECT_EQ(s.extend("b1").booking().expires_at_ms(), s.now + 10 * minute);
  s.wait(9 * minute);
  s.extend("b1");
  s.wait(9 * minute);
  EXPECT_EQ(s.extend("b1").booking().expires_at_ms(), created + 30 * minute);
  const auto a = s.extend("b1");
  EXPECT_EQ(a.code(), v1::HOLD_LIMIT);
  EXPECT_EQ(a.rejection().at_ms(), created + 30 * minute);
  s.wait(3 * minute);
  EXPECT_EQ(s.extend("b1").code(), v1::HOLD_EXPIRED);
}

TEST(Hold, ExtendingAtOnceGainsNothingAndIsRefused) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  EXPECT_EQ(s.extend("b1").code(), v1::HOLD_LIMIT);
}

TEST(Hold, ThePolicySetsTheTimes) {
  auto d = row_of(1);
  d.mutable_policy()->set_hold_ttl_ms(2 * minute);
  d.mutable_policy()->set_hold_life_max_ms(3 * minute);
  block_stage s(d);
  EXPECT_EQ(s.place("b1", {{"A1"}}).booking().expires_at_ms(), s.now + 2 * minute);
  s.wait(90 * second);
  EXPECT_EQ(s.extend("b1").booking().expires_at_ms(), s.now + 90 * second);
}

TEST(Hold, ChangingKeepsWhatItCanAndFreesTheRest) {
  block_stage s(row_of(4));
  const auto placed = s.place("b1", {{"A1"}, {"A2"}});
  const auto a = s.change("b1", {{"A2"}, {"A3"}, {"A4"}});
  ASSERT_TRUE(a.accepted());
  EXPECT_EQ(a.events(), "hold_changed");
  EXPECT_EQ(spots_of(a.booking()), "A2 A3 A4");
  EXPECT_EQ(a.booking().total().minor(), 30'000);
  EXPECT_EQ(a.booking().expires_at_ms(), placed.booking().expires_at_ms()) << "changing buys no time";
  EXPECT_EQ(s.free("A1"), 1U);
}

TEST(Hold, AChangeThatCannotBeMadeLeavesTheHoldAsItWas) {
  block_stage s(row_of(3));
  s.place("b1", {{"A1"}});
  s.place("b2", {{"A2"}});
  EXPECT_EQ(s.change("b1", {{"A2"}, {"A3"}}).code(), v1::HOLD_CONFLICT);
  EXPECT_EQ(spots_of(s.get("b1").booking()), "A1");
  EXPECT_EQ(s.free("A3"), 1U);
}

TEST(Hold, AChangeToTheSameSpotsChangesNothing) {
  block_stage s(row_of(3));
  s.place("b1", {{"A1"}, {"A2"}});
  const auto a = s.change("b1", {{"A2"}, {"A1"}});
  EXPECT_TRUE(a.accepted());
  EXPECT_EQ(a.events(), "");
}

TEST(Hold, AHolderMayMoveQuantityWithinAFullPool) {
  auto d = block_of(v1::FLOW_SPOT);
  add_spot(d, "P", "pool", 5);
  block_stage s(d);
  s.place("b1", {{"P", 3}});
  s.place("b2", {{"P", 2}});
  EXPECT_EQ(s.change("b1", {{"P", 4}}).code(), v1::SOLD_OUT);
  EXPECT_TRUE(s.change("b1", {{"P", 2}}).accepted());
  EXPECT_TRUE(s.change("b2", {{"P", 3}}).accepted());
  EXPECT_EQ(s.free("P"), 0U);
}

TEST(Hold, ChangingALapsedHoldIsRejected) {
  block_stage s(row_of(2));
  s.place("b1", {{"A1"}});
  s.wait(hour);
  EXPECT_EQ(s.change("b1", {{"A2"}}).code(), v1::HOLD_EXPIRED);
}

TEST(Hold, AChangeTakesOverLapsedHolds) {
  block_stage s(row_of(2));
  s.place("b1", {{"A1"}});
  s.wait(5 * minute);
  s.place("b2", {{"A2"}});
  s.wait(5 * minute);
  EXPECT_EQ(s.change("b2", {{"A1"}}).events(), "hold_expired hold_changed");
}

TEST(Hold, GivingUpFreesTheSpotsAtOnceAndMayBeRepeated) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  EXPECT_EQ(s.release("b1").events(), "hold_released");
  EXPECT_EQ(s.free("A1"), 1U);
  EXPECT_EQ(s.status("b1"), v1::BOOKING_CANCELLED);
  const auto again = s.release("b1");
  EXPECT_TRUE(again.accepted());
  EXPECT_EQ(again.events(), "");
  EXPECT_EQ(s.confirm("b1").code(), v1::INVALID_STATE);
}

TEST(Hold, GivingUpWhatHasLapsedSaysThatItLapsed) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  s.wait(hour);
  EXPECT_EQ(s.release("b1").events(), "hold_expired");
}

TEST(Hold, AConfirmedBookingIsNotGivenUp) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  EXPECT_EQ(s.release("b1").code(), v1::INVALID_STATE);
}

TEST(Hold, SomebodyElsesSecretOpensNothingAndTellsNothing) {
  block_stage s(row_of(2));
  s.place("b1", {{"A1"}});
  for (const auto& wrong : {std::string(), std::string("short"), sha256("another")}) {
    v1::Command c;
    c.mutable_release_hold()->set_booking_id(full_id("b1"));
    c.mutable_release_hold()->set_access_sha256(wrong);
    EXPECT_EQ(s.when(c).code(), v1::NOT_FOUND);
  }
  EXPECT_EQ(s.release("nobody").code(), v1::NOT_FOUND);
  EXPECT_EQ(s.free("A1"), 0U);
}

TEST(Hold, ABookingOfAnotherBlockIsNotFoundHere) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  for (const char* id : {"fest.b.b1xxxxxxxxxx", "fest.a", "fest.a.", "", "b1xxxxxxxxxx", "fest.ab1xxxxxxxxxx"}) {
    v1::Command c;
    c.mutable_get_booking()->set_booking_id(id);
    c.mutable_get_booking()->set_actor(v1::ACTOR_STAFF);
    EXPECT_EQ(s.when(c).code(), v1::NOT_FOUND) << id;
  }
}

TEST(Hold, ABookingIdIsUsedOnce) {
  block_stage s(row_of(2));
  s.place("b1", {{"A1"}});
  EXPECT_EQ(s.place("b1", {{"A2"}}).code(), v1::ALREADY_EXISTS);
}

TEST(Hold, NightsOfDifferentGuestsMayTouch) {
  block_stage s(row_of(1));
  const auto begin = row_of(1).frame().begin_ms();
  const auto nights = [&](int from, int to) {
    v1::Interval out;
    out.set_begin_ms(begin + from * day);
    out.set_end_ms(begin + to * day);
    return out;
  };
  EXPECT_TRUE(s.book("b1", {{"A1"}}, nights(0, 2)).accepted());
  EXPECT_TRUE(s.book("b2", {{"A1"}}, nights(2, 3)).accepted());
  EXPECT_EQ(s.book("b3", {{"A1"}}, nights(1, 3)).code(), v1::HOLD_CONFLICT);
  EXPECT_EQ(s.book("b4", {{"A1"}}).code(), v1::HOLD_CONFLICT) << "the whole event needs every night";
  const auto look = s.look();
  ASSERT_EQ(look.block().spots(0).claims_size(), 1) << "equal neighbours are one stretch";
  EXPECT_EQ(look.block().spots(0).claims(0).state(), v1::CLAIM_TAKEN);
  EXPECT_EQ(look.block().spots(0).claims(0).interval().end_ms(), begin + 3 * day);
}

TEST(Hold, ATickMakesLapsedHoldsVisibleInTheOrderInWhichTheyLapsed) {
  block_stage s(row_of(3));
  s.place("b1", {{"A1"}});
  s.wait(minute);
  s.place("b2", {{"A2"}});
  s.wait(8 * minute);
  s.extend("b1");
  s.wait(2 * minute);
  const auto first = s.tick();
  EXPECT_EQ(first.events(), "hold_expired");
  EXPECT_EQ(first.entry.block(0).hold_expired().booking_id(), full_id("b2"));
  EXPECT_EQ(first.reply().done().next_deadline_ms(), *s.core().next_deadline());
  EXPECT_EQ(s.tick().events(), "") << "nothing more is due";
}

TEST(Hold, ATickEndsABoundedNumberAndAsksAgain) {
  auto d = block_of(v1::FLOW_SPOT);
  add_spot(d, "P", "pool", 1'000);
  block_stage s(d);
  for (int i = 0; i < 300; ++i) s.place("b" + std::to_string(i), {{"P", 1}});
  s.wait(hour);
  EXPECT_EQ(s.tick().entry.block_size(), 256);
  EXPECT_LE(*s.core().next_deadline(), s.now);
  EXPECT_EQ(s.tick().entry.block_size(), 44);
  EXPECT_EQ(s.core().next_deadline(), std::nullopt);
  EXPECT_EQ(s.free("P"), 1'000U);
}

TEST(Hold, EndedHoldsAreForgottenAfterAnHour) {
  block_stage s(row_of(2));
  s.place("b1", {{"A1"}});
  s.wait(10 * minute);
  s.tick();
  s.wait(hour - 1);
  s.place("b2", {{"A1"}});
  EXPECT_TRUE(s.get("b1").accepted());
  s.wait(1);
  s.place("b3", {{"A2"}});
  EXPECT_EQ(s.get("b1").code(), v1::NOT_FOUND);
}

TEST(Hold, AtMostAThousandEndedHoldsAreKept) {
  block_stage s(row_of(1));
  for (int i = 0; i < 1'001; ++i) {
    s.place("b" + std::to_string(i), {{"A1"}});
    s.release("b" + std::to_string(i));
  }
  EXPECT_EQ(s.get("b0").code(), v1::NOT_FOUND);
  EXPECT_TRUE(s.get("b1").accepted());
  EXPECT_EQ(saved(*s.replayed()), saved(s.core()));
}

TEST(Hold, FieldsAreNamedOneByOne) {
  auto d = row_of(3);
  add_spot(d, "P", "pool", 10);
  block_stage s(d);
  EXPECT_EQ(s.place("b1", {}).fields(), "spots:required");
  EXPECT_EQ(s.place("b1", {{"A1"}, {"Z9"}, {"A1"}, {"A2", 0}, {"A3", 2}, {""}}).fields(),
            "spots[1].spot:unknown spots[2].spot:duplicate spots[3].quantity:range spots[4].quantity:range spots[5].spot:required");
  EXPECT_EQ(s.place("b1", {{"P", 21}}).fields(), "quantity:range");
  auto hold = block_stage::hold_of("b1", {{"A1"}});
  hold.set_booking_id("fest.b.b1xxxxxxxxxx");
  hold.mutable_access()->set_sha256("short");
  hold.set_party(std::string(201, 'x'));
  EXPECT_EQ(s.place(hold).fields(), "bookingId:format access:format party:range");
  hold = block_stage::hold_of("b1", {{"A1"}});
  hold.mutable_interval()->set_begin_ms(d.frame().begin_ms() + 2);
  hold.mutable_interval()->set_end_ms(d.frame().begin_ms() + 2);
  EXPECT_EQ(s.place(hold).fields(), "endDate:range");
  hold.mutable_interval()->set_begin_ms(d.frame().begin_ms() - 1);
  EXPECT_EQ(s.place(hold).fields(), "startDate:range");
  hold.mutable_interval()->set_begin_ms(d.frame().begin_ms());
  hold.mutable_interval()->set_end_ms(d.frame().end_ms() + 1);
  EXPECT_EQ(s.place(hold).fields(), "endDate:range");
  EXPECT_EQ(s.version(), 1);
}

TEST(Hold, ConfirmingNamesTheContactsFieldsAsTheApiDoes) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  auto confirmation = block_stage::confirmation_of("b1");
  confirmation.mutable_contact()->Clear();
  confirmation.mutable_contact()->set_first_name(" ");
  confirmation.mutable_contact()->set_email("ida@example");
  confirmation.mutable_contact()->set_phone("call me");
  confirmation.mutable_contact()->set_language("Danish please");
  confirmation.set_confirmation_code("K7M2");
  confirmation.mutable_check_in()->clear_sha256();
  v1::Command c;
  *c.mutable_confirm_hold() = confirmation;
  EXPECT_EQ(s.when(c).fields(),
            "userDetails.firstName:required userDetails.lastName:required userDetails.email:format userDetails.phone:format "
            "userDetails.language:format confirmationCode:format checkIn:required");
}

TEST(Hold, APoolThatIsTooSmallSaysHowManyAreLeft) {
  auto d = block_of(v1::FLOW_SPOT);
  add_spot(d, "P", "pool", 5);
  block_stage s(d);
  s.book("b1", {{"P", 3}});
  const auto a = s.place("b2", {{"P", 3}});
  EXPECT_EQ(a.code(), v1::SOLD_OUT);
  ASSERT_EQ(a.rejection().alternatives_size(), 1);
  EXPECT_EQ(a.rejection().alternatives(0).free(), 2U);
}

TEST(Hold, APriceBeyondAllBoundsIsRefusedAndDoesNotWrap) {
  auto d = block_of(v1::FLOW_SPOT);
  add_spot(d, "P", "pool", 1'000'000);
  set_price(d, "pool", 1'000'000'000'000);
  d.mutable_policy()->set_spots_per_booking_max(1'000'000);
  block_stage s(d);
  EXPECT_EQ(s.place("b1", {{"P", 1'000'000}}).booking().total().minor(), 1'000'000'000'000'000'000);
}

TEST(Hold, NothingIsHeldBeforeOrAfterTheSaleOrWhenClosed) {
  auto d = row_of(1);
  block_stage s;
  d.mutable_sales()->set_begin_ms(s.now + 10);
  d.mutable_sales()->set_end_ms(s.now + 20);
  s.apply(d);
  EXPECT_EQ(s.place("b1", {{"A1"}}).code(), v1::BOOKING_CLOSED);
  s.wait(10);
  s.open(false);
  EXPECT_EQ(s.place("b1", {{"A1"}}).code(), v1::BOOKING_CLOSED);
  s.open(true);
  EXPECT_TRUE(s.place("b1", {{"A1"}}).accepted());
  s.wait(10);
  EXPECT_EQ(s.place("b2", {{"A1"}}).code(), v1::BOOKING_CLOSED);
  EXPECT_TRUE(s.confirm("b1").accepted()) << "a hold is a promise";
}

TEST(Hold, WhatIsOverCannotBeBooked) {
  block_stage s(row_of(1));
  s.now = row_of(1).frame().end_ms();
  EXPECT_EQ(s.place("b1", {{"A1"}}).code(), v1::BOOKING_CLOSED);
}

TEST(Hold, EveryFlowRefusesTheOthersCommands) {
  block_stage spot(row_of(2));
  EXPECT_EQ(spot.place_group("b1", 1).code(), v1::FLOW_MISMATCH);
  EXPECT_EQ(spot.reserve("b1", 1).code(), v1::FLOW_MISMATCH);
  block_stage group(row_of(2, v1::FLOW_GROUP));
  EXPECT_EQ(group.place("b1", {{"A1"}}).code(), v1::FLOW_MISMATCH);
  group.place_group("b2", 1);
  EXPECT_EQ(group.change("b2", {{"A2"}}).code(), v1::FLOW_MISMATCH);
  block_stage performance(theatre(5));
  EXPECT_EQ(performance.place("b1", {{"seat"}}).code(), v1::FLOW_MISMATCH);
  EXPECT_EQ(performance.book_group("b1", 1).code(), v1::FLOW_MISMATCH);
}

TEST(Hold, ABlockThatWasNeverDefinedIsNotFound) {
  block_stage s;
  EXPECT_EQ(s.place("b1", {{"A1"}}).code(), v1::NOT_FOUND);
  EXPECT_EQ(s.look().code(), v1::NOT_FOUND);
  EXPECT_EQ(s.open(false).code(), v1::NOT_FOUND);
  EXPECT_EQ(s.tick().code(), v1::NOT_FOUND);
}

}  // namespace
}  // namespace holdfast::domain::testing
