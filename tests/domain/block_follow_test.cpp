// What follows from a decision: live changes, mail, figures.
#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

std::string changed_spots(const said& a) {
  const auto* change = a.change("block:fest.a");
  if (change == nullptr) return "no change";
  std::string out;
  for (const auto& s : change->block().spots())
    out.append(out.empty() ? "" : " ").append(s.label()).append("=").append(std::to_string(s.free()));
  return out;
}

std::string mails(const said& a) {
  std::string out;
  for (const auto& m : a.effects.mail) out.append(out.empty() ? "" : " ").append(m.template_());
  return out;
}

TEST(Follow, OnlyTheSpotsThatChangedAreShown) {
  block_stage s(row_of(5));
  const auto a = s.place("b1", {{"A2"}, {"A3"}});
  EXPECT_EQ(changed_spots(a), "A2=0 A3=0");
  const auto* change = a.change("block:fest.a");
  EXPECT_EQ(change->tenant_slug(), "camp");
  EXPECT_EQ(change->version(), 2);
  EXPECT_TRUE(change->block().open());
  EXPECT_FALSE(change->block().redefined());
  ASSERT_EQ(change->block().figures_size(), 1);
  EXPECT_EQ(change->block().figures(0).free(), 3U);
  EXPECT_EQ(change->block().figures(0).held(), 2U);
}

TEST(Follow, AChangedHoldShowsWhatItLeftAndWhatItTook) {
  block_stage s(row_of(3));
  s.place("b1", {{"A1"}, {"A2"}});
  EXPECT_EQ(changed_spots(s.change("b1", {{"A2"}, {"A3"}})), "A1=1 A2=0 A3=0");
}

TEST(Follow, TheBookingsOwnTopicTellsItsStatus) {
  block_stage s(row_of(2));
  const auto held = s.place("b1", {{"A1"}});
  const auto* change = held.change("booking:" + full_id("b1"));
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->booking().status(), v1::BOOKING_HELD);
  EXPECT_EQ(change->booking().expires_at_ms(), s.now + 10 * minute);
  const auto confirmed = s.confirm("b1");
  change = confirmed.change("booking:" + full_id("b1"));
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->booking().status(), v1::BOOKING_CONFIRMED);
  EXPECT_EQ(change->booking().expires_at_ms(), 0);
}

TEST(Follow, ATakenOverHoldIsToldToItsGuestToo) {
  block_stage s(row_of(1));
  s.place("b1", {{"A1"}});
  s.wait(hour);
  const auto a = s.place("b2", {{"A1"}});
  ASSERT_NE(a.change("booking:" + full_id("b1")), nullptr);
  EXPECT_EQ(a.change("booking:" + full_id("b1"))->booking().status(), v1::BOOKING_EXPIRED);
  EXPECT_EQ(changed_spots(a), "A1=0");
}

TEST(Follow, AReservationChangesNoSpotAndNoFigures) {
  block_stage s(theatre(5));
  const auto a = s.reserve("b1", 2);
  EXPECT_EQ(changed_spots(a), "no change");
  EXPECT_FALSE(a.effects.report);
  EXPECT_NE(a.change("booking:" + full_id("b1")), nullptr);
}

TEST(Follow, ARedefinitionAsksForAFreshSnapshot) {
  block_stage s(row_of(2));
  const auto a = s.apply(row_of(3));
  ASSERT_NE(a.change("block:fest.a"), nullptr);
  EXPECT_TRUE(a.change("block:fest.a")->block().redefined());
  EXPECT_EQ(a.change("block:fest.a")->block().spots_size(), 0);
}

TEST(Follow, ClosingIsShown) {
  block_stage s(row_of(2));
  const auto a = s.open(false);
  ASSERT_NE(a.change("block:fest.a"), nullptr);
  EXPECT_FALSE(a.change("block:fest.a")->block().open());
  EXPECT_TRUE(a.effects.report);
  EXPECT_TRUE(s.core().report()->report_figures().closed());
}

