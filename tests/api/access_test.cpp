// Who may do what: every operation for staff, with every kind of caller who may not.
#include <gtest/gtest.h>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

struct guarded {
  const char* method;
  const char* path;
  bool staff_may;
};

class AccessTest : public ::testing::TestWithParam<guarded> {
protected:
  AccessTest() { w.spot_tenant(); }
  int status(const std::string& bearer) { return w.send(GetParam().method, GetParam().path, {.body = "{}", .bearer = bearer}).status; }
  world w;
};

TEST_P(AccessTest, OnlyWithTheRightToken) {
  EXPECT_EQ(status(""), 401);
  EXPECT_EQ(status("not.a.token"), 401);
  EXPECT_EQ(status(w.token("admin", "other")), 403);
  EXPECT_EQ(status(w.token("guest")), 403);
  EXPECT_EQ(status(w.token("staff")) == 403, !GetParam().staff_may);
  const auto allowed = [](int s) { return s == 200 || s == 422; };
  EXPECT_TRUE(allowed(status(w.token("admin"))));
  EXPECT_TRUE(allowed(status(w.token("operator", "*"))));
  const auto token = w.token("admin");
  w.clock.advance(31 * day);
  EXPECT_EQ(status(token), 401);
}

INSTANTIATE_TEST_SUITE_P(Operations, AccessTest,
                         ::testing::Values(guarded{"PUT", "/admin/tenant", false}, guarded{"PUT", "/admin/events/e", false},
                                           guarded{"PUT", "/admin/blocks/e.b", false}, guarded{"POST", "/admin/events/e/open", true},
                                           guarded{"POST", "/admin/events/e/close", true},
                                           guarded{"PUT", "/admin/blocks/e.b/occupation", true}, guarded{"GET", "/admin/bookings", true},
                                           guarded{"POST", "/check-ins", true}));

TEST(StaffTokens, DoNotForbidWhatEverybodyMaySee) {
  world w;
  w.spot_tenant();
  EXPECT_EQ(w.get("/events/e", {.bearer = w.token("staff", "other")}).status, 200);
  EXPECT_EQ(w.get("/events/e", {.bearer = "nonsense"}).status, 401);
  EXPECT_FALSE(w.get("/events/e").body.as_object().contains("published"));
  EXPECT_TRUE(w.get("/events/e", {.bearer = w.token("staff")}).at("/published").as_bool());
}

}  // namespace
}  // namespace holdfast::test
