// The ledger of one spot, against a calendar with one box per moment.
#include "actors/domain/spot_block/claims.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <vector>

namespace holdfast::domain::block {
namespace {

constexpr stretch whole{0, 0, true};
stretch from(unix_ms begin, unix_ms end) { return {begin, end, false}; }

TEST(Claims, AnEmptyLedgerClaimsNothing) {
  const spot_claims c;
  EXPECT_EQ(c.peak(whole), 0U);
  EXPECT_EQ(c.peak(from(5, 6)), 0U);
}

TEST(Claims, TouchingNightsDoNotOverlap) {
  spot_claims c;
  c.add(from(10, 20), grip::taken, 1);
  EXPECT_EQ(c.peak(from(20, 30)), 0U);
  EXPECT_EQ(c.peak(from(0, 10)), 0U);
  EXPECT_EQ(c.peak(from(19, 20)), 1U);
  EXPECT_EQ(c.peak(from(5, 11)), 1U);
}

TEST(Claims, TheWholeFrameMeetsEveryNight) {
  spot_claims c;
  c.add(whole, grip::taken, 2);
  c.add(from(10, 20), grip::held, 3);
  EXPECT_EQ(c.peak(from(0, 5)), 2U);
  EXPECT_EQ(c.peak(from(15, 16)), 5U);
  EXPECT_EQ(c.peak(whole), 5U);
  EXPECT_EQ(c.peak_taken(), 2U);
}

TEST(Claims, AnOpenEndLastsForever) {
  spot_claims c;
  c.add(from(10, 0), grip::taken, 1);
  EXPECT_EQ(c.peak(from(1'000'000, 1'000'001)), 1U);
  c.remove(from(10, 0), grip::taken, 1);
  EXPECT_TRUE(c.partial().empty());
}

TEST(Claims, AHundredThousandWholeClaimsTakeNoMoreSpaceThanOne) {
  spot_claims c;
  for (int i = 0; i < 100'000; ++i) c.add(whole, grip::taken, 1);
  EXPECT_EQ(c.peak(whole), 100'000U);
  EXPECT_TRUE(c.partial().empty());
}

TEST(Claims, WhatIsAddedInAnyOrderCanBeTakenAwayInAnyOther) {
  constexpr int nights = 2'000;
  spot_claims c;
  std::vector<int> order(nights);
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(7);
  for (const auto how : {grip::held, grip::taken}) {
    std::shuffle(order.begin(), order.end(), random);
    for (const auto n : order) c.add(from(10 * n, 10 * n + (n % 3 == 0 ? 5 : 10)), how, 1);
  }
  EXPECT_EQ(c.peak(whole), 2U);
  EXPECT_EQ(c.peak_taken(), 1U);
  for (int n = 0; n < nights; ++n) {
    ASSERT_EQ(c.peak(from(10 * n, 10 * n + 5)), 2U) << n;
    ASSERT_EQ(c.peak(from(10 * n + 5, 10 * n + 10)), n % 3 == 0 ? 0U : 2U) << n;
  }
  for (const auto how : {grip::held, grip::taken}) {
    std::shuffle(order.begin(), order.end(), random);
    for (const auto n : order) {
      c.remove(from(10 * n, 10 * n + (n % 3 == 0 ? 5 : 10)), how, 1);
      ASSERT_EQ(c.peak(from(10 * n, 10 * n + 5)), how == grip::held ? 1U : 0U) << n;
    }
  }
  EXPECT_EQ(c.peak(whole), 0U);
  EXPECT_TRUE(c.partial().empty());
}

TEST(Claims, AHundredThousandPartialClaimsAreAskedForInNoTime) {
  spot_claims c;
  for (int n = 0; n < 100'000; ++n) c.add(from(10 * n, 10 * n + 5), grip::taken, 1);
  // Millions of questions that looked at every claim would take an hour.
  std::uint64_t sum = 0;
  for (int n = 0; n < 900'000; ++n) sum += c.peak(from(n, n + 500'000)) + c.peak(whole) + c.peak_taken();
  EXPECT_EQ(sum, 2'700'000U);
}

/// Forty boxes of held and taken; what could be wrong with that?
constexpr std::size_t boxes_max = 40;
struct calendar {
  std::array<std::uint32_t, boxes_max> held{};
  std::array<std::uint32_t, boxes_max> taken{};
  std::uint32_t peak(std::size_t begin, std::size_t end) const {
    std::uint32_t most = 0;
    for (auto t = begin; t < end; ++t) most = std::max(most, held[t] + taken[t]);
    return most;
  }
  std::uint32_t peak_taken() const { return *std::max_element(taken.begin(), taken.end()); }
};

RC_GTEST_PROP(ClaimsProperties, TheLedgerAgreesWithTheCalendar, ()) {
  struct one {
    std::size_t begin, end;
    grip how;
    std::uint32_t quantity;
  };
  spot_claims ledger;
  calendar boxes;
  std::vector<one> live;
  const auto steps = *rc::gen::inRange(1, 120);
  for (int i = 0; i < steps; ++i) {
    if (!live.empty() && *rc::gen::inRange(0, 3) == 0) {
      const auto at = *rc::gen::inRange<std::size_t>(0, live.size());
      const auto gone = live[at];
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
      ledger.remove(from(static_cast<unix_ms>(gone.begin), static_cast<unix_ms>(gone.end)), gone.how, gone.quantity);
      for (auto t = gone.begin; t < gone.end; ++t) (gone.how == grip::held ? boxes.held : boxes.taken)[t] -= gone.quantity;
    } else {
      const auto begin = *rc::gen::inRange<std::size_t>(0, boxes_max - 1);
      const one fresh{begin, *rc::gen::inRange<std::size_t>(begin + 1, boxes_max), *rc::gen::element(grip::held, grip::taken),
                      *rc::gen::inRange(1U, 4U)};
      live.push_back(fresh);
      ledger.add(from(static_cast<unix_ms>(fresh.begin), static_cast<unix_ms>(fresh.end)), fresh.how, fresh.quantity);
      for (auto t = fresh.begin; t < fresh.end; ++t) (fresh.how == grip::held ? boxes.held : boxes.taken)[t] += fresh.quantity;
    }
    const auto begin = *rc::gen::inRange<std::size_t>(0, boxes_max - 1);
    const auto end = *rc::gen::inRange<std::size_t>(begin + 1, boxes_max);
    RC_ASSERT(ledger.peak(from(static_cast<unix_ms>(begin), static_cast<unix_ms>(end))) == boxes.peak(begin, end));
    RC_ASSERT(ledger.peak(whole) == boxes.peak(0, boxes_max));
    RC_ASSERT(ledger.peak_taken() == boxes.peak_taken());
    const auto known = ledger.partial();
    RC_ASSERT(known.size() <= 2 * live.size());
    for (std::size_t k = 0; k + 1 < known.size(); ++k) {
      const auto box = static_cast<std::size_t>(known[k].at);
      RC_ASSERT(known[k].level == (usage{boxes.held[box], boxes.taken[box]}));
      RC_ASSERT(known[k].at < known[k + 1].at);
      RC_ASSERT(!(known[k].level == known[k + 1].level));
    }
    if (!known.empty()) RC_ASSERT(known.back().level == usage{});
  }
}

}  // namespace
}  // namespace holdfast::domain::block
