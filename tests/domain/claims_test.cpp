// The ledger of one spot, against a calendar with one box per moment.
#include "actors/domain/spot_block/claims.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
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

/// Twenty boxes of held and taken; what could be wrong with that?
struct calendar {
  std::array<std::uint32_t, 20> held{};
  std::array<std::uint32_t, 20> taken{};
  std::uint32_t peak(std::size_t begin, std::size_t end) const {
    std::uint32_t most = 0;
    for (auto t = begin; t < end; ++t) most = std::max(most, held[t] + taken[t]);
    return most;
  }
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
  const auto steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    if (!live.empty() && *rc::gen::inRange(0, 3) == 0) {
      const auto at = *rc::gen::inRange<std::size_t>(0, live.size());
      const auto gone = live[at];
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
      ledger.remove(from(static_cast<unix_ms>(gone.begin), static_cast<unix_ms>(gone.end)), gone.how, gone.quantity);
      for (auto t = gone.begin; t < gone.end; ++t) (gone.how == grip::held ? boxes.held : boxes.taken)[t] -= gone.quantity;
    } else {
      const auto begin = *rc::gen::inRange<std::size_t>(0, 19);
      const one fresh{begin, *rc::gen::inRange<std::size_t>(begin + 1, 20), *rc::gen::element(grip::held, grip::taken),
                      *rc::gen::inRange(1U, 4U)};
      live.push_back(fresh);
      ledger.add(from(static_cast<unix_ms>(fresh.begin), static_cast<unix_ms>(fresh.end)), fresh.how, fresh.quantity);
      for (auto t = fresh.begin; t < fresh.end; ++t) (fresh.how == grip::held ? boxes.held : boxes.taken)[t] += fresh.quantity;
    }
    const auto begin = *rc::gen::inRange<std::size_t>(0, 19);
    const auto end = *rc::gen::inRange<std::size_t>(begin + 1, 20);
    RC_ASSERT(ledger.peak(from(static_cast<unix_ms>(begin), static_cast<unix_ms>(end))) == boxes.peak(begin, end));
    RC_ASSERT(ledger.peak(whole) == boxes.peak(0, 20));
    RC_ASSERT(ledger.partial().size() <= 2 * live.size());
    for (std::size_t k = 1; k < ledger.partial().size(); ++k) RC_ASSERT(!(ledger.partial()[k].level == ledger.partial()[k - 1].level));
  }
}

}  // namespace
}  // namespace holdfast::domain::block
