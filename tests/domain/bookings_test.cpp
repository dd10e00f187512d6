// Bookings after they were made: cancel, prove the address, check in, read.
#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

unix_ms start() { return row_of(1).frame().begin_ms(); }
unix_ms finish() { return row_of(1).frame().end_ms(); }

TEST(Booking, InOneStepHoldsAndConfirms) {
  block_stage s(row_of(2));
  const auto a = s.book("b1", {{"A2"}});
  EXPECT_EQ(a.events(), "hold_placed confirmed");
  EXPECT_EQ(a.booking().status(), v1::BOOKING_CONFIRMED);
  EXPECT_EQ(s.version(), 2) << "one entry";
  EXPECT_EQ(s.core().next_deadline(), std::nullopt);
}

TEST(Booking, AGuestMayCancelUntilThePolicySaysNo) {
  auto d = row_of(2);
  d.mutable_policy()->set_cancel_until_before_start_ms(2 * day);
  block_stage s(d);
  s.book("b1", {{"A1"}});
  s.book("b2", {{"A2"}});
  s.now = start() - 2 * day - 1;
  EXPECT_TRUE(s.cancel("b1", v1::ACTOR_GUEST).accepted());
  s.wait(1);
  const auto late = s.cancel("b2", v1::ACTOR_GUEST);
  EXPECT_EQ(late.code(), v1::CANCEL_TOO_LATE);
  EXPECT_EQ(late.rejection().at_ms(), start() - 2 * day);
  EXPECT_TRUE(s.cancel("b2", v1::ACTOR_STAFF).accepted()) << "staff may always";
}

TEST(Booking, TheGuestsOwnBeginCountsForCancelling) {
  block_stage s(row_of(1));
  v1::Interval later;
  later.set_begin_ms(start() + 3 * day);
  later.set_end_ms(start() + 4 * day);
  s.book("b1", {{"A1"}}, later);
  s.now = start() + day;
  EXPECT_TRUE(s.cancel("b1", v1::ACTOR_GUEST).accepted());
}

TEST(Booking, CancelledSpotsAreBookableAtOnce) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  const auto a = s.cancel("b1", v1::ACTOR_GUEST);
  EXPECT_EQ(a.booking().status(), v1::BOOKING_CANCELLED);
  EXPECT_EQ(a.booking().cancelled_at_ms(), s.now);
  EXPECT_EQ(spots_of(a.booking()), "A1") << "it still says what it was";
  EXPECT_TRUE(s.book("b2", {{"A1"}}).accepted());
  EXPECT_EQ(s.cancel("b1", v1::ACTOR_STAFF).code(), v1::INVALID_STATE);
}

TEST(Booking, CancellingNeedsTheGuestsSecretOrStaff) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  v1::Command c;
  c.mutable_cancel_booking()->set_booking_id(full_id("b1"));
  EXPECT_EQ(s.when(c).code(), v1::FORBIDDEN);
  c.mutable_cancel_booking()->set_actor(v1::ACTOR_GUEST);
  EXPECT_EQ(s.when(c).code(), v1::NOT_FOUND);
  c.mutable_cancel_booking()->set_access_sha256(sha256("guess"));
  EXPECT_EQ(s.when(c).code(), v1::NOT_FOUND);
}

TEST(Booking, AHoldMayBeCancelledLikeABooking) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  EXPECT_TRUE(s.cancel("b1", v1::ACTOR_GUEST).accepted());
  EXPECT_EQ(s.free("A1"), 1U);
  s.place("b2", {{"A1"}});
  s.wait(hour);
  EXPECT_EQ(s.cancel("b2", v1::ACTOR_STAFF).code(), v1::INVALID_STATE);
}

TEST(Booking, CancelledBookingsStayReadable) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  s.cancel("b1", v1::ACTOR_STAFF);
  s.wait(7 * day);
  s.place("b2", {{"A1"}});
  EXPECT_EQ(s.status("b1"), v1::BOOKING_CANCELLED);
}

TEST(Booking, AProvenAddressIsRememberedAndTheLinkWorksOnce) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  EXPECT_FALSE(s.get("b1").booking().email_confirmed());
  const auto a = s.confirm_email("b1");
  EXPECT_EQ(a.events(), "email_confirmed");
  EXPECT_TRUE(a.booking().email_confirmed());
  EXPECT_EQ(a.booking().status(), v1::BOOKING_CONFIRMED);
  EXPECT_EQ(s.confirm_email("b1").code(), v1::TOKEN_USED);
  EXPECT_TRUE(a.effects.mail.empty());
}

TEST(Booking, AHoldHasNoLink) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  EXPECT_EQ(s.confirm_email("b1").code(), v1::TOKEN_INVALID);
}

