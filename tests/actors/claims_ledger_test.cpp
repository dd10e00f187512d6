// The checker must see what it is there to see: each test first shows a history that is fine, then one that is not.
#include "actors/audit/claims_ledger.hpp"

#include <gtest/gtest.h>

namespace holdfast::audit {
namespace {

v1::Entry at(unix_ms when) {
  v1::Entry e;
  e.set_at_ms(when);
  return e;
}

v1::Entry defined(std::initializer_list<std::pair<const char*, std::uint32_t>> spots) {
  auto e = at(1);
  for (const auto& [label, capacity] : spots) {
    auto& s = *e.add_block()->mutable_applied()->mutable_definition()->add_spots();
    s.set_label(label);
    s.set_capacity(capacity);
  }
  // One definition holds all spots.
  v1::Entry one = at(1);
  auto& d = *one.add_block()->mutable_applied()->mutable_definition();
  for (const auto& b : e.block()) *d.add_spots() = b.applied().definition().spots(0);
  return one;
}

v1::Entry held(unix_ms when, const char* id, const char* spot, std::uint32_t n, unix_ms expires, std::int64_t from = 0,
               std::int64_t to = 100) {
  auto e = at(when);
  auto& h = *e.add_block()->mutable_hold_placed();
  h.set_booking_id(id);
  h.set_expires_at_ms(expires);
  h.mutable_interval()->set_begin_ms(from);
  h.mutable_interval()->set_end_ms(to);
  auto& s = *h.add_spots();
  s.set_spot(spot);
  s.set_quantity(n);
  return e;
}

v1::Entry confirmed(unix_ms when, const char* id) {
  auto e = at(when);
  e.add_block()->mutable_confirmed()->set_booking_id(id);
  return e;
}

TEST(ClaimsLedger, SeesASpotSoldTwice) {
  claims_ledger l;
  EXPECT_TRUE(l.apply(defined({{"a", 1}, {"b", 1}})).empty());
  EXPECT_TRUE(l.apply(held(10, "1", "a", 1, 1'000)).empty());
  EXPECT_TRUE(l.apply(held(11, "2", "b", 1, 1'000)).empty());
  EXPECT_FALSE(l.apply(held(12, "3", "a", 1, 1'000)).empty());
}

TEST(ClaimsLedger, LetsIntervalsThatDoNotOverlapShareASpot) {
  claims_ledger l;
  l.apply(defined({{"a", 1}}));
  EXPECT_TRUE(l.apply(held(10, "1", "a", 1, 1'000, 0, 10)).empty());
  EXPECT_TRUE(l.apply(held(11, "2", "a", 1, 1'000, 10, 20)).empty());
  EXPECT_FALSE(l.apply(held(12, "3", "a", 1, 1'000, 9, 11)).empty());
}

TEST(ClaimsLedger, TakesALapsedHoldForFree) {
  claims_ledger l;
  l.apply(defined({{"a", 1}}));
  l.apply(held(10, "1", "a", 1, 20));
  EXPECT_TRUE(l.apply(held(20, "2", "a", 1, 100)).empty());
}

TEST(ClaimsLedger, SeesAConfirmationAfterTheHoldLapsed) {
  claims_ledger l;
  l.apply(defined({{"a", 1}}));
  l.apply(held(10, "1", "a", 1, 20));
  EXPECT_TRUE(l.apply(confirmed(19, "1")).empty());
  l.apply(held(21, "2", "a", 1, 30));
  claims_ledger late;
  late.apply(defined({{"a", 1}}));
  late.apply(held(10, "1", "a", 1, 20));
  EXPECT_FALSE(late.apply(confirmed(20, "1")).empty());
}

TEST(ClaimsLedger, CountsPoolsByQuantity) {
  claims_ledger l;
  l.apply(defined({{"pool", 5}}));
  EXPECT_TRUE(l.apply(held(10, "1", "pool", 3, 1'000)).empty());
  EXPECT_TRUE(l.apply(held(11, "2", "pool", 2, 1'000)).empty());
  EXPECT_FALSE(l.apply(held(12, "3", "pool", 1, 1'000)).empty());
}

TEST(ClaimsLedger, NamesHoldsThatOutliveTheirTime) {
  claims_ledger l;
  l.apply(defined({{"a", 1}}));
  l.apply(held(10, "1", "a", 1, 20));
  EXPECT_TRUE(l.overdue_holds(19).empty());
  EXPECT_EQ(l.overdue_holds(20).size(), 1U);
  auto e = at(21);
  e.add_block()->mutable_hold_expired()->set_booking_id("1");
  EXPECT_TRUE(l.apply(e).empty());
  EXPECT_TRUE(l.overdue_holds(30).empty());
}

TEST(ClaimsLedger, SeesATokenAcceptedTwice) {
  claims_ledger l;
  l.apply(defined({{"pool", 5}}));
  auto r = at(10);
  r.add_block()->mutable_reserved()->set_booking_id("1");
  r.mutable_block(0)->mutable_reserved()->set_expires_at_ms(100);
  l.apply(r);
  auto e = at(11);
  auto& c = *e.add_block()->mutable_email_confirmed();
  c.set_booking_id("1");
  c.set_confirmed(true);
  EXPECT_TRUE(l.apply(e).empty());
  e.set_at_ms(12);
  EXPECT_FALSE(l.apply(e).empty());
}

}  // namespace
}  // namespace holdfast::audit
