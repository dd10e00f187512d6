#include "actors/link/frame_filter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::actors::link {
namespace {

constexpr std::size_t bytes_max = 1'000;

std::string header(unsigned op, std::uint32_t length) {
  std::string out(frame_filter::header_size, '\0');
  out[0] = static_cast<char>(op);
  for (unsigned i = 0; i < 4; ++i) out[4 + i] = static_cast<char>(length >> (24U - 8U * i));
  return out;
}
std::string frame(unsigned op, std::uint32_t length) { return header(op, length) + std::string(length, 'x'); }

std::string verdict(const std::string& stream, expected_handshake first = expected_handshake::from_client) {
  return frame_filter(first, bytes_max).check(stream).value_or("");
}

TEST(FrameFilter, ALifeOfFramesPasses) {
  EXPECT_EQ(verdict(frame(1, 60) + frame(2, 1) + frame(6, 0) + frame(2, bytes_max) + frame(4, 10) + frame(5, 10)), "");
  EXPECT_EQ(verdict(frame(0, 60) + frame(2, 5), expected_handshake::from_server), "");
}

TEST(FrameFilter, TheHandshakeComesFirst) {
  for (const unsigned op : {0U, 2U, 4U, 5U}) EXPECT_NE(verdict(frame(op, 10)), "") << op;
  EXPECT_NE(verdict(frame(6, 0)), "");
  EXPECT_NE(verdict(frame(1, 10), expected_handshake::from_server), "");
}

TEST(FrameFilter, AClientMayRepeatItsHandshakeOnceAndOnlyTheSame) {
  const auto mine = frame(1, 10);
  EXPECT_EQ(verdict(mine + mine + frame(2, 5)), "");
  auto selecting = mine;
  selecting[3] = 2;
  EXPECT_EQ(verdict(mine + selecting + frame(2, 5)), "");
  EXPECT_EQ(verdict(mine + mine + mine), "a second handshake");
  EXPECT_EQ(verdict(mine + frame(2, 5) + mine), "a second handshake");
  EXPECT_EQ(verdict(mine + frame(0, 10)), "a second handshake");
  EXPECT_EQ(verdict(mine + header(1, 10) + std::string(10, 'y')), "another handshake");
  EXPECT_EQ(verdict(mine + frame(1, 11)), "another handshake");
  EXPECT_EQ(verdict(mine + frame(1, 9)), "another handshake");
  EXPECT_EQ(verdict(frame(0, 10) + frame(0, 10), expected_handshake::from_server), "a second handshake");
}

TEST(FrameFilter, UnknownAndRoutedOperationsEndIt) {
  EXPECT_EQ(verdict(frame(1, 10) + frame(3, 10)), "unknown operation 3");
  for (const unsigned op : {7U, 8U, 127U, 255U}) EXPECT_NE(verdict(frame(1, 10) + frame(op, 10)), "") << op;
}

TEST(FrameFilter, OnlyAHeartbeatIsEmptyAndItAlwaysIs) {
  EXPECT_NE(verdict(header(1, 0)), "");
  EXPECT_NE(verdict(header(0, 0), expected_handshake::from_server), "");
  for (const unsigned op : {2U, 4U, 5U}) EXPECT_NE(verdict(frame(1, 10) + header(op, 0)), "") << op;
  EXPECT_NE(verdict(frame(1, 10) + header(6, 1)), "");
}

TEST(FrameFilter, LengthsAreBounded) {
  EXPECT_NE(verdict(frame(1, 10) + header(2, bytes_max + 1)), "");
  EXPECT_EQ(verdict(frame(1, 10) + header(2, 0xFFFFFFFFU)), "a frame of 4294967295 bytes");
  EXPECT_NE(frame_filter(expected_handshake::from_client, std::size_t{1} << 30U).check(header(1, frame_filter::handshake_bytes_max + 1)),
            std::nullopt);
}

TEST(FrameFilter, AStreamMayBeCutAnywhere) {
  const auto good = frame(1, 7) + frame(1, 7) + frame(2, 33) + frame(6, 0) + frame(2, 1);
  const auto bad = good + header(9, 1);
  for (std::size_t piece = 1; piece < 40; ++piece) {
    frame_filter filter(expected_handshake::from_client, bytes_max);
    std::size_t at = 0;
    for (; at < bad.size(); at += piece) {
      const auto broken = filter.check(std::string_view(bad).substr(at, piece));
      ASSERT_EQ(broken.has_value(), at + piece >= bad.size()) << piece << " at " << at;
      if (broken) break;
    }
    EXPECT_EQ(filter.frames(), 5U);
  }
}

}  // namespace
}  // namespace holdfast::actors::link
