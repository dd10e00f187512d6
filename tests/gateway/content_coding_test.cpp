#include "gateway/http/content_coding.hpp"

#include <gtest/gtest.h>

#include <boost/beast/zlib/inflate_stream.hpp>

namespace holdfast::gateway {
namespace {

/// What stands between head and tail, unpacked.
std::string unpacked(const std::string& packed, std::size_t size) {
  namespace zlib = boost::beast::zlib;
  std::string out(size + 1, '\0');
  zlib::inflate_stream inflate;
  zlib::z_params step;
  step.next_in = packed.data() + 10;
  step.avail_in = packed.size() - 18;
  step.next_out = out.data();
  step.avail_out = out.size();
  boost::system::error_code ec;
  inflate.write(step, zlib::Flush::finish, ec);
  EXPECT_EQ(ec, zlib::error::end_of_stream);
  out.resize(step.total_out);
  return out;
}

TEST(ContentCodingTest, GzipGivesBackWhatWentIn) {
  std::string numbers;
  for (int i = 0; i < 20'000; ++i) numbers.append(std::to_string(i * 7919)).append(",");
  for (const auto& text : {std::string(), std::string("a"), std::string(100'000, 'x'), numbers}) {
    const auto packed = gzip(text);
    ASSERT_GE(packed.size(), 18U);
    EXPECT_EQ(packed.substr(0, 3), "\x1f\x8b\x08");
    EXPECT_EQ(unpacked(packed, text.size()), text);
  }
}

// Made with Python's gzip module: the sum and the length that every reader checks.
TEST(ContentCodingTest, GzipEndsWithSumAndLength) {
  const auto packed = gzip("holdfast");
  EXPECT_EQ(packed.substr(packed.size() - 8), std::string("\x1f\xd0\x74\x0c"
                                                          "\x08\0\0\0",
                                                          8));
}

TEST(ContentCodingTest, AcceptsWhatTheListNamesAndDoesNotRefuse) {
  EXPECT_TRUE(accepts_coding("gzip", "gzip"));
  EXPECT_TRUE(accepts_coding("br, GZIP ; q=0.5", "gzip"));
  EXPECT_FALSE(accepts_coding("", "gzip"));
  EXPECT_FALSE(accepts_coding("br, deflate", "gzip"));
  EXPECT_FALSE(accepts_coding("gzip;q=0", "gzip"));
  EXPECT_FALSE(accepts_coding("gzip;q=0.000, br", "gzip"));
  EXPECT_FALSE(accepts_coding("x-gzip", "gzip"));
}

}  // namespace
}  // namespace holdfast::gateway
