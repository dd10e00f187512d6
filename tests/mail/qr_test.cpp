#include <gtest/gtest.h>

#include <thread>

#include "gateway/auth/tokens.hpp"
#include "gateway/tickets/ticket.hpp"
#include "tests/mail/oracles.hpp"
#include "tests/mail/samples.hpp"

namespace holdfast::tickets {
namespace {

std::string longest_ticket() {
  const std::string event(64, 'e'), block(64, 'b'), local(20, 'z');
  return gateway::ticket_text(event + '.' + block + '.' + local, std::string(gateway::token_length, '0'));
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8U | static_cast<unsigned char>(bytes.at(at + i));
  return out;
}

TEST(QrPng, IsReadBack) {
  const auto text = gateway::ticket_text("tempest.floor.7k3m9q2xw4tz", "abcdefghjkmnpqrstvwxyz0123");
  EXPECT_EQ(test::read_qr(qr_png(text)), text);
}

TEST(QrPng, TheLongestTicketIsReadBack) {
  const auto text = longest_ticket();
  ASSERT_LE(text.size(), qr_text_bytes_max);
  EXPECT_EQ(test::read_qr(qr_png(text)), text);
}

TEST(QrPng, IsSmallAndOneBit) {
  const auto png = qr_png(gateway::ticket_text("tempest.floor.7k3m9q2xw4tz", "abcdefghjkmnpqrstvwxyz0123"));
  ASSERT_GT(png.size(), 40U);
  EXPECT_EQ(png.substr(1, 3), "PNG");
  EXPECT_EQ(big_endian(png, 16), big_endian(png, 20));   // a square
  EXPECT_EQ(big_endian(png, 16), (29U + 2U * 4U) * 8U);  // version 3 fits, plus the quiet zone, 8 pixels per module
  EXPECT_EQ(png[24], 1) << "bits per pixel";
  EXPECT_LT(png.size(), 1'000U);
}

TEST(QrPng, TooLongOrEmptyGivesNothing) {
  EXPECT_TRUE(qr_png("").empty());
  EXPECT_TRUE(qr_png(std::string(qr_text_bytes_max + 1, 'A')).empty());
  EXPECT_FALSE(qr_png(std::string(qr_text_bytes_max, 'A')).empty());
}

TEST(QrPng, KeptCodesAreTheSameAndManyThreadsMayAsk) {
  const auto first = qr_png("HF:KEPT");
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      // More different texts than are kept, so that old ones leave while others are read.
      for (int i = 0; i < 200; ++i) {
        if (qr_png("HF:" + std::to_string(t) + ':' + std::to_string(i)).empty()) ++wrong;
        if (qr_png("HF:KEPT") != first) ++wrong;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace holdfast::tickets
