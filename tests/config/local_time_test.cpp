#include "config/tenants/local_time.hpp"

#include <gtest/gtest.h>

#include "config/tenants/money.hpp"
#include "config/tenants/spot_grid.hpp"

namespace holdfast::config {
namespace {

TEST(LocalTime, OfATimeThatHappensTwiceTheFirstIsMeant) {
  EXPECT_EQ(to_iso(*to_utc("Europe/Copenhagen", {2026, 10, 25, 2, 30, 0})), "2026-10-25T00:30:00Z");
}

TEST(LocalTime, ThereAndBackIsTheSame) {
  const local_time noon{2027, 1, 8, 12, 15, 30};
  const auto back = to_local("Pacific/Auckland", *to_utc("Pacific/Auckland", noon));
  EXPECT_EQ(to_iso(*to_utc("UTC", back)), to_iso(*to_utc("UTC", noon)));
}

TEST(LocalTime, WhatIsNoDateIsRefused) {
  EXPECT_FALSE(to_utc("UTC", {2027, 2, 29, 0, 0, 0}));
  EXPECT_FALSE(to_utc("UTC", {2027, 2, 28, 24, 0, 0}));
  EXPECT_FALSE(to_utc("Mars/Olympus", {2027, 2, 28, 0, 0, 0}));
  EXPECT_FALSE(known_zone("Mars/Olympus"));
}

TEST(Money, DigitsFollowTheCurrency) {
  EXPECT_EQ(currency_digits("DKK"), 2);
  EXPECT_EQ(currency_digits("JPY"), 0);
  EXPECT_EQ(currency_digits("KWD"), 3);
  EXPECT_EQ(currency_digits("dkk"), std::nullopt);
  EXPECT_EQ(parse_amount("12", 2), 1200);
  EXPECT_EQ(parse_amount("12.5", 2), 1250);
  EXPECT_EQ(parse_amount("12.5", 0), std::nullopt);
  EXPECT_EQ(format_amount(5, 2), "0.05");
  EXPECT_EQ(format_amount(29500, 2), "295.00");
}

TEST(SpotGrid, RowsAreNamedLikeColumnsOfASheet) {
  EXPECT_EQ(row_name(0), "A");
  EXPECT_EQ(row_name(25), "Z");
  EXPECT_EQ(row_name(26), "AA");
  EXPECT_EQ(row_name(26 + 26 * 26), "AAA");
}

}  // namespace
}  // namespace holdfast::config
