#include <gtest/gtest.h>

#include "gateway/http/problem.hpp"
#include "gateway/http/router.hpp"

namespace holdfast::gateway {
namespace {

class RouterTest : public ::testing::Test {
protected:
  void add(std::string_view method, std::string_view pattern) {
    routes.add(method, pattern, pattern, [label = std::string(pattern)](const auto&, const auto& parameters, const auto& answer) {
      auto text = label;
      for (const auto& [name, value] : parameters.values) text.append(" ").append(name).append("=").append(value);
      answer(text_response(200, text));
    });
  }

  response ask(std::string method, std::string path) {
    auto asked = std::make_shared<request>();
    asked->method = std::move(method);
    asked->path = std::move(path);
    asked->request_id = "r-1";
    auto found = routes.find(*asked);
    name = found.name;
    response out;
    (*found.serve)(asked, std::move(found.parameters), [&](response given) { out = std::move(given); });
    return out;
  }

  std::string body(const response& r) { return r.body ? *r.body : std::string(); }
  std::string header(const response& r, std::string_view wanted) {
    for (const auto& [key, value] : r.headers)
      if (key == wanted) return value;
    return {};
  }

  router routes;
  std::string_view name;
};

TEST_F(RouterTest, LiteralWinsOverParameter) {
  add("GET", "/bookings/{id}");
  add("GET", "/bookings/mine");
  EXPECT_EQ(body(ask("GET", "/bookings/mine")), "/bookings/mine");
  EXPECT_EQ(body(ask("GET", "/bookings/other")), "/bookings/{id} id=other");
  EXPECT_EQ(name, "/bookings/{id}");
}

TEST_F(RouterTest, ParametersComeInOrder) {
  add("POST", "/a/{first}/b/{second}");
  EXPECT_EQ(body(ask("POST", "/a/1/b/2")), "/a/{first}/b/{second} first=1 second=2");
}

TEST_F(RouterTest, MethodsOfOnePathMayNameTheirParametersDifferently) {
  add("GET", "/x/{id}");
  add("PUT", "/x/{key}");
  EXPECT_EQ(body(ask("PUT", "/x/7")), "/x/{key} key=7");
  EXPECT_EQ(body(ask("GET", "/x/7")), "/x/{id} id=7");
}

TEST_F(RouterTest, AnEmptySegmentIsNoParameter) {
  add("GET", "/x/{id}");
  EXPECT_EQ(ask("GET", "/x/").status, 404);
  EXPECT_EQ(ask("GET", "/x").status, 404);
  EXPECT_EQ(ask("GET", "/x/1/").status, 404);
  EXPECT_EQ(ask("GET", "//x/1").status, 404);
}

TEST_F(RouterTest, UnknownPathIsAProblem) {
  const auto r = ask("GET", "/nowhere");
  EXPECT_EQ(r.status, 404);
  EXPECT_EQ(r.content_type, "application/problem+json");
  EXPECT_NE(body(r).find(R"("code":"not_found")"), std::string::npos);
  EXPECT_NE(body(r).find(R"("requestId":"r-1")"), std::string::npos);
  EXPECT_EQ(name, "none");
}

TEST_F(RouterTest, OtherMethodIs405WithAllow) {
  add("GET", "/x");
  add("DELETE", "/x");
  const auto r = ask("POST", "/x");
  EXPECT_EQ(r.status, 405);
  EXPECT_EQ(header(r, "Allow"), "OPTIONS, GET, HEAD, DELETE");
}

TEST_F(RouterTest, OptionsIsAnsweredFromTheTable) {
  add("POST", "/x");
  const auto r = ask("OPTIONS", "/x");
  EXPECT_EQ(r.status, 204);
  EXPECT_EQ(header(r, "Allow"), "OPTIONS, POST");
}

TEST_F(RouterTest, HeadIsServedByGet) {
  add("GET", "/x");
  EXPECT_EQ(ask("HEAD", "/x").status, 200);
  add("POST", "/y");
  EXPECT_EQ(ask("HEAD", "/y").status, 405);
}

TEST_F(RouterTest, FallbackOfTheLongestPrefixServesTheRest) {
  add("GET", "/t/known");
  routes.add_fallback("GET", "/", "all", [](const auto&, const auto&, const auto& answer) { answer(text_response(200, "all")); });
  routes.add_fallback("GET", "/t/", "pages", [](const auto&, const auto&, const auto& answer) { answer(text_response(200, "pages")); });
  EXPECT_EQ(body(ask("GET", "/t/x/y")), "pages");
  EXPECT_EQ(body(ask("GET", "/t/known")), "/t/known");
  EXPECT_EQ(body(ask("HEAD", "/z")), "all");
  EXPECT_EQ(ask("POST", "/z").status, 404);
}

using RouterDeathTest = RouterTest;

TEST_F(RouterDeathTest, TheSameRouteTwiceIsAProgrammingError) {
  add("GET", "/x/{id}");
  EXPECT_DEATH(add("GET", "/x/{other}"), "");
  EXPECT_DEATH(add("GET", "x"), "");
  EXPECT_DEATH(add("GET", "/x/{"), "");
}

TEST(EtagTest, WeakComparisonOverAList) {
  EXPECT_TRUE(etag_matches("\"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches("*", "\"a\""));
  EXPECT_FALSE(etag_matches("\"b\"", "\"a\""));
  EXPECT_FALSE(etag_matches("", "\"a\""));
}

TEST(IsoTimeTest, UtcWithMilliseconds) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(1'782'043'200'007), "2026-06-21T12:00:00.007Z");
  EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_time(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_time(-62'135'596'800'000), "0001-01-01T00:00:00.000Z");
}

TEST(ProblemTest, CarriesWhatTheCallerCanDo) {
  v1::Rejection rejection;
  rejection.set_code(v1::SOLD_OUT);
  auto& other = *rejection.add_alternatives();
  other.set_resource_id("aoraki.p2");
  other.set_free(3);
  const auto r = problem(rejection, request{});
  EXPECT_EQ(r.status, 409);
  EXPECT_NE(r.body->find(R"("alternatives":[{"resourceId":"aoraki.p2","free":3}])"), std::string::npos) << *r.body;
}

TEST(ProblemTest, SaysWhenToComeBackAndHowToSignIn) {
  const auto has = [](const response& r, std::string_view name) {
    for (const auto& [key, value] : r.headers)
      if (key == name) return true;
    return false;
  };
  EXPECT_TRUE(has(problem(v1::UNAVAILABLE, {}, request{}), "Retry-After"));
  EXPECT_TRUE(has(problem(v1::TOO_MANY_REQUESTS, {}, request{}), "Retry-After"));
  EXPECT_TRUE(has(problem(v1::UNAUTHENTICATED, {}, request{}), "WWW-Authenticate"));
  EXPECT_FALSE(has(problem(v1::NOT_FOUND, {}, request{}), "Retry-After"));
}

}  // namespace
}  // namespace holdfast::gateway
