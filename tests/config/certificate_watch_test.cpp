// When a node says that its certificate ends.
#include "config/node/certificate_watch.hpp"

#include <gtest/gtest.h>

namespace holdfast::node {
namespace {

constexpr auto day = certificate_watch::day;
constexpr unix_ms now = 1'900'000'000'000;

TEST(CertificateWatch, NothingIsSaidWhereThereIsNoneOrItLastsLong) {
  certificate_watch watch;
  EXPECT_FALSE(watch.look(0, now));
  EXPECT_FALSE(watch.look(now + 22 * day, now));
  EXPECT_FALSE(watch.look(now + 22 * day, now + day - 1));
}

TEST(CertificateWatch, ItIsSaidOnceADayFromThreeWeeksBefore) {
  certificate_watch watch;
  const auto end = now + 30 * day;
  EXPECT_FALSE(watch.look(end, now));
  const auto first = watch.look(end, now + 9 * day);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->urgent);
  EXPECT_NE(first->text.find("in 21 days"), std::string::npos) << first->text;
  EXPECT_FALSE(watch.look(end, now + 9 * day + 1));
  EXPECT_TRUE(watch.look(end, now + 10 * day));
}

TEST(CertificateWatch, TheLastDaysAreUrgent) {
  certificate_watch watch;
  const auto tomorrow = watch.look(now + day, now);
  ASSERT_TRUE(tomorrow && tomorrow->urgent);
  EXPECT_NE(tomorrow->text.find("in 1 day;"), std::string::npos) << tomorrow->text;
  const auto ended = watch.look(now + day, now + day);
  ASSERT_TRUE(ended && ended->urgent);
  EXPECT_NE(ended->text.find("has ended"), std::string::npos) << ended->text;
}

TEST(CertificateWatch, ANewCertificateIsLookedAtAtOnce) {
  certificate_watch watch;
  EXPECT_TRUE(watch.look(now + 2 * day, now));
  EXPECT_FALSE(watch.look(now + 400 * day, now + 1));
  EXPECT_TRUE(watch.look(now + 5 * day, now + 2));
}

}  // namespace
}  // namespace holdfast::node
