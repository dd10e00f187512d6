// Performances: reserve, follow the link, be admitted or not.
#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

TEST(Reservation, TakesNoCapacity) {
  block_stage s(theatre(4));
  const auto a = s.reserve("b1", 4);
  ASSERT_TRUE(a.accepted()) << a.rejection().ShortDebugString();
  EXPECT_EQ(a.booking().status(), v1::BOOKING_PENDING_EMAIL);
  EXPECT_EQ(a.booking().quantity(), 4U);
  EXPECT_EQ(a.booking().spots_size(), 0);
  EXPECT_EQ(a.booking().total().minor(), 4 * 12'350);
  EXPECT_EQ(a.booking().expires_at_ms(), s.now + day);
  EXPECT_EQ(s.free("seat"), 4U);
  EXPECT_TRUE(s.reserve("b2", 4).accepted());
}

TEST(Reservation, OfMoreThanIsLeftIsSoldOutAndSaysWhatIsLeft) {
  block_stage s(theatre(4));
  s.reserve("b1", 3);
  s.confirm_email("b1");
  const auto a = s.reserve("b2", 2);
  EXPECT_EQ(a.code(), v1::SOLD_OUT);
  EXPECT_EQ(a.rejection().detail(), "1 left");
  ASSERT_EQ(a.rejection().alternatives_size(), 1);
  EXPECT_EQ(a.rejection().alternatives(0).resource_id(), "fest");
  EXPECT_EQ(a.rejection().alternatives(0).free(), 1U);
}

TEST(Reservation, TheLinkDecidesTheSeats) {
  block_stage s(theatre(4));
  s.reserve("b1", 3);
  const auto a = s.confirm_email("b1");
  ASSERT_TRUE(a.accepted());
  EXPECT_EQ(a.booking().status(), v1::BOOKING_CONFIRMED);
  EXPECT_EQ(spots_of(a.booking()), "seat:3");
  EXPECT_TRUE(a.booking().email_confirmed());
  EXPECT_EQ(a.booking().confirmed_at_ms(), s.now);
  EXPECT_EQ(s.free("seat"), 1U);
}

TEST(Reservation, WhoComesTooLateIsSoldOutAndMayTryAgainUntilItExpires) {
  block_stage s(theatre(4));
  s.reserve("b1", 3);
  s.reserve("b2", 2);
  s.confirm_email("b1");
  const auto refused = s.confirm_email("b2");
  EXPECT_EQ(refused.code(), v1::SOLD_OUT);
  EXPECT_EQ(s.status("b2"), v1::BOOKING_PENDING_EMAIL);
  s.cancel("b1", v1::ACTOR_STAFF);
  EXPECT_TRUE(s.confirm_email("b2").accepted()) << "the link is still unused";
}

TEST(Reservation, TheLinkWorksOnce) {
  block_stage s(theatre(4));
  s.reserve("b1", 1);
  s.confirm_email("b1");
  const auto used_at = s.now;
  s.wait(minute);
  const auto again = s.confirm_email("b1");
  EXPECT_EQ(again.code(), v1::TOKEN_USED);
  EXPECT_EQ(again.rejection().at_ms(), used_at);
  s.wait(30 * day);
  EXPECT_EQ(s.confirm_email("b1").code(), v1::TOKEN_USED) << "used is more telling than expired";
}

TEST(Reservation, TheLinkExpiresWithTheReservation) {
  block_stage s(theatre(4));
  s.reserve("b1", 1);
  s.wait(day);
  EXPECT_EQ(s.confirm_email("b1").code(), v1::TOKEN_EXPIRED) << "without a tick";
  EXPECT_EQ(s.tick().events(), "reservation_expired");
  EXPECT_EQ(s.confirm_email("b1").code(), v1::TOKEN_EXPIRED) << "and after it";
  EXPECT_EQ(s.status("b1"), v1::BOOKING_EXPIRED);
}

TEST(Reservation, AWrongLinkOpensNothing) {
  block_stage s(theatre(4));
  s.reserve("b1", 1);
  EXPECT_EQ(s.confirm_email("b1", "guess").code(), v1::TOKEN_INVALID);
  EXPECT_EQ(s.confirm_email("b9").code(), v1::TOKEN_INVALID);
  EXPECT_EQ(s.confirm_email("b1", token("access", "b1")).code(), v1::TOKEN_INVALID) << "another token of the same booking";
}

TEST(Reservation, StaffMayAddAndTakeSeats) {
  block_stage s(theatre(4));
  EXPECT_TRUE(s.occupy("seat", 3, 0).accepted());
  EXPECT_EQ(s.reserve("b1", 2).code(), v1::SOLD_OUT);
  EXPECT_TRUE(s.occupy("seat", 3, 2).accepted());
  s.reserve("b1", 3);
  EXPECT_TRUE(s.confirm_email("b1").accepted()) << "4 + 2 - 3";
  EXPECT_EQ(s.occupy("seat", 4, 2).code(), v1::CAPACITY_IN_USE);
}

TEST(Reservation, ACancelledOneIsNotConfirmed) {
  block_stage s(theatre(4));
  s.reserve("b1", 1);
  EXPECT_TRUE(s.cancel("b1", v1::ACTOR_GUEST).accepted());
  EXPECT_EQ(s.confirm_email("b1").code(), v1::INVALID_STATE);
}

TEST(Reservation, IsNotAdmittedWhenStaffClosedOrItIsOver) {
  block_stage s(theatre(4));
  s.reserve("b1", 1);
  s.open(false);
  EXPECT_EQ(s.confirm_email("b1").code(), v1::BOOKING_CLOSED);
  s.open(true);
  EXPECT_TRUE(s.confirm_email("b1").accepted());
}

TEST(Reservation, IsAdmittedAfterTheSaleEndedBecauseItWasMadeInTime) {
  auto d = theatre(4);
  block_stage s;
  d.mutable_sales()->set_end_ms(s.now + minute);
  s.apply(d);
  s.reserve("b1", 1);
  s.wait(hour);
  EXPECT_EQ(s.reserve("b2", 1).code(), v1::BOOKING_CLOSED);
  EXPECT_TRUE(s.confirm_email("b1").accepted());
}

TEST(Reservation, FieldsAreNamed) {
  block_stage s(theatre(400));
  auto r = block_stage::reservation_of("b1", 0);
  r.mutable_contact()->set_email("");
  r.clear_access();
  r.clear_confirm_email();
  v1::Command c;
  *c.mutable_reserve() = r;
  EXPECT_EQ(s.when(c).fields(), "quantity:range userDetails.email:required access:required confirmEmail:required");
  EXPECT_EQ(s.reserve("b1", 21).fields(), "quantity:range");
}

TEST(Reservation, ExpiredOnesAreForgottenAfterAWeek) {
  block_stage s(theatre(4));
  s.reserve("b1", 1);
  s.wait(day);
  s.tick();
  s.wait(7 * day);
  s.reserve("b2", 1);
  EXPECT_EQ(s.get("b1").code(), v1::NOT_FOUND);
}

}  // namespace
}  // namespace holdfast::domain::testing
