// Performances: reservation, e-mail, ticket, check-in.
#include <gtest/gtest.h>

#include "gateway/auth/tokens.hpp"
#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

class PerformancesTest : public ::testing::Test {
protected:
  PerformancesTest() { w.performance_tenant(10); }

  answered reserve(int n, const std::string& email = "ida@example.org") {
    return w.post("/bookings", {.body = R"({"resourceId":"e","quantity":)" + std::to_string(n) +
                                        R"(,"userDetails":{"firstName":"Ida","lastName":"Lund","email":")" + email + "\"}}"});
  }
  /// What the e-mail carries: derived from the nonce that the block keeps, as the mailer does it.
  std::string token(const answered& booking, v1::TokenPurpose purpose) {
    v1::Command get;
    get.set_entity_id("block/t/e.b");
    get.mutable_get_booking()->set_booking_id(booking.text_at("/bookingId"));
    get.mutable_get_booking()->set_actor(v1::ACTOR_STAFF);
    const auto reply = w.ask(get);
    const auto& view = reply.booking();
    return gateway::derive_token(w.keys->secret(), purpose, "t", view.booking_id(),
                                 purpose == v1::TOKEN_CHECK_IN ? view.check_in_nonce() : view.confirm_email_nonce());
  }
  answered confirm(const answered& booking, const std::string& key = "") {
    return w.post(
        "/confirmations",
        {.body = R"({"token":")" + booking.text_at("/bookingId") + "~" + token(booking, v1::TOKEN_CONFIRM_EMAIL) + "\"}", .key = key});
  }
  answered check_in(const answered& booking, const std::string& gate = "North") {
    const auto ticket = gateway::ticket_text(booking.text_at("/bookingId"), token(booking, v1::TOKEN_CHECK_IN));
    return w.post("/check-ins", {.body = R"({"ticket":")" + ticket + R"(","gate":")" + gate + "\"}", .bearer = w.token("staff")});
  }
  std::int64_t free_seats() { return w.get("/blocks/e.b").at("/figures/0/free").to_number<std::int64_t>(); }
  world w;
};

TEST_F(PerformancesTest, AReservationTakesNoSeatsUntilItsEmailIsConfirmed) {
  const auto reserved = reserve(4);
  ASSERT_EQ(reserved.status, 201) << reserved.text;
  EXPECT_EQ(reserved.text_at("/status"), "pending_email");
  EXPECT_EQ(reserved.at("/totalPrice").as_int64(), 4 * 12'350);
  EXPECT_EQ(free_seats(), 10);
  const auto confirmed = confirm(reserved);
  ASSERT_EQ(confirmed.status, 200) << confirmed.text;
  EXPECT_EQ(confirmed.text_at("/status"), "confirmed");
  EXPECT_EQ(confirmed.text_at("/accessToken"), reserved.text_at("/accessToken"));
  EXPECT_EQ(confirmed.text_at("/userId").substr(0, 2), "u_");
  EXPECT_EQ(free_seats(), 6);
}

TEST_F(PerformancesTest, TheLinkWorksOnceButARepeatedRequestIsNotAnotherUse) {
  const auto reserved = reserve(1);
  const auto first = confirm(reserved, "key-1");
  ASSERT_EQ(first.status, 200) << first.text;
  EXPECT_EQ(confirm(reserved, "key-1").text, first.text);
  const auto second = confirm(reserved, "key-2");
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.code(), "token_used");
}

TEST_F(PerformancesTest, NeverOverbooked) {
  const auto a = reserve(6), b = reserve(6, "bo@example.org");
  ASSERT_EQ(confirm(a).status, 200);
  const auto full = confirm(b);
  EXPECT_EQ(full.status, 409);
  EXPECT_EQ(full.code(), "sold_out");
  EXPECT_EQ(full.at("/alternatives/0/free").as_int64(), 4);
  EXPECT_EQ(free_seats(), 4);
}

TEST_F(PerformancesTest, WhenItIsFullOtherEveningsAreNamed) {
  w.event("next", R"(,"showId":"hamlet")");
  w.block("next.b", R"([{"label":"seat","category":"seat","capacity":50}])");
  w.catch_up();
  ASSERT_EQ(confirm(reserve(10)).status, 200);
  w.settle("e");
  const auto full = reserve(2);
  EXPECT_EQ(full.code(), "sold_out");
  ASSERT_FALSE(full.at("/alternatives").as_array().empty()) << full.text;
  EXPECT_EQ(full.text_at("/alternatives/0/resourceId"), "next");
  EXPECT_EQ(full.text_at("/alternatives/0/title"), "Sommer");
}

TEST_F(PerformancesTest, AnExpiredLinkIsGone) {
  const auto reserved = reserve(1);
  w.clock.advance(24 * hour);
  const auto got = confirm(reserved);
  EXPECT_EQ(got.status, 410);
  EXPECT_EQ(got.code(), "token_expired");
}

