// Definitions: applied, applied again, refused as a whole.
#include <gtest/gtest.h>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

using fields = std::vector<std::string>;

class AdministrationTest : public ::testing::Test {
protected:
  answered tenant(const std::string& body) { return w.put("/admin/tenant", {.body = body, .bearer = w.token("admin")}); }
  answered event(const std::string& id, const std::string& body) {
    return w.put("/admin/events/" + id, {.body = body, .bearer = w.token("admin")});
  }
  answered block(const std::string& id, const std::string& body) {
    return w.put("/admin/blocks/" + id, {.body = body, .bearer = w.token("admin")});
  }
  world w;
};

constexpr auto whole_tenant =
    R"({"slug":"t","name":"The Meadow","flow":"spot","currency":"DKK","timeZone":"Europe/Copenhagen","languages":["da","en"],
  "policy":{"holdTtlMs":300000,"spotsPerBookingMax":5},"shows":[{"id":"s","title":{"en":"Show"},"description":{"en":"About."},"published":true}],
  "intro":{"en":"Hello","da":"Hej"},"accentColor":"#7a1f3d","mailFrom":"hello@example.org","attribution":"Photos: nobody",
  "mailTemplates":{"ticket.en.subject":"Your ticket"}})";

TEST_F(AdministrationTest, ATenantComesBackAsItWasSent) {
  const auto got = tenant(whole_tenant);
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_TRUE(got.at("/changed").as_bool());
  const auto again = tenant(json::serialize(got.at("/definition")));
  ASSERT_EQ(again.status, 200) << again.text;
  EXPECT_FALSE(again.at("/changed").as_bool());
  EXPECT_EQ(again.at("/definition"), got.at("/definition"));
  const auto shown = w.get("/tenant");
  EXPECT_EQ(shown.text_at("/name"), "The Meadow");
  EXPECT_EQ(shown.at("/policy/holdTtlMs").as_int64(), 300'000);
  EXPECT_EQ(shown.at("/policy/holdLifeMaxMs").as_int64(), 1'800'000);  // the platform's
  EXPECT_FALSE(shown.body.as_object().contains("mailFrom"));
}

TEST_F(AdministrationTest, ATenantsFieldsAreChecked) {
  EXPECT_EQ(
      tenant(R"({"slug":"other","name":"","flow":"both","currency":"kr","timeZone":"Mars/Base","languages":[],"accentColor":"red","x":1})")
          .fields(),
      (fields{"slug:conflict", "name:range", "flow:format", "currency:format", "timeZone:unknown", "languages:range", "accentColor:format",
              "x:unknown"}));
}

TEST_F(AdministrationTest, AMailTemplateThatCannotWorkIsToldToItsAuthor) {
  const auto with = [](const std::string& key, const std::string& text) {
    return R"({"name":"The Meadow","flow":"spot","currency":"DKK","timeZone":"UTC","languages":["en"],"mailTemplates":{")" + key +
           R"(":")" + text + "\"}}";
  };
  EXPECT_EQ(tenant(with("ticket.en.text", "Hello {{naem}}")).fields(), fields{"mailTemplates.ticket.en.text:format"});
  EXPECT_EQ(tenant(with("ticket.en.html", "{{{greeting_name}}}")).fields(), fields{"mailTemplates.ticket.en.html:format"});
  EXPECT_EQ(tenant(with("ticket.en.text", "Hello {{greeting_name}}")).status, 200);
}

TEST_F(AdministrationTest, AChangeIsSeenAtOnce) {
  w.tenant("spot");
  EXPECT_EQ(w.get("/tenant").text_at("/name"), "The Meadow");
  ASSERT_EQ(tenant(R"({"name":"The Hill","flow":"spot","currency":"DKK","timeZone":"UTC","languages":["da"]})").status, 200);
  EXPECT_EQ(w.get("/tenant").text_at("/name"), "The Hill");
}

TEST_F(AdministrationTest, ATenantSellsByGroupOrBySpotNotBoth) {
  w.spot_tenant();
  w.catch_up();
  const auto group = event("g", R"({"title":{"en":"G"},"frame":{"startDate":"2026-07-03"},"blockIds":["g.b"],"flow":"group"})");
  EXPECT_EQ(group.fields(), (fields{"flow:conflict"}));
  EXPECT_EQ(event("p", R"({"title":{"en":"P"},"frame":{"startDate":"2026-07-03"},"blockIds":["p.b"],"flow":"performance"})").status, 200);
  const auto change = tenant(R"({"name":"M","flow":"group","currency":"DKK","timeZone":"UTC","languages":["da"]})");
  EXPECT_EQ(change.fields(), (fields{"flow:conflict"}));
}

TEST_F(AdministrationTest, DatesOfAnEventAreTheTenants) {
  w.tenant("spot");
  const auto got = event(
      "e",
      R"({"title":{"en":"E"},"frame":{"startDate":"2026-07-03","endDate":"2026-07-04"},"sales":{"startDate":"2026-06-01T10:00"},"blockIds":["e.b"]})");
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_EQ(got.text_at("/event/startDate"), "2026-07-02T22:00:00.000Z");
  EXPECT_EQ(got.text_at("/event/endDate"), "2026-07-04T22:00:00.000Z");
  EXPECT_EQ(got.text_at("/event/sales/startDate"), "2026-06-01T08:00:00.000Z");
}

