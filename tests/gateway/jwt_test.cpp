#include "gateway/auth/jwt.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "gateway/auth/base64url.hpp"
#include "gateway/auth/bearer.hpp"
#include "tests/gateway/twins.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::gateway {
namespace {

class JwtTest : public ::testing::Test {
protected:
  JwtTest()
      : keys(*node_keys::load_or_create(folder.path() / "keys", random)),
        other(*node_keys::load_or_create(folder.path() / "other", random)) {}

  /// A token with any header and claims, truly signed by our key.
  std::string make(const std::string& header, const std::string& claims) {
    auto out = base64url_encode(header) + "." + base64url_encode(claims);
    return out + "." + base64url_encode(keys.sign(out));
  }
  std::string header(const std::string& algorithm = "EdDSA") const {
    return R"({"alg":")" + algorithm + R"(","kid":")" + keys.key_id() + R"("})";
  }
  std::string claims(const std::string& more = {}) const {
    return R"({"sub":"ada","tenant":"doc-nz","roles":["staff"],"exp":)" + std::to_string(now / 1000 + 60) + more + "}";
  }
  jwt_error error_of(const std::string& token) const {
    const auto verified = verify_jwt(keys, token, now);
    EXPECT_TRUE(std::holds_alternative<jwt_error>(verified)) << token;
    const auto* error = std::get_if<jwt_error>(&verified);
    return error ? *error : jwt_error{255};
  }

