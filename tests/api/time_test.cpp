#include "gateway/api/time.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway::api {
namespace {

constexpr auto copenhagen = "Europe/Copenhagen";
constexpr unix_ms hour = 3'600'000;

TEST(ParseDate, ADayIsTheTenantsDay) {
  const auto summer = parse_date("2026-07-03", copenhagen);
  ASSERT_TRUE(summer);
  EXPECT_TRUE(summer->whole_day);
  EXPECT_EQ(summer->first, 1'783'029'600'000);  // 2 July, 22:00 UTC
  EXPECT_EQ(summer->last - summer->first, 24 * hour);
}

TEST(ParseDate, DaysOfClockChangesAreShorterAndLonger) {
  const auto spring = parse_date("2026-03-29", copenhagen);
  const auto autumn = parse_date("2026-10-25", copenhagen);
  EXPECT_EQ(spring->last - spring->first, 23 * hour);
  EXPECT_EQ(autumn->last - autumn->first, 25 * hour);
}

TEST(ParseDate, LocalTimesThatDoNotExistOrComeTwice) {
  // 02:30 is skipped: the moment of the change. In autumn it comes twice: the first, still summer time.
  EXPECT_EQ(parse_date("2026-03-29T02:30", copenhagen)->first, parse_date("2026-03-29T01:00:00Z", copenhagen)->first);
  EXPECT_EQ(parse_date("2026-10-25T02:30", copenhagen)->first, parse_date("2026-10-25T00:30:00Z", copenhagen)->first);
}

TEST(ParseDate, OffsetsAndFractions) {
  const auto at = parse_date("2026-07-03T12:00:00.250+02:00", copenhagen);
  ASSERT_TRUE(at);
  EXPECT_EQ(at->first, 1'783'072'800'250);
  EXPECT_EQ(at->first, parse_date("2026-07-03T10:00:00.25Z", "Pacific/Auckland")->first);
  EXPECT_EQ(at->first, parse_date("2026-07-03T05:30:00.250-04:30", copenhagen)->first);
  EXPECT_EQ(at->first, at->last);
}

TEST(ParseDate, WhatIsNoDayOrTimeIsNothing) {
  for (const auto* text : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "1969-12-31", "9999-01-01", "2026-07-03T24:00",
                           "2026-07-03T12:60", "2026-07-03T12:00:60", "2026-07-03T12:00+15:00", "1970-01-01"})
    EXPECT_FALSE(parse_date(text, copenhagen)) << text;
  EXPECT_TRUE(parse_date("2028-02-29", copenhagen));
  EXPECT_FALSE(parse_date("2026-07-03", "Atlantis/City"));
}

TEST(TimeZones, AreThoseOfTheMachine) {
  EXPECT_TRUE(known_time_zone("Pacific/Auckland"));
  EXPECT_TRUE(known_time_zone("UTC"));
  EXPECT_FALSE(known_time_zone(""));
  EXPECT_FALSE(known_time_zone("../../etc/passwd"));
  EXPECT_FALSE(known_time_zone("Mars/Base"));
}

}  // namespace
}  // namespace holdfast::gateway::api