TEST_F(PerformancesTest, WrongLinksTellNothing) {
  const auto reserved = reserve(1);
  const auto with = [&](const std::string& token) { return w.post("/confirmations", {.body = R"({"token":")" + token + "\"}"}); };
  for (const auto& token : {std::string("nonsense"), std::string("e.b.000000000000~") + std::string(26, '0'),
                            reserved.text_at("/bookingId") + "~" + std::string(26, '0'),
                            std::string("e.nowhere.000000000000~") + std::string(26, '0'), reserved.text_at("/bookingId")}) {
    EXPECT_EQ(with(token).status, 404) << token;
    EXPECT_EQ(with(token).code(), "token_invalid") << token;
  }
}

TEST_F(PerformancesTest, CheckInOnceAndTheSecondScanSaysWhere) {
  const auto booking = reserve(2);
  EXPECT_EQ(check_in(booking).code(), "not_confirmed");
  ASSERT_EQ(confirm(booking).status, 200);
  EXPECT_EQ(check_in(booking).code(), "check_in_closed");
  w.clock.set(1'783'072'800'000 - hour);  // an hour before 3 July, noon
  const auto in = check_in(booking);
  ASSERT_EQ(in.status, 200) << in.text;
  EXPECT_EQ(in.text_at("/status"), "checked_in");
  EXPECT_EQ(in.text_at("/gate"), "North");
  EXPECT_EQ(in.text_at("/checkedInBy"), "staff@example.org");
  w.clock.advance(5 * minute);
  const auto second = check_in(booking, "South");
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.code(), "already_checked_in");
  EXPECT_EQ(second.text_at("/where"), "North");
  EXPECT_EQ(second.text_at("/at"), "2026-07-03T09:00:00.000Z");
}

TEST_F(PerformancesTest, CheckInByCodeInEitherCase) {
  const auto booking = reserve(1);
  ASSERT_EQ(confirm(booking).status, 200);
  w.catch_up();
  w.clock.set(1'783'072'800'000);
  std::string code = booking.text_at("/confirmationCode");
  for (auto& ch : code) ch = static_cast<char>(std::tolower(static_cast<unsigned char>(ch)));
  const auto by = [&](const std::string& c) {
    return w.post("/check-ins", {.body = R"({"confirmationCode":")" + c + R"(","gate":"Door"})", .bearer = w.token("staff")});
  };
  EXPECT_EQ(by("ZZZZZZZZ").code(), "ticket_invalid");
  EXPECT_EQ(by(code).status, 200);
}

TEST_F(PerformancesTest, TicketsAreForThoseWhoHoldTheBooking) {
  const auto booking = reserve(2);
  const auto path = "/bookings/" + booking.text_at("/bookingId") + "/ticket";
  const auto access = booking.text_at("/accessToken");
  EXPECT_EQ(w.get(path + ".png", {.access = access}).code(), "not_confirmed");
  ASSERT_EQ(confirm(booking).status, 200);
  const auto image = w.get(path + ".png?access=" + access);
  EXPECT_EQ(image.status, 200);
  EXPECT_EQ(image.content_type, "image/png");
  EXPECT_EQ(image.text.substr(1, 3), "PNG");
  const auto page = w.get(path + "?access=" + access + "&language=en");
  ASSERT_EQ(page.status, 200) << page.text;
  EXPECT_NE(page.text.find("ticket.png?access=" + access), std::string::npos);
  EXPECT_NE(page.text.find("Ida"), std::string::npos);
  EXPECT_EQ(w.get(path).status, 401);
  EXPECT_EQ(w.get(path + "?access=" + std::string(26, '0')).status, 404);
  EXPECT_EQ(w.get(path, {.bearer = w.token("staff")}).status, 200);
}

TEST_F(PerformancesTest, OutsideItsTimeAndItsWayOfSelling) {
  const auto with = [&](const std::string& extra) {
    return w.post("/bookings", {.body = R"({"resourceId":"e","quantity":1,)" + ida + extra + "}"});
  };
  EXPECT_EQ(with(R"(,"startDate":"2026-08-01")").fields(), std::vector<std::string>{"startDate:conflict"});
  EXPECT_EQ(with(R"(,"startDate":"2026-07-03")").status, 201);
  EXPECT_EQ(with(R"(,"party":"x")").fields(), std::vector<std::string>{"party:conflict"});
  EXPECT_EQ(with(R"(,"category":"balcony")").fields(), std::vector<std::string>{"category:unknown"});
  EXPECT_EQ(w.post("/holds", {.body = R"({"resourceId":"e","category":"seat","quantity":1})"}).code(), "flow_mismatch");
}

}  // namespace
}  // namespace holdfast::test