  holdfast::test::temporary_folder folder;
  test::seeded_entropy random;
  node_keys keys, other;
  const principal ada{"ada", "doc-nz", {"staff", "admin"}};
  const unix_ms now = test::noon;
};

TEST_F(JwtTest, WhatWasSignedIsVerified) {
  const auto token = sign_jwt(keys, ada, now, 60'000);
  EXPECT_EQ(std::get<principal>(verify_jwt(keys, token, now)), ada);
  EXPECT_EQ(std::get<principal>(verify_jwt(keys, token, now + 59'999)), ada);
}

TEST_F(JwtTest, ExpiresToTheMillisecond) {
  const auto token = sign_jwt(keys, ada, now, 60'000);
  EXPECT_EQ(std::get<jwt_error>(verify_jwt(keys, token, now + 60'000)), jwt_error::expired);
}

TEST_F(JwtTest, IsNotValidBeforeItsTime) {
  const auto token = sign_jwt(keys, ada, now, 600'000);
  EXPECT_EQ(std::get<jwt_error>(verify_jwt(keys, token, now - jwt_skew_ms - 1'000)), jwt_error::not_yet_valid);
  EXPECT_TRUE(std::holds_alternative<principal>(verify_jwt(keys, token, now - jwt_skew_ms)));
}

TEST_F(JwtTest, AnotherNodesTokenIsUnknown) { EXPECT_EQ(error_of(sign_jwt(other, ada, now, 60'000)), jwt_error::unknown_key); }

TEST_F(JwtTest, EveryChangedCharacterIsNoticed) {
  const auto token = sign_jwt(keys, ada, now, 60'000);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(std::holds_alternative<jwt_error>(verify_jwt(keys, changed, now))) << i;
  }
}

TEST_F(JwtTest, ClaimsOfOneTokenUnderTheSignatureOfAnother) {
  const auto a = sign_jwt(keys, ada, now, 60'000);
  const auto b = sign_jwt(keys, {"eve", "*", {"operator"}}, now, 60'000);
  const auto mixed = b.substr(0, b.rfind('.')) + a.substr(a.rfind('.'));
  EXPECT_EQ(error_of(mixed), jwt_error::bad_signature);
}

TEST_F(JwtTest, NoAlgorithmIsNoToken) {
  const auto body = base64url_encode(header("none")) + "." + base64url_encode(claims());
  EXPECT_EQ(error_of(body + "."), jwt_error::wrong_algorithm);
  EXPECT_EQ(error_of(make(header("None"), claims())), jwt_error::wrong_algorithm);
  EXPECT_EQ(error_of(make(R"({"kid":")" + keys.key_id() + R"("})", claims())), jwt_error::wrong_algorithm);
}

// The classic confusion: a MAC keyed with something the attacker knows, where a verifier obeys the header.
TEST_F(JwtTest, ASymmetricAlgorithmIsRefused) {
  const auto body = base64url_encode(header("HS256")) + "." + base64url_encode(claims());
  std::string mac(32, '\0');
  HMAC(EVP_sha256(), keys.key_id().data(), static_cast<int>(keys.key_id().size()), reinterpret_cast<const unsigned char*>(body.data()),
       body.size(), reinterpret_cast<unsigned char*>(mac.data()), nullptr);
  EXPECT_EQ(error_of(body + "." + base64url_encode(mac)), jwt_error::wrong_algorithm);
  EXPECT_EQ(error_of(make(header("HS256"), claims())), jwt_error::wrong_algorithm);
  EXPECT_EQ(error_of(make(header("ES256"), claims())), jwt_error::wrong_algorithm);
  EXPECT_EQ(error_of(make(header("eddsa"), claims())), jwt_error::wrong_algorithm);
}

TEST_F(JwtTest, HeadersThatDemandMoreAreRefused) {
  EXPECT_EQ(error_of(make(R"({"alg":"EdDSA","crit":["b64"],"b64":false,"kid":")" + keys.key_id() + R"("})", claims())),
            jwt_error::wrong_algorithm);
  EXPECT_EQ(error_of(make(R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + keys.key_id() + R"("})", claims())), jwt_error::wrong_algorithm);
  EXPECT_EQ(error_of(make(R"({"alg":"EdDSA"})", claims())), jwt_error::unknown_key);
  EXPECT_EQ(error_of(make(R"({"alg":"EdDSA","kid":7})", claims())), jwt_error::unknown_key);
}

TEST_F(JwtTest, MalformedTextIsRefused) {
  for (const auto& bad : {std::string(), std::string("."), std::string(".."), std::string("a.b"), std::string("a.b.c.d"),
                          make("[]", claims()), make("{", claims()), make(std::string(50, '['), claims())})
    EXPECT_EQ(error_of(bad), jwt_error::malformed) << bad;
  const auto good = sign_jwt(keys, ada, now, 60'000);
  EXPECT_EQ(error_of(good + "="), jwt_error::malformed);
  EXPECT_EQ(error_of(std::string(jwt_size_max + 1, 'a')), jwt_error::too_large);
}

TEST_F(JwtTest, ClaimsMustBeWhatTheyAre) {
  const auto exp = std::to_string(now / 1000 + 60);
  EXPECT_TRUE(std::holds_alternative<principal>(verify_jwt(keys, make(header(), claims()), now)));
  for (const auto& bad :
       {std::string("{}"), R"({"sub":"","tenant":"t","roles":["staff"],"exp":)" + exp + "}",
        R"({"sub":1,"tenant":"t","roles":["staff"],"exp":)" + exp + "}", R"({"sub":"a","tenant":"T!","roles":["staff"],"exp":)" + exp + "}",
        R"({"sub":"a","tenant":"t","roles":[],"exp":)" + exp + "}", R"({"sub":"a","tenant":"t","roles":"staff","exp":)" + exp + "}",
        R"({"sub":"a","tenant":"t","roles":[1],"exp":)" + exp + "}", std::string(R"({"sub":"a","tenant":"t","roles":["staff"]})"),
        std::string(R"({"sub":"a","tenant":"t","roles":["staff"],"exp":1e400})"),
        std::string(R"({"sub":"a","tenant":"t","roles":["staff"],"exp":9223372036854775807})"),
        std::string(R"({"sub":"a","tenant":"t","roles":["staff"],"exp":-1})"), claims(R"(,"nbf":"soon")")})
    EXPECT_EQ(error_of(make(header(), bad)), jwt_error::bad_claims) << bad;
}

class BearerTest : public JwtTest {
protected:
  request with(std::string authorization) {
    request out;
    out.headers = {{"authorization", std::move(authorization)}};
    return out;
  }
};

TEST_F(BearerTest, TheHeaderBecomesAPrincipal) {
  const auto token = sign_jwt(keys, ada, now, 60'000);
  for (const auto* scheme : {"Bearer ", "bearer ", "BEARER   "}) {
    const auto who = authenticate(with(scheme + token), keys, now);
    ASSERT_TRUE(std::holds_alternative<principal>(who)) << scheme;
    EXPECT_EQ(std::get<principal>(who), ada);
  }
}

TEST_F(BearerTest, NothingAndNonsenseAreUnauthenticated) {
  const auto code = [&](const request& asked) { return std::get<v1::Rejection>(authenticate(asked, keys, now)).code(); };
  EXPECT_EQ(code({}), v1::UNAUTHENTICATED);
  for (const auto* bad : {"", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearerx"})
    EXPECT_EQ(code(with(bad)), v1::UNAUTHENTICATED) << bad;
  const auto expired = std::get<v1::Rejection>(authenticate(with("Bearer " + sign_jwt(keys, ada, now - 120'000, 60'000)), keys, now));
  EXPECT_NE(expired.detail().find("expired"), std::string::npos);
}

TEST_F(BearerTest, RolesAndTenantDecide) {
  EXPECT_FALSE(authorize(ada, "doc-nz", {"admin"}));
  EXPECT_FALSE(authorize(ada, "doc-nz", {"owner", "staff"}));
  EXPECT_EQ(authorize(ada, "doc-nz", {"owner"})->code(), v1::FORBIDDEN);
  EXPECT_EQ(authorize(ada, "other", {"admin"})->code(), v1::FORBIDDEN);
  const principal operator_everywhere{"root", "*", {"operator"}};
  EXPECT_FALSE(authorize(operator_everywhere, "other", {"admin"}));
}

TEST(AccessTokenTest, HeaderBeforeQuery) {
  request asked;
  EXPECT_EQ(access_token(asked), "");
  asked.query = {{"access", "from-query"}};
  EXPECT_EQ(access_token(asked), "from-query");
  asked.headers = {{"holdfast-access", "from-header"}};
  EXPECT_EQ(access_token(asked), "from-header");
}

}  // namespace
}  // namespace holdfast::gateway
