// The group flow: several entities answer one request, and it still happens once.
#include <gtest/gtest.h>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

class GroupsTest : public ::testing::Test {
protected:
  GroupsTest() { w.group_tenant(); }
  answered hold(int n, const std::string& key = "", const std::string& party = "") {
    return w.post("/holds", {.body = R"({"resourceId":"e","category":"tent","quantity":)" + std::to_string(n) +
                                     (party.empty() ? "" : R"(,"party":")" + party + "\"") + "}",
                             .key = key});
  }
  answered book(int n, const std::string& key) {
    return w.post("/bookings",
                  {.body = R"({"resourceId":"e","category":"tent","quantity":)" + std::to_string(n) + "," + ida + "}", .key = key});
  }
  std::int64_t free_spots() {
    w.settle("e");  // and the next plan knows what is left
    return w.get("/events/e/availability").at("/figures/0/free").to_number<std::int64_t>();
  }
  world w;
};

TEST_F(GroupsTest, TheBestFittingBlockTakesTheGroup) {
  const auto four = hold(4);
  ASSERT_EQ(four.status, 201) << four.text;
  EXPECT_EQ(four.text_at("/resourceId"), "e.a");
  EXPECT_TRUE(four.at("/adjacent").as_bool());
  EXPECT_TRUE(four.at("/assigned").as_bool());
  w.settle("e");
  EXPECT_EQ(hold(5).text_at("/resourceId"), "e.b");
}

TEST_F(GroupsTest, APartyStaysTogether) {
  ASSERT_EQ(hold(2, "", "Larches").text_at("/resourceId"), "e.a");
  w.settle("e");
  const auto more = hold(2, "", "Larches");
  EXPECT_EQ(more.text_at("/resourceId"), "e.a");
  EXPECT_EQ(more.text_at("/party"), "Larches");
}

TEST_F(GroupsTest, WhenNoBlockHasRoomTheAnswerSaysWhatThereIs) {
  const auto got = hold(9);
  EXPECT_EQ(got.status, 409);
  EXPECT_EQ(got.code(), "sold_out");
  EXPECT_FALSE(got.at("/alternatives").as_array().empty());
  EXPECT_EQ(free_spots(), 12);
}

TEST_F(GroupsTest, TheSameKeyNeverTakesTwice) {
  const auto first = hold(3, "key-1");
  const auto again = hold(3, "key-1");
  EXPECT_EQ(again.text, first.text);
  EXPECT_EQ(free_spots(), 9);
}

TEST_F(GroupsTest, AnAnswerLostAtAnyStepIsFoundAgain) {
  for (const auto step : {v1::Command::kPlanGroup, v1::Command::kPlaceHold, v1::Command::kBindGroup, v1::Command::kConfirmHold}) {
    const auto before = free_spots();
    const auto key = "key-" + std::to_string(step);
    w.region->lose(step);
    EXPECT_EQ(book(1, key).status, 503);
    const auto booked = book(1, key);
    ASSERT_EQ(booked.status, 201) << booked.text;
    EXPECT_EQ(booked.text_at("/status"), "confirmed");
    EXPECT_EQ(book(1, key).text, booked.text);
    EXPECT_EQ(free_spots(), before - 1) << step;
  }
}

TEST_F(GroupsTest, AStepThatWasNotTakenIsTakenOnRepeat) {
  for (const auto step : {v1::Command::kPlaceHold, v1::Command::kBindGroup, v1::Command::kConfirmHold}) {
    const auto before = free_spots();
    const auto key = "key-" + std::to_string(step);
    w.region->drop(step);
    EXPECT_EQ(book(1, key).status, 503);
    EXPECT_EQ(book(1, key).text_at("/status"), "confirmed");
    EXPECT_EQ(free_spots(), before - 1) << step;
  }
}

TEST_F(GroupsTest, ABlockMayBeNamed) {
  const auto got = w.post("/holds", {.body = R"({"resourceId":"e.b","category":"tent","quantity":2})"});
  ASSERT_EQ(got.status, 201) << got.text;
  EXPECT_EQ(got.text_at("/resourceId"), "e.b");
}

TEST_F(GroupsTest, SpotsAreNotChosen) {
  const auto got = w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":"b1"}]})"});
  EXPECT_EQ(got.status, 422);
  EXPECT_EQ(got.code(), "flow_mismatch");
}

TEST_F(GroupsTest, ACategoryMustBeNamedAndExist) {
  const auto none = w.post("/bookings", {.body = R"({"resourceId":"e","quantity":2,)" + ida + "}"});
  EXPECT_EQ(none.fields(), std::vector<std::string>{"category:required"});
  const auto unknown = w.post("/holds", {.body = R"({"resourceId":"e","category":"castle","quantity":2})"});
  EXPECT_EQ(unknown.status, 422) << unknown.text;
  EXPECT_EQ(unknown.fields(), std::vector<std::string>{"category:unknown"});
}

}  // namespace
}  // namespace holdfast::test
