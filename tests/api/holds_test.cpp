// Holds in the spot flow.
#include <gtest/gtest.h>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

using fields = std::vector<std::string>;

class HoldsTest : public ::testing::Test {
protected:
  HoldsTest() { w.spot_tenant(); }
  answered hold(const std::string& spots, const std::string& key = "") {
    return w.post("/holds", {.body = R"({"resourceId":"e.b","spots":)" + spots + "}", .key = key});
  }
  std::string state_of(int spot) { return w.get("/blocks/e.b").text_at("/spots/" + std::to_string(spot) + "/state"); }
  world w;
};

TEST_F(HoldsTest, AHoldKeepsItsSpotsForSomeMinutes) {
  const auto got = hold(R"([{"spot":"s1"},{"spot":"s2"}])");
  ASSERT_EQ(got.status, 201) << got.text;
  EXPECT_EQ(got.text_at("/status"), "held");
  EXPECT_EQ(got.at("/holdId"), got.at("/bookingId"));
  EXPECT_EQ(got.header("Location"), "/api/v1/holds/" + got.text_at("/holdId"));
  EXPECT_EQ(got.at("/totalPrice").as_int64(), 50'000);
  EXPECT_EQ(got.text_at("/currency"), "DKK");
  EXPECT_EQ(got.text_at("/expiresAt"), "2026-06-01T08:10:00.000Z");
  EXPECT_EQ(got.text_at("/accessToken").size(), 26U);
  EXPECT_FALSE(got.body.as_object().contains("userDetails"));
  EXPECT_EQ(state_of(0), "held");
  EXPECT_EQ(state_of(2), "free");
}

TEST_F(HoldsTest, AllSpotsOrNone) {
  ASSERT_EQ(hold(R"([{"spot":"s2"}])").status, 201);
  const auto got = hold(R"([{"spot":"s1"},{"spot":"s2"}])");
  EXPECT_EQ(got.status, 409);
  EXPECT_EQ(got.code(), "hold_conflict");
  EXPECT_FALSE(got.at("/alternatives/0/spots").as_array().empty());
  EXPECT_EQ(state_of(0), "free");
}

TEST_F(HoldsTest, ALapsedHoldIsFreeForOthersAndNoLongerBookable) {
  const auto first = hold(R"([{"spot":"s1"}])");
  w.clock.advance(10 * minute);
  EXPECT_EQ(hold(R"([{"spot":"s1"}])").status, 201);
  const auto late = w.post(
      "/bookings", {.body = R"({"holdId":")" + first.text_at("/holdId") + "\"," + ida + "}", .access = first.text_at("/accessToken")});
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.code(), "hold_expired");
  EXPECT_EQ(late.text_at("/at"), "2026-06-01T08:10:00.000Z");
}

TEST_F(HoldsTest, ExtendedUpToTheLimit) {
  const auto held = hold(R"([{"spot":"s1"}])");
  const auto extend = [&] { return w.post("/holds/" + held.text_at("/holdId") + "/extend", {.access = held.text_at("/accessToken")}); };
  w.clock.advance(9 * minute);
  const auto once = extend();
  ASSERT_EQ(once.status, 200) << once.text;
  EXPECT_EQ(once.text_at("/expiresAt"), "2026-06-01T08:19:00.000Z");
  w.clock.advance(9 * minute);
  EXPECT_EQ(extend().text_at("/expiresAt"), "2026-06-01T08:28:00.000Z");
  w.clock.advance(9 * minute);
  EXPECT_EQ(extend().text_at("/expiresAt"), "2026-06-01T08:30:00.000Z");
  const auto over = extend();
  EXPECT_EQ(over.status, 409);
  EXPECT_EQ(over.code(), "hold_limit");
}

TEST_F(HoldsTest, ChangedAndGivenUpByItsGuestOnly) {
  const auto held = hold(R"([{"spot":"s1"}])");
  const auto path = "/holds/" + held.text_at("/holdId");
  const auto change = R"({"spots":[{"spot":"s3"},{"spot":"s4"}]})";
  EXPECT_EQ(w.put(path, {.body = change}).status, 401);
  EXPECT_EQ(w.put(path, {.body = change, .access = std::string(26, '0')}).status, 404);
  EXPECT_EQ(w.put(path, {.body = change, .access = "short"}).status, 404);
  const auto changed = w.put(path, {.body = change, .access = held.text_at("/accessToken")});
  ASSERT_EQ(changed.status, 200) << changed.text;
  EXPECT_EQ(changed.at("/quantity").as_int64(), 2);
  EXPECT_EQ(state_of(0), "free");
  EXPECT_EQ(state_of(2), "held");
  EXPECT_EQ(w.remove(path, {.access = held.text_at("/accessToken")}).status, 204);
  EXPECT_EQ(w.remove(path, {.access = held.text_at("/accessToken")}).status, 204);
  EXPECT_EQ(state_of(2), "free");
}

