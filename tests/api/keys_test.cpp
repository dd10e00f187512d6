// The same Idempotency-Key: the first answer again, whatever happened in between; never for another request.
#include <gtest/gtest.h>

#include "gateway/api/key_memory.hpp"
#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

class KeysTest : public ::testing::Test {
protected:
  KeysTest() { w.spot_tenant(); }
  answered hold(const std::string& spot, const std::string& key, const std::string& block = "e.b") {
    return w.post("/holds", {.body = R"({"resourceId":")" + block + R"(","spots":[{"spot":")" + spot + "\"}]}", .key = key});
  }
  world w;
};

TEST_F(KeysTest, TheFirstAnswerAgain) {
  const auto first = hold("s1", "key-1");
  w.clock.advance(5 * minute);
  const auto again = hold("s1", "key-1");
  ASSERT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.text, first.text);  // the access token too
}

TEST_F(KeysTest, AnotherBodyIsRefused) {
  ASSERT_EQ(hold("s1", "key-1").status, 201);
  const auto other = hold("s2", "key-1");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.code(), "idempotency_key_reused");
  EXPECT_EQ(w.get("/blocks/e.b").text_at("/spots/1/state"), "free");
}

TEST_F(KeysTest, AnotherBodyForAnotherBlockIsRefusedToo) {
  w.event("f");
  w.block("f.b", spots_json("s", 2));
  ASSERT_EQ(hold("s1", "key-1").status, 201);
  EXPECT_EQ(hold("s1", "key-1", "f.b").code(), "idempotency_key_reused");
}

TEST_F(KeysTest, AKeyWhoseRequestWasRefusedIsFree) {
  ASSERT_EQ(hold("nowhere", "key-1").status, 422);
  EXPECT_EQ(hold("s1", "key-1").status, 201);
}

TEST_F(KeysTest, ALostAnswerIsGivenAgain) {
  w.region->lose(v1::Command::kPlaceHold);
  const auto lost = hold("s1", "key-1");
  EXPECT_EQ(lost.status, 503);
  EXPECT_EQ(lost.code(), "unavailable");
  EXPECT_FALSE(lost.header("Retry-After").empty());
  EXPECT_EQ(w.get("/blocks/e.b").text_at("/spots/0/state"), "held");
  const auto again = hold("s1", "key-1");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.text_at("/status"), "held");
}

TEST_F(KeysTest, OperationsDoNotShareKeys) {
  const auto held = hold("s1", "key-1");
  const auto extended = w.post("/holds/" + held.text_at("/holdId") + "/extend", {.key = "key-1", .access = held.text_at("/accessToken")});
  EXPECT_EQ(extended.status, 409) << extended.text;  // fresh holds cannot live longer yet: decided, not repeated
  EXPECT_EQ(extended.code(), "hold_limit");
}

TEST_F(KeysTest, KeysAreVisibleAsciiOfAtMost128Characters) {
  EXPECT_EQ(hold("s1", std::string(128, 'k')).status, 201);
  for (const auto& key : {std::string(129, 'k'), std::string("with space"), std::string("t\xc3\xa6nd")}) {
    const auto got = hold("s2", key);
    EXPECT_EQ(got.status, 422);
    EXPECT_EQ(got.fields(), std::vector<std::string>{"Idempotency-Key:format"});
  }
}

TEST_F(KeysTest, AConfirmedHoldIsConfirmedOnce) {
  const auto held = hold("s1", "key-1");
  const auto book = [&] {
    return w.post(
        "/bookings",
        {.body = R"({"holdId":")" + held.text_at("/holdId") + "\"," + ida + "}", .key = "key-2", .access = held.text_at("/accessToken")});
  };
  w.region->lose(v1::Command::kConfirmHold);
  EXPECT_EQ(book().status, 503);
  const auto booked = book();
  ASSERT_EQ(booked.status, 201) << booked.text;
  EXPECT_EQ(book().text, booked.text);
}

TEST(KeyMemory, ForgetsTheOldest) {
  gateway::api::key_memory memory(2);
  using verdict = gateway::api::key_memory::verdict;
  EXPECT_EQ(memory.use("a", "1"), verdict::first_use);
  EXPECT_EQ(memory.use("a", "2"), verdict::other_request);
  EXPECT_EQ(memory.use("a", "1"), verdict::repeated);
  EXPECT_EQ(memory.use("b", "1"), verdict::first_use);
  EXPECT_EQ(memory.use("c", "1"), verdict::first_use);
  EXPECT_EQ(memory.use("a", "2"), verdict::first_use);
  memory.release("a");
  EXPECT_EQ(memory.use("a", "3"), verdict::first_use);
}

}  // namespace
}  // namespace holdfast::test
