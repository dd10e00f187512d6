// Lists of bookings, for staff and for the guest who proves one booking of the account.
#include <gtest/gtest.h>

#include "gateway/auth/tokens.hpp"
#include "persistence/read_model.hpp"
#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

using fields = std::vector<std::string>;

class ListsTest : public ::testing::Test {
protected:
  ListsTest() { w.spot_tenant(); }
  answered book(const std::string& spot, const std::string& email) {
    return w.post("/bookings", {.body = R"({"resourceId":"e.b","spots":[{"spot":")" + spot +
                                        R"("}],"userDetails":{"firstName":"I","lastName":"L","email":")" + email + "\"}}"});
  }
  void prove_address(const answered& booking) {
    v1::Command get;
    get.set_entity_id("block/t/e.b");
    get.mutable_get_booking()->set_booking_id(booking.text_at("/bookingId"));
    get.mutable_get_booking()->set_actor(v1::ACTOR_STAFF);
    const auto reply = w.ask(get);
    const auto token = gateway::derive_token(w.keys->secret(), v1::TOKEN_CONFIRM_EMAIL, "t", reply.booking().booking_id(),
                                             reply.booking().confirm_email_nonce());
    const auto got = w.post("/confirmations", {.body = R"({"token":")" + booking.text_at("/bookingId") + "~" + token + "\"}"});
    ASSERT_EQ(got.status, 200) << got.text;
  }
  world w;
};

TEST_F(ListsTest, StaffFilterBookings) {
  const auto a = book("s1", "Ida@Example.org"), b = book("s2", "bo@example.org");
  ASSERT_EQ(w.post("/bookings/" + b.text_at("/bookingId") + "/cancel", {.access = b.text_at("/accessToken")}).status, 200);
  w.catch_up();
  const auto total = [&](const std::string& query) {
    const auto got = w.get("/admin/bookings" + query, {.bearer = w.token("staff")});
    EXPECT_EQ(got.status, 200) << got.text;
    return got.at("/pagination/total").to_number<int>();
  };
  EXPECT_EQ(total(""), 2);
  EXPECT_EQ(total("?status=cancelled"), 1);
  EXPECT_EQ(total("?email=ida@example.org"), 1);
  EXPECT_EQ(total("?confirmationCode=" + a.text_at("/confirmationCode")), 1);
  EXPECT_EQ(total("?eventId=other"), 0);
  EXPECT_EQ(w.get("/admin/bookings?status=lost&email=x", {.bearer = w.token("staff")}).fields(), (fields{"email:format", "status:format"}));
}

TEST_F(ListsTest, AGuestSeesTheOwnAccountOnly) {
  const auto mine = book("s1", "ida@example.org"), also_mine = book("s2", "ida@example.org"), other = book("s3", "bo@example.org");
  const auto account = persistence::user_id_for("t", "ida@example.org");
  const auto list = [&](const answered& booking, const std::string& access) {
    return w.get("/users/" + account + "/bookings?booking=" + booking.text_at("/bookingId"), {.access = access});
  };
  EXPECT_EQ(list(mine, mine.text_at("/accessToken")).status, 404);  // the address is not proven yet
  prove_address(mine);
  prove_address(other);
  w.catch_up();
  const auto got = list(mine, mine.text_at("/accessToken"));
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_EQ(got.at("/pagination/total").to_number<int>(), 1);  // the other one is not proven
  EXPECT_EQ(list(other, other.text_at("/accessToken")).status, 404);
  EXPECT_EQ(list(mine, other.text_at("/accessToken")).status, 404);
  EXPECT_EQ(w.get("/users/" + account + "/bookings").status, 401);
  EXPECT_EQ(w.get("/users/" + account + "/bookings", {.access = mine.text_at("/accessToken")}).fields(), (fields{"booking:required"}));
  EXPECT_EQ(w.get("/users/" + account + "/bookings", {.bearer = w.token("staff")}).status, 200);
  EXPECT_EQ(w.get("/users/somebody/bookings", {.bearer = w.token("staff")}).status, 404);
}

}  // namespace
}  // namespace holdfast::test