TEST_F(AdministrationTest, AnEventsFieldsAreChecked) {
  w.tenant("performance");
  EXPECT_EQ(event("e", R"({"id":"f","title":{},"frame":{"startDate":"2026-07-04","endDate":"2026-07-03"},"blockIds":["f.b","e.b","e.b"],
                     "prices":[{"category":"a","priceMinor":-1},{"category":"a","priceMinor":1.5}],"location":{"latitude":91,"longitude":0}})")
                .fields(),
            (fields{"id:conflict", "title:range", "frame.endDate:range", "prices[0].priceMinor:range", "prices[1].category:duplicate",
                    "prices[1].priceMinor:type", "location.latitude:range", "blockIds[0]:conflict", "blockIds[2]:duplicate",
                    "blockIds:conflict"}));
}

TEST_F(AdministrationTest, BlocksInheritFromTheirEvent) {
  w.spot_tenant();
  EXPECT_EQ(w.get("/blocks/e.b").at("/prices/0/priceMinor").as_int64(), 25'000);
  const auto body = [](int price) {
    return R"({"title":{"en":"Summer"},"frame":{"startDate":"2026-07-03T12:00","endDate":"2026-07-10T12:00"},"published":true,"blockIds":["e.b"],
      "policy":{"spotsPerBookingMax":1},"prices":[{"category":"tent","priceMinor":)" +
           std::to_string(price) + "}]}";
  };
  const auto got = event("e", body(100));
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_TRUE(got.at("/changed").as_bool());
  EXPECT_EQ(w.get("/blocks/e.b").at("/prices/0/priceMinor").as_int64(), 100);
  EXPECT_EQ(w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s1"},{"spot":"s2"}]})"}).status, 422);
  EXPECT_FALSE(event("e", body(100)).at("/changed").as_bool());
}

TEST_F(AdministrationTest, WhenABlockRefusesNothingChanges) {
  w.tenant("spot");
  w.event("e", "", R"(["e.a","e.b"])");
  w.block("e.a", spots_json("a", 2));
  w.block("e.b", spots_json("b", 2));
  ASSERT_EQ(
      w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":"b1"}],"startDate":"2026-07-08","endDate":"2026-07-09"})"}).status,
      201);
  const auto before = w.get("/blocks/e.a").at("/endDate");
  const auto shorter = event(
      "e",
      R"({"title":{"en":"Summer"},"frame":{"startDate":"2026-07-03","endDate":"2026-07-05"},"published":true,"blockIds":["e.a","e.b"]})");
  EXPECT_EQ(shorter.status, 409) << shorter.text;
  EXPECT_EQ(shorter.code(), "capacity_in_use");
  EXPECT_EQ(w.get("/blocks/e.a").at("/endDate"), before);
  EXPECT_EQ(w.get("/events/e").at("/endDate"), before);
}

TEST_F(AdministrationTest, ABlockNeedsAnEventThatNamesIt) {
  w.tenant("spot");
  const auto body = R"({"title":"B","spots":[{"label":"1","category":"tent"}]})";
  EXPECT_EQ(block("e.b", body).status, 404);
  w.event("e");
  EXPECT_EQ(block("e.c", body).fields(), (fields{"block:unknown"}));
  EXPECT_EQ(block("e.b", body).status, 200);
  EXPECT_EQ(
      block("e.b", R"({"title":"B","spots":[{"label":"1","category":"tent"},{"label":"1","category":"tent","capacity":0}]})").fields(),
      (fields{"spots[1].capacity:range", "spots[1].label:duplicate"}));
}

TEST_F(AdministrationTest, WhatIsBookedCannotBeTakenAway) {
  w.spot_tenant();
  ASSERT_EQ(w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s6"}]})"}).status, 201);
  const auto fewer = block("e.b", R"({"title":"B","spots":)" + spots_json("s", 5) + "}");
  EXPECT_EQ(fewer.status, 409);
  EXPECT_EQ(fewer.code(), "capacity_in_use");
}

TEST_F(AdministrationTest, OpenAndClosedWithAllBlocks) {
  w.group_tenant();
  const auto closed = w.post("/admin/events/e/close", {.bearer = w.token("staff")});
  ASSERT_EQ(closed.status, 200) << closed.text;
  EXPECT_FALSE(closed.at("/open").as_bool());
  EXPECT_FALSE(w.get("/blocks/e.a").at("/open").as_bool());
  EXPECT_FALSE(w.get("/blocks/e.b").at("/open").as_bool());
  ASSERT_EQ(w.post("/admin/events/e/open", {.body = "{}", .bearer = w.token("staff")}).status, 200);
  EXPECT_TRUE(w.get("/blocks/e.b").at("/open").as_bool());
  EXPECT_EQ(w.post("/admin/events/nothing/open", {.bearer = w.token("staff")}).status, 404);
}

TEST_F(AdministrationTest, ANewBlockOfAClosedEventIsClosed) {
  w.tenant("spot");
  w.event("e");
  ASSERT_EQ(w.post("/admin/events/e/close", {.bearer = w.token("admin")}).status, 200);
  w.block("e.b", spots_json("s", 2));
  EXPECT_FALSE(w.get("/blocks/e.b").at("/open").as_bool());
}

TEST_F(AdministrationTest, SeatsTakenOutOfSaleAndAdded) {
  w.performance_tenant(10);
  const auto set = [&](int occupied, int additional) {
    return w.put("/admin/blocks/e.b/occupation", {.body = R"({"spot":"seat","occupied":)" + std::to_string(occupied) + R"(,"additional":)" +
                                                          std::to_string(additional) + "}",
                                                  .bearer = w.token("staff")});
  };
  EXPECT_EQ(set(3, 5).at("/spots/0/capacity").as_int64(), 12);
  EXPECT_EQ(set(16, 5).fields(), (fields{"occupied:range"}));
  EXPECT_EQ(
      w.put("/admin/blocks/e.b/occupation", {.body = R"({"spot":"x","occupied":0,"additional":0})", .bearer = w.token("staff")}).fields(),
      (fields{"spot:unknown"}));
}

}  // namespace
}  // namespace holdfast::test
