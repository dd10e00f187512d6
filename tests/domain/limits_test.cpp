// Every bound is reached once.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "actors/domain/spot_block/booking_book.hpp"
#include "actors/domain/spot_block/spot_block.hpp"
#include "actors/domain/spot_block/spot_set.hpp"
#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

void reserve_many(block_stage& s, std::size_t n) {
  v1::Entry entry;
  for (std::size_t i = 0; i < n; ++i) {
    auto& event = *entry.add_block()->mutable_reserved();
    event.set_booking_id(full_id("b" + std::to_string(i)));
    event.set_party_size(1);
    event.set_expires_at_ms(s.now + minute);
  }
  s.happened(entry);
}

TEST(Limits, SoManyReservationsMayWaitAndNoMore) {
  block_stage s(theatre(5));
  reserve_many(s, block::reservations_max - 1);
  EXPECT_TRUE(s.reserve("last", 1).accepted());
  EXPECT_EQ(s.reserve("more", 1).code(), v1::OVERLOADED);
}

TEST(Limits, AtMostSoManyExpiredReservationsAreKept) {
  block_stage s(theatre(5));
  reserve_many(s, block::ended_reservations_max + 1);
  s.wait(minute);
  while (s.core().next_deadline() && *s.core().next_deadline() <= s.now) s.tick();
  EXPECT_EQ(s.get("b0").code(), v1::NOT_FOUND);
  EXPECT_TRUE(s.get("b1").accepted());
}

TEST(Limits, ABlockHasSoManyCategoriesAtMost) {
  auto d = block_of(v1::FLOW_SPOT);
  for (int i = 0; i < 64; ++i) add_spot(d, "S" + std::to_string(i), "c" + std::to_string(i));
  block_stage s;
  EXPECT_TRUE(s.apply(d).accepted());
  add_spot(d, "one too many", "another");
  EXPECT_EQ(s.apply(d).fields(), "spots:range");
}

TEST(Limits, ThePolicyBoundsABooking) {
  auto d = row_of(5);
  d.mutable_policy()->set_spots_per_booking_max(2);
  block_stage s(d);
  EXPECT_TRUE(s.place("b1", {{"A1"}, {"A2"}}).accepted());
  EXPECT_EQ(s.place("b2", {{"A3"}, {"A4"}, {"A5"}}).fields(), "quantity:range");
  EXPECT_EQ(s.change("b1", {{"A1"}, {"A2"}, {"A3"}}).fields(), "quantity:range");
}

TEST(Limits, AConflictOffersSoManySpotsAtMost) {
  block_stage s(row_of(100));
  s.place("b1", {{"A50"}});
  const auto a = s.place("b2", {{"A50"}});
  ASSERT_EQ(a.rejection().alternatives_size(), 1);
  EXPECT_EQ(a.rejection().alternatives(0).spots_size(), static_cast<int>(block::alternatives_max));
  EXPECT_EQ(a.rejection().alternatives(0).free(), 99U);
}

RC_GTEST_PROP(SpotSetProperties, IsASetOfNumbers, (const std::vector<std::uint16_t>& numbers)) {
  block::spot_set bits;
  std::set<std::size_t> numbers_in;
  for (const auto n : numbers) {
    const std::size_t i = n % block::spots_max;
    n % 5 == 0 ? bits.reset(i) : bits.set(i);
    n % 5 == 0 ? static_cast<void>(numbers_in.erase(i)) : static_cast<void>(numbers_in.insert(i));
  }
  std::vector<std::size_t> seen;
  block::for_each(bits, [&](std::size_t i) { seen.push_back(i); });
  RC_ASSERT(seen == std::vector<std::size_t>(numbers_in.begin(), numbers_in.end()));
  RC_ASSERT(bits.count() == numbers_in.size());
  RC_ASSERT(bits.any() == !numbers_in.empty());
  const std::size_t from = numbers.empty() ? 0 : numbers.front() % block::spots_max;
  auto absent = from;
  while (absent < block::spots_max && numbers_in.contains(absent)) ++absent;
  RC_ASSERT(bits.next_absent(from) == absent);
}

}  // namespace
}  // namespace holdfast::domain::testing
