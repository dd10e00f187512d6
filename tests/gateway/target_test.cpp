#include "gateway/http/target.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

TEST(TargetTest, DecodesPathAndQuery) {
  const auto t = decode_target("/a%20b/%C3%B8?q=x%26y&empty=&flag&plus=a+b");
  ASSERT_TRUE(t);
  EXPECT_EQ(t->path, "/a b/ø");
  const std::vector<std::pair<std::string, std::string>> expected{{"q", "x&y"}, {"empty", ""}, {"flag", ""}, {"plus", "a b"}};
  EXPECT_EQ(t->query, expected);
}

TEST(TargetTest, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  for (const auto* bad : {"",     "a",    "*",       "/%",        "/%4",    "/%zz",  "/%00",  "/a%2Fb",  "/a%5Cb",     "/a\\b",
                          "/.",   "/..",  "/a/../b", "/%2e%2e/b", "/a/%2E", "/a#b",  "/%ff",  "/%c0%af", "/%ed%a0%80", "/a\"b",
                          "/a<b", "/a b", "/a|b",    "/a^b",      "/a`b",   "/a{b}", "/?q=%", "/?q=%0a", "/?%ff=1"})
    EXPECT_FALSE(decode_target(bad)) << bad;
}

TEST(TargetTest, DotsInsideASegmentAreFine) {
  EXPECT_TRUE(decode_target("/a.b/..c/d.../.well-known"));
  EXPECT_TRUE(decode_target("/?path=/../x"));
}

TEST(TargetTest, TooManyParametersAreRefused) {
  std::string target = "/?";
  for (int i = 0; i < 64; ++i) target += "a=1&";
  EXPECT_TRUE(decode_target(target));
  EXPECT_FALSE(decode_target(target + "a=1"));
}

TEST(AuthorityTest, HostWithOptionalPort) {
  for (const auto* good : {"a", "a.b", "a:1", "1.2.3.4:65535", "[::1]", "[::1]:80", "under_score.x"})
    EXPECT_TRUE(valid_authority(good)) << good;
  for (const auto* bad : {"", ":1", "a:", "a:b", "a:65536", "a:123456", "a b", "a/b", "user@a", "[::1", "[]", "[x]", "a,b", "a:1:2"})
    EXPECT_FALSE(valid_authority(bad)) << bad;
  EXPECT_EQ(host_of_authority("Doc-NZ.Example:8080"), "doc-nz.example");
  EXPECT_EQ(host_of_authority("[::1]:80"), "[::1]");
}

TEST(Utf8Test, StrictForm) {
  EXPECT_TRUE(valid_utf8("aø€😀"));
  EXPECT_FALSE(valid_utf8("\xc3"));
  EXPECT_FALSE(valid_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(valid_utf8("\xe0\x80\xaf"));
}

}  // namespace
}  // namespace holdfast::gateway
