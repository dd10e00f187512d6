#include "gateway/auth/tokens.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/gateway/twins.hpp"

namespace holdfast::gateway {
namespace {

token_secret secret_of(char c) {
  token_secret out;
  out.fill(static_cast<std::byte>(c));
  return out;
}

constexpr std::string_view booking = "aoraki.p1.7k3m9q2xw4tz";
const std::string nonce(16, 'n');

TEST(TokenTest, IsTheSameForTheSameAndOtherForAnythingElse) {
  const auto base = derive_token(secret_of('a'), v1::TOKEN_ACCESS, "doc-nz", booking, nonce);
  EXPECT_EQ(base, derive_token(secret_of('a'), v1::TOKEN_ACCESS, "doc-nz", booking, nonce));
  const std::set<std::string> all{base,
                                  derive_token(secret_of('b'), v1::TOKEN_ACCESS, "doc-nz", booking, nonce),
                                  derive_token(secret_of('a'), v1::TOKEN_CHECK_IN, "doc-nz", booking, nonce),
                                  derive_token(secret_of('a'), v1::TOKEN_ACCESS, "other", booking, nonce),
                                  derive_token(secret_of('a'), v1::TOKEN_ACCESS, "doc-nz", "aoraki.p1.7k3m9q2xw4ty", nonce),
                                  derive_token(secret_of('a'), v1::TOKEN_ACCESS, "doc-nz", booking, std::string(16, 'm')),
                                  derive_token(secret_of('a'), v1::TOKEN_ACCESS, "doc-n", std::string("z").append(booking), nonce)};
  EXPECT_EQ(all.size(), 7U);
}

// The value is for ever: tickets in guests' hands were made with it. Computed once with Python's hmac and hashlib.
TEST(TokenTest, KnownAnswer) {
  EXPECT_EQ(derive_token(secret_of('k'), v1::TOKEN_CHECK_IN, "doc-nz", booking, nonce), "kvr6j3v0ptypzcyhazqnsh586z");
}

TEST(TokenTest, HasTheFormOfATokenInEitherCase) {
  const auto token = derive_token(secret_of('a'), v1::TOKEN_ACCESS, "t", booking, nonce);
  EXPECT_EQ(token.size(), token_length);
  EXPECT_TRUE(well_formed_token(token));
  EXPECT_FALSE(well_formed_token(token.substr(1)));
  EXPECT_FALSE(well_formed_token(token.substr(1) + "!"));
  EXPECT_FALSE(well_formed_token(token.substr(1) + "u"));  // no u, i, l, o in this alphabet
  auto upper = token;
  for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_TRUE(well_formed_token(upper));
  EXPECT_EQ(token_digest(token), token_digest(upper));
}

TEST(TokenTest, IssuedDigestBelongsToTheTokenDerivedFromItsNonce) {
  test::seeded_entropy random;
  const auto issued = issue_token(secret_of('a'), random, v1::TOKEN_CONFIRM_EMAIL, "doc-nz", booking, 42);
  EXPECT_EQ(issued.sha256(), token_digest(derive_token(secret_of('a'), v1::TOKEN_CONFIRM_EMAIL, "doc-nz", booking, issued.nonce())));
  EXPECT_EQ(issued.sha256().size(), 32U);
  EXPECT_EQ(issued.nonce().size(), 16U);
  EXPECT_EQ(issued.expires_at_ms(), 42);
  EXPECT_NE(issued.nonce(), issue_token(secret_of('a'), random, v1::TOKEN_CONFIRM_EMAIL, "doc-nz", booking).nonce());
}

TEST(TokenTest, ComparesWhole) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
}

TEST(TicketTest, TextSurvivesTheScanner) {
  const auto token = derive_token(secret_of('a'), v1::TOKEN_CHECK_IN, "t", booking, nonce);
  const auto text = ticket_text(booking, token);
  EXPECT_EQ(text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"), std::string::npos) << text;
  for (const auto& read : {text, text + "\r\n", " " + text, "hf:" + std::string(booking) + ":" + token}) {
    const auto parsed = parse_ticket(read);
    ASSERT_TRUE(parsed) << read;
    EXPECT_EQ(parsed->booking, booking);
    EXPECT_EQ(parsed->token, token);
  }
}

TEST(TicketTest, WhatIsNotOursIsRefused) {
  const auto token = derive_token(secret_of('a'), v1::TOKEN_CHECK_IN, "t", booking, nonce);
  for (const auto& bad :
       {std::string(), std::string(" "), std::string("HF:"), std::string("https://example.org"), "XX:" + std::string(booking) + ":" + token,
        "HF:" + std::string(booking) + token, "HF:" + std::string(booking) + ":" + token + "x", "HF:nobooking:" + token,
        "HF:" + std::string(booking) + ":" + token + ":x", std::string(10'000, 'H')})
    EXPECT_FALSE(parse_ticket(bad)) << bad.substr(0, 100);
}

TEST(LinkTest, RoundTripAndRefusals) {
  const auto token = derive_token(secret_of('a'), v1::TOKEN_CONFIRM_EMAIL, "t", booking, nonce);
  const auto parsed = parse_link(link_text(booking, token));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->booking, booking);
  EXPECT_EQ(parsed->token, token);
  for (const auto& bad :
       {std::string(), std::string("~"), std::string(booking), std::string(booking) + "~", "~" + token, token + "~" + std::string(booking)})
    EXPECT_FALSE(parse_link(bad)) << bad;
}

}  // namespace
}  // namespace holdfast::gateway
