// Bookings in the spot flow: made, read, cancelled.
#include <gtest/gtest.h>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

using fields = std::vector<std::string>;

class BookingsTest : public ::testing::Test {
protected:
  BookingsTest() { w.spot_tenant(); }
  answered book(const std::string& spot, const std::string& details = ida) {
    return w.post("/bookings", {.body = R"({"resourceId":"e.b","spots":[{"spot":")" + spot + "\"}]," + details + "}"});
  }
  answered contact(const std::string& details) { return book("s1", "\"userDetails\":" + details); }
  world w;
};

TEST_F(BookingsTest, FromAHold) {
  const auto held = w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s1"}]})"});
  const auto body = R"({"holdId":")" + held.text_at("/holdId") + "\"," + ida + "}";
  EXPECT_EQ(w.post("/bookings", {.body = body}).status, 401);
  EXPECT_EQ(w.post("/bookings", {.body = body, .access = std::string(26, 'z')}).status, 404);
  const auto booked = w.post("/bookings", {.body = body, .access = held.text_at("/accessToken")});
  ASSERT_EQ(booked.status, 201) << booked.text;
  EXPECT_EQ(booked.text_at("/status"), "confirmed");
  EXPECT_EQ(booked.at("/bookingId"), held.at("/bookingId"));
  EXPECT_EQ(booked.header("Location"), "/api/v1/bookings/" + booked.text_at("/bookingId"));
  EXPECT_EQ(booked.text_at("/confirmationCode").size(), 8U);
  EXPECT_EQ(booked.text_at("/userDetails/email"), "ida@example.org");
  EXPECT_EQ(booked.text_at("/userDetails/language"), "da");  // the tenant's first
  EXPECT_FALSE(booked.body.as_object().contains("userId"));  // the address is not proven
}

TEST_F(BookingsTest, InOneStep) {
  const auto booked = book("s2");
  ASSERT_EQ(booked.status, 201) << booked.text;
  EXPECT_EQ(booked.text_at("/status"), "confirmed");
  EXPECT_EQ(w.get("/blocks/e.b").text_at("/spots/1/state"), "taken");
  EXPECT_EQ(book("s2").code(), "hold_conflict");
}

TEST_F(BookingsTest, QuantityAndSpotsMustAgree) {
  const auto with = [&](const std::string& quantity) {
    return w.post("/bookings",
                  {.body = R"({"resourceId":"e.b","spots":[{"spot":"s1"},{"spot":"s2"}],"quantity":)" + quantity + "," + ida + "}"});
  };
  EXPECT_EQ(with("3").fields(), (fields{"quantity:conflict"}));
  EXPECT_EQ(with("2").status, 201);
}

TEST_F(BookingsTest, ContactsAreChecked) {
  EXPECT_EQ(contact("{}").fields(),
            (fields{"userDetails.firstName:required", "userDetails.lastName:required", "userDetails.email:required"}));
  EXPECT_EQ(contact(R"({"firstName":" ","lastName":"L\u0007","email":"ida@"})").fields(),
            (fields{"userDetails.firstName:format", "userDetails.lastName:format", "userDetails.email:format"}));
  EXPECT_EQ(contact(R"({"firstName":"I","lastName":"L","email":"i@example.org","phone":"call me","language":"danish","age":7})").fields(),
            (fields{"userDetails.phone:format", "userDetails.language:format", "userDetails.age:unknown"}));
  EXPECT_EQ(contact(R"({"firstName":"I","lastName":"L","email":"i@example.org","language":"de"})").text_at("/userDetails/language"), "da");
  EXPECT_EQ(w.get("/blocks/e.b").at("/figures/0/taken").as_int64(), 1);
}

TEST_F(BookingsTest, BodiesThatCannotBeRead) {
  const auto send = [&](const std::string& body, const std::string& type = "application/json") {
    return w.post("/bookings", {.body = body, .content_type = type});
  };
  EXPECT_EQ(send("{").status, 400);
  EXPECT_EQ(send("{\"a\":1,\"a\":2}").fields(), (fields{"a:duplicate"}));
  EXPECT_EQ(send("[]").status, 422);
  EXPECT_EQ(send("{}", "text/plain").status, 415);
  EXPECT_EQ(send("{}", "application/json; charset=latin1").status, 415);
  EXPECT_EQ(send("{}", "application/json; charset=UTF-8").status, 422);
  EXPECT_EQ(w.post("/bookings", {}).status, 415);
  const auto problem = send("{");
  EXPECT_EQ(problem.content_type, "application/problem+json");
  EXPECT_EQ(problem.text_at("/requestId"), "test");
}