TEST(Booking, AGuestReadsTheOwnBookingOnly) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  v1::Command c;
  auto& get = *c.mutable_get_booking();
  get.set_booking_id(full_id("b1"));
  get.set_actor(v1::ACTOR_GUEST);
  EXPECT_EQ(s.when(c).code(), v1::NOT_FOUND);
  get.set_access_sha256(sha256(token("access", "b1")));
  const auto a = s.when(c);
  ASSERT_TRUE(a.accepted());
  EXPECT_EQ(a.booking().access_nonce().size(), 16U);
  EXPECT_EQ(a.booking().confirm_email_nonce().size(), 16U);
  EXPECT_EQ(a.booking().check_in_nonce().size(), 16U);
  EXPECT_EQ(a.booking().version(), s.version());
}

TEST(Booking, ALapsedHoldIsShownAsExpiredWithoutATick) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  s.wait(10 * minute);
  EXPECT_EQ(s.status("b1"), v1::BOOKING_EXPIRED);
}

// ---- at the door

TEST(CheckIn, LetsInOnceAndSaysWhenAndWhere) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  s.now = start() + hour;
  const auto first = s.check_in("b1", "North");
  ASSERT_TRUE(first.accepted());
  EXPECT_EQ(first.booking().status(), v1::BOOKING_CHECKED_IN);
  EXPECT_EQ(first.booking().checked_in_gate(), "North");
  EXPECT_EQ(first.booking().checked_in_by(), "steward");
  const auto when = s.now;
  s.wait(minute);
  const auto second = s.check_in("b1", "South");
  EXPECT_EQ(second.code(), v1::ALREADY_CHECKED_IN);
  EXPECT_EQ(second.rejection().at_ms(), when);
  EXPECT_EQ(second.rejection().where(), "North");
  EXPECT_EQ(s.cancel("b1", v1::ACTOR_STAFF).code(), v1::INVALID_STATE);
}

TEST(CheckIn, OpensAndClosesByThePolicy) {
  auto d = row_of(3);
  d.mutable_policy()->set_check_in_opens_before_ms(hour);
  d.mutable_policy()->set_check_in_closes_after_ms(minute);
  block_stage s(d);
  for (const char* name : {"b1", "b2", "b3"}) s.book(name, {{"A" + std::string(name).substr(1)}});
  s.now = start() - hour - 1;
  EXPECT_EQ(s.check_in("b1").code(), v1::CHECK_IN_CLOSED);
  s.wait(1);
  EXPECT_TRUE(s.check_in("b1").accepted());
  s.now = finish() + minute - 1;
  EXPECT_TRUE(s.check_in("b2").accepted());
  s.wait(1);
  EXPECT_EQ(s.check_in("b3").code(), v1::CHECK_IN_CLOSED);
}

TEST(CheckIn, AnOpenEndNeverCloses) {
  auto d = row_of(1);
  d.mutable_frame()->set_end_ms(0);
  d.mutable_policy()->set_check_in_closes_after_ms(minute);
  block_stage s(d);
  s.book("b1", {{"A1"}});
  s.now = start() + 3'000 * day;
  EXPECT_TRUE(s.check_in("b1").accepted());
}

TEST(CheckIn, AWrongTicketIsInvalid) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  s.now = start();
  EXPECT_EQ(s.check_in("b1", "North", "forged").code(), v1::TICKET_INVALID);
  EXPECT_EQ(s.check_in("b9").code(), v1::TICKET_INVALID);
  EXPECT_EQ(s.check_in("b1", "").fields(), "gate:required");
}

TEST(CheckIn, StaffMayTypeTheCode) {
  block_stage s(row_of(1));
  s.book("b1", {{"A1"}});
  s.now = start();
  EXPECT_TRUE(s.check_in("b1", "North", "").accepted()) << "no ticket: the gateway found the booking by its code";
}

TEST(CheckIn, WhatIsNotConfirmedDoesNotComeIn) {
  block_stage s(row_of(2));
  s.now = start();
  s.place("b1", {{"A1"}});
  EXPECT_EQ(s.check_in("b1", "North", "").code(), v1::NOT_CONFIRMED);
  s.book("b2", {{"A2"}});
  s.cancel("b2", v1::ACTOR_STAFF);
  EXPECT_EQ(s.check_in("b2").code(), v1::NOT_CONFIRMED);
  block_stage t(theatre(3));
  t.reserve("b1", 1);
  EXPECT_EQ(t.check_in("b1").code(), v1::NOT_CONFIRMED);
}

}  // namespace
}  // namespace holdfast::domain::testing
