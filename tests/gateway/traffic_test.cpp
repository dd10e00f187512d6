// What operators see of answered requests.
#include "gateway/http/traffic.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace holdfast::gateway {
namespace {

TEST(Traffic, BucketsFollowEachOtherWithoutGaps) {
  std::size_t last = 0;
  for (std::int64_t us = 0; us < 4'000'000; us += 1 + us / 64) {
    const auto i = traffic::bucket_of(us);
    EXPECT_GE(i, last);
    EXPECT_LE(i, last + 1);
    EXPECT_LT(static_cast<double>(us) / 1'000, traffic::upper_ms(i)) << us;
    if (i > 0) {
      EXPECT_GE(static_cast<double>(us) / 1'000, traffic::upper_ms(i - 1)) << us;
    }
    last = i;
  }
  EXPECT_EQ(traffic::bucket_of(-5), 0U);
  EXPECT_EQ(traffic::bucket_of(std::int64_t{1} << 60), traffic::buckets - 1);
}

TEST(Traffic, CountsRequestsAndWhatTheServerFailedAt) {
  traffic t(100, 2);
  EXPECT_FALSE(t.count(200, 99'999));
  EXPECT_FALSE(t.count(404, 10));
  EXPECT_TRUE(t.count(503, 100'000));
  EXPECT_EQ(t.requests(), 3U);
  EXPECT_EQ(t.errors(), 1U);
}

TEST(Traffic, TheNewestSlowRequestsAreKept) {
  traffic t(100, 2);
  for (const auto* path : {"/a", "/b", "/c"}) {
    access_record line;
    line.path = path;
    t.remember(line, 7);
  }
  const auto kept = t.slow();
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].path, "/c");
  EXPECT_EQ(kept[1].path, "/b");
  EXPECT_EQ(kept[0].at_ms, 7);
}

TEST(Traffic, MayBeCountedByManyThreads) {
  traffic t(1, 8);
  {
    std::vector<std::jthread> lanes;
    for (int i = 0; i < 4; ++i)
      lanes.emplace_back([&t] {
        for (int n = 0; n < 1'000; ++n)
          if (t.count(200, n)) t.remember({}, n);
      });
  }
  EXPECT_EQ(t.requests(), 4'000U);
}

}  // namespace
}  // namespace holdfast::gateway