TEST_F(HoldsTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(hold(R"([{"spot":"s1"},{"spot":"zz"}])").fields(), (fields{"spots[1].spot:unknown"}));
  EXPECT_EQ(hold(R"([{"spot":"s1"},{"spot":"s1"}])").fields(), (fields{"spots[1].spot:duplicate"}));
  EXPECT_EQ(hold("[]").fields(), (fields{"spots:range"}));
  EXPECT_EQ(hold("7").fields(), (fields{"spots:type"}));
  EXPECT_EQ(hold(R"([{"spot":"s1","quantity":1.5}])").fields(), (fields{"spots[0].quantity:type"}));
  const auto both = w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s1"}],"category":"tent"})"});
  EXPECT_EQ(both.fields(), (fields{"category:unknown"}));
  const auto neither = w.post("/holds", {.body = R"({"resourceId":"e.b"})"});
  EXPECT_EQ(neither.fields(), (fields{"quantity:required", "category:required"}));
}

TEST_F(HoldsTest, OnlyInsideTheEventsTime) {
  const auto between = [&](const std::string& from, const std::string& to) {
    return w.post("/holds",
                  {.body = R"({"resourceId":"e.b","spots":[{"spot":"s5"}],"startDate":")" + from + R"(","endDate":")" + to + "\"}"});
  };
  EXPECT_EQ(between("2026-07-01", "2026-07-04").fields(), (fields{"startDate:conflict"}));
  EXPECT_EQ(between("2026-07-09", "2026-07-11").fields(), (fields{"endDate:conflict"}));
  EXPECT_EQ(between("2026-07-05", "2026-07-04").fields(), (fields{"endDate:range"}));
  EXPECT_EQ(between("2026-02-30", "2026-07-04").fields(), (fields{"startDate:range"}));
  EXPECT_EQ(between("tomorrow", "2026-07-04").fields(), (fields{"startDate:format"}));
  const auto got = between("2026-07-03", "2026-07-10");  // the first and the last day are only half inside
  ASSERT_EQ(got.status, 201) << got.text;
  EXPECT_EQ(got.text_at("/startDate"), "2026-07-03T10:00:00.000Z");
  EXPECT_EQ(got.text_at("/endDate"), "2026-07-10T10:00:00.000Z");
}

TEST_F(HoldsTest, TheWayAnEventIsSoldIsKept) {
  const auto group = w.post("/holds", {.body = R"({"resourceId":"e","category":"tent","quantity":2})"});
  EXPECT_EQ(group.status, 422);
  EXPECT_EQ(group.code(), "flow_mismatch");
}

TEST_F(HoldsTest, UnknownOrHiddenEventsAreNotThere) {
  EXPECT_EQ(w.post("/holds", {.body = R"({"resourceId":"x.b","spots":[{"spot":"s1"}]})"}).status, 404);
  EXPECT_EQ(w.post("/holds", {.body = R"({"resourceId":"e.x","spots":[{"spot":"s1"}]})"}).status, 404);
  w.event("hidden", R"(,"flow":"spot")");
  w.block("hidden.b", spots_json("s", 2));
  EXPECT_EQ(w.post("/holds", {.body = R"({"resourceId":"hidden.b","spots":[{"spot":"s1"}]})"}).status, 201);
  ASSERT_EQ(w.put("/admin/events/hidden",
                  {.body = R"({"title":{"en":"x"},"frame":{"startDate":"2026-07-03"},"blockIds":["hidden.b"],"published":false})",
                   .bearer = w.token("admin")})
                .status,
            200);
  EXPECT_EQ(w.post("/holds", {.body = R"({"resourceId":"hidden.b","spots":[{"spot":"s2"}]})"}).status, 404);
}

TEST_F(HoldsTest, ClosedMeansClosed) {
  ASSERT_EQ(w.post("/admin/events/e/close", {.bearer = w.token("staff")}).status, 200);
  const auto got = hold(R"([{"spot":"s1"}])");
  EXPECT_EQ(got.status, 409);
  EXPECT_EQ(got.code(), "booking_closed");
}

}  // namespace
}  // namespace holdfast::test