TEST_F(BookingsTest, ReadByItsGuestAndByStaff) {
  const auto booked = book("s1");
  const auto path = "/bookings/" + booked.text_at("/bookingId");
  EXPECT_EQ(w.get(path).status, 401);
  EXPECT_EQ(w.get(path, {.access = std::string(26, '0')}).status, 404);
  EXPECT_EQ(w.get("/bookings/nonsense", {.access = booked.text_at("/accessToken")}).status, 404);
  const auto own = w.get(path, {.access = booked.text_at("/accessToken")});
  ASSERT_EQ(own.status, 200);
  EXPECT_EQ(own.header("Cache-Control"), "no-store");
  EXPECT_FALSE(own.body.as_object().contains("accessToken"));
  EXPECT_EQ(w.get(path, {.bearer = w.token("staff")}).status, 200);
  EXPECT_EQ(w.get(path, {.bearer = w.token("staff", "other")}).status, 403);
  EXPECT_EQ(w.get(path, {.bearer = "nonsense"}).status, 401);
  EXPECT_EQ(w.get(path + "?x=1", {.access = booked.text_at("/accessToken")}).fields(), (fields{"x:unknown"}));
}

TEST_F(BookingsTest, CancelledByItsGuestUntilTheLimitAndByStaffLater) {
  ASSERT_EQ(w.put("/admin/tenant", {.body = R"({"name":"M","flow":"spot","currency":"DKK","timeZone":"Europe/Copenhagen","languages":["da"],
    "policy":{"cancelUntilBeforeStartMs":86400000}})",
                                    .bearer = w.token("admin")})
                .status,
            200);
  w.event("e");  // carries the policy into the block
  const auto first = book("s1"), second = book("s2");
  const auto cancel = [&](const answered& b, sent how) {
    return w.post("/bookings/" + b.text_at("/bookingId") + "/cancel", std::move(how));
  };
  const auto done = cancel(first, {.body = R"({"reason":"Rain"})", .access = first.text_at("/accessToken")});
  ASSERT_EQ(done.status, 200) << done.text;
  EXPECT_EQ(done.text_at("/status"), "cancelled");
  EXPECT_EQ(done.text_at("/cancelledAt"), "2026-06-01T08:00:00.000Z");
  EXPECT_EQ(w.get("/blocks/e.b").text_at("/spots/0/state"), "free");
  EXPECT_EQ(cancel(first, {.access = first.text_at("/accessToken")}).code(), "invalid_state");
  w.clock.set(1'783'072'800'000 - 23 * hour);
  EXPECT_EQ(cancel(second, {.access = second.text_at("/accessToken")}).code(), "cancel_too_late");
  EXPECT_EQ(cancel(second, {.bearer = w.token("staff")}).status, 200);
}

TEST_F(BookingsTest, AnotherTenantsIdsAreNotThere) {
  const auto booked = book("s1");
  const auto other = w.put("/admin/tenant", {.body = R"({"name":"O","flow":"spot","currency":"DKK","timeZone":"UTC","languages":["en"]})",
                                             .bearer = w.token("operator", "*"),
                                             .tenant = "other"});
  ASSERT_EQ(other.status, 200) << other.text;
  EXPECT_EQ(w.get("/bookings/" + booked.text_at("/bookingId"), {.access = booked.text_at("/accessToken"), .tenant = "other"}).status, 404);
  EXPECT_EQ(w.get("/events/e", {.tenant = "other"}).status, 404);
  EXPECT_EQ(w.get("/events/e", {.tenant = "nobody"}).status, 404);
  EXPECT_EQ(w.get("/events/e", {.tenant = ""}).status, 404);
}

}  // namespace
}  // namespace holdfast::test
