#include "gateway/http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

TEST(RateLimitTest, ABurstPassesThenTheRate) {
  rate_limiter limiter({10, 5}, 100);
  unix_ms now = 1'000'000;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(limiter.refuse("a", now));
  EXPECT_EQ(limiter.refuse("a", now), 100);
  now += 99;
  EXPECT_EQ(limiter.refuse("a", now), 1);
  now += 1;
  EXPECT_FALSE(limiter.refuse("a", now));
  EXPECT_TRUE(limiter.refuse("a", now));
}

TEST(RateLimitTest, OverTimeExactlyTheRatePasses) {
  rate_limiter limiter({50, 1}, 100);
  int passed = 0;
  for (unix_ms now = 0; now < 10'000; ++now) passed += !limiter.refuse("a", now);
  EXPECT_EQ(passed, 500);
}

TEST(RateLimitTest, CallersDoNotDisturbEachOther) {
  rate_limiter limiter({1, 1}, 100);
  EXPECT_FALSE(limiter.refuse("a", 0));
  EXPECT_FALSE(limiter.refuse("b", 0));
  EXPECT_TRUE(limiter.refuse("a", 0));
}

TEST(RateLimitTest, ARefusalCostsNothing) {
  rate_limiter limiter({1, 1}, 100);
  limiter.refuse("a", 0);
  for (int i = 0; i < 100; ++i) limiter.refuse("a", 500);
  EXPECT_FALSE(limiter.refuse("a", 1'000));
}

TEST(RateLimitTest, ZeroMeansUnlimited) {
  rate_limiter limiter({0, 1}, 100);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(limiter.refuse("a", 0));
  EXPECT_EQ(limiter.callers(), 0U);
}

TEST(RateLimitTest, TheTableIsBounded) {
  rate_limiter limiter({1, 1}, 100);
  for (int i = 0; i < 10'000; ++i) limiter.refuse("caller-" + std::to_string(i), 0);
  EXPECT_LE(limiter.callers(), 100U);
}

TEST(RateLimitTest, TheHeaviestCallerIsNotForgottenForNewOnes) {
  rate_limiter limiter({1, 10}, 100);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(limiter.refuse("heavy", 0));
  for (int i = 0; i < 5'000; ++i) limiter.refuse("other-" + std::to_string(i), 0);
  EXPECT_TRUE(limiter.refuse("heavy", 0));
}

TEST(RateLimitTest, AClockSetBackBlocksNobodyForLong) {
  rate_limiter limiter({1, 2}, 100);
  limiter.refuse("a", 10'000'000);
  limiter.refuse("a", 10'000'000);
  EXPECT_LE(limiter.refuse("a", 0).value_or(0), 1'000);
}

TEST(RateLimitTest, AnIpv6SubscriberIsOneCaller) {
  EXPECT_EQ(rate_key_of_address("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(rate_key_of_address("2001:db8:1:2:3:4:5:6"), rate_key_of_address("2001:db8:1:2:ffff::1"));
  EXPECT_NE(rate_key_of_address("2001:db8:1:2:3:4:5:6"), rate_key_of_address("2001:db8:1:3:3:4:5:6"));
  EXPECT_EQ(rate_key_of_address("2001:db8::1"), rate_key_of_address("2001:db8::2"));
}

}  // namespace
}  // namespace holdfast::gateway