TEST(Follow, TheEventHearsTheFiguresAfterEveryChangeOfThem) {
  block_stage s(row_of(4));
  const auto a = s.place("b1", {{"A2"}});
  EXPECT_TRUE(a.effects.report);
  const auto tell = s.core().report().value();
  EXPECT_EQ(tell.entity_id(), "event/camp/fest");
  EXPECT_EQ(tell.report_figures().block_id(), "fest.a");
  EXPECT_EQ(tell.report_figures().title(), "Field A");
  EXPECT_EQ(tell.report_figures().version(), 2);
  EXPECT_EQ(tell.report_figures().figures(0).longest_free_run(), 2U);
  EXPECT_FALSE(s.extend("b1").effects.report) << "time is no figure";
  EXPECT_FALSE(s.look().effects.report);
}

TEST(Follow, TheEventMayAskForTheFigures) {
  block_stage s(row_of(4));
  v1::Command c;
  c.mutable_send_figures();
  const auto a = s.when(c);
  EXPECT_TRUE(a.reply().has_done());
  EXPECT_TRUE(a.effects.report);
  EXPECT_EQ(s.core().report()->report_figures().figures(0).free(), 4U);
  EXPECT_EQ(s.version(), 1) << "asking changes nothing";
}

TEST(Follow, LettersGoOutWhenTheyShould) {
  block_stage s(row_of(5));
  EXPECT_EQ(mails(s.place("b1", {{"A1"}})), "");
  const auto ticket = s.confirm("b1");
  EXPECT_EQ(mails(ticket), "ticket");
  EXPECT_EQ(ticket.effects.mail[0].tenant(), "camp");
  EXPECT_EQ(ticket.effects.mail[0].event_id(), "fest");
  EXPECT_EQ(ticket.effects.mail[0].booking().booking_id(), full_id("b1"));
  EXPECT_FALSE(ticket.effects.mail[0].booking().email_confirmed());
  EXPECT_EQ(ticket.effects.mail[0].booking().confirm_email_nonce().size(), 16U);
  EXPECT_EQ(mails(s.confirm_email("b1")), "");
  EXPECT_EQ(mails(s.cancel("b1", v1::ACTOR_GUEST)), "booking_cancelled");
  EXPECT_EQ(mails(s.book("b2", {{"A2"}})), "ticket");
  s.place("b3", {{"A3"}});
  EXPECT_EQ(mails(s.cancel("b3", v1::ACTOR_GUEST)), "") << "a hold was never a booking";
  s.place("b4", {{"A4"}});
  EXPECT_EQ(mails(s.release("b4")), "");
}

TEST(Follow, APerformanceSendsTheLinkAndThenTheTicket) {
  block_stage s(theatre(5));
  EXPECT_EQ(mails(s.reserve("b1", 2)), "confirm_email");
  const auto admitted = s.confirm_email("b1");
  EXPECT_EQ(mails(admitted), "ticket");
  EXPECT_TRUE(admitted.effects.mail[0].booking().email_confirmed());
  s.reserve("b2", 2);
  EXPECT_EQ(mails(s.cancel("b2", v1::ACTOR_GUEST)), "");
}

TEST(Follow, NoTokenEverLeavesTheBlock) {
  block_stage s(row_of(2));
  const auto a = s.book("b1", {{"A1"}});
  const auto digest_of_access = sha256(token("access", "b1"));
  EXPECT_EQ(a.reply().SerializeAsString().find(digest_of_access), std::string::npos);
  EXPECT_EQ(a.effects.mail[0].SerializeAsString().find(digest_of_access), std::string::npos);
}

TEST(Follow, FreeSpotsOfAWholeBlockAreShownInOrder) {
  block_stage s(row_of(3));
  const auto a = s.look();
  ASSERT_EQ(a.block().spots_size(), 3);
  EXPECT_EQ(a.block().definition().spots(1).label(), a.block().spots(1).label());
  EXPECT_EQ(a.block().spots(1).capacity(), 1U);
  EXPECT_EQ(a.block().version(), 1);
}

}  // namespace
}  // namespace holdfast::domain::testing
