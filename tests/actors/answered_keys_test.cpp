#include "actors/entity/answered_keys.hpp"

#include <gtest/gtest.h>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::actors {
namespace {

using std::chrono::milliseconds;

std::string reply(const std::string& id) {
  v1::Reply out;
  out.mutable_booking()->set_booking_id(id);
  return out.SerializeAsString();
}

TEST(AnsweredKeys, AreFoundUntilTheirTimeIsOver) {
  answered_keys keys(milliseconds{100}, 10);
  keys.remember("k", "f", reply("a"), 1'000);
  ASSERT_TRUE(keys.find("k", 1'099));
  EXPECT_EQ(keys.find("k", 1'099)->fingerprint, "f");
  EXPECT_EQ(keys.find("k", 1'099)->reply, reply("a"));
  EXPECT_FALSE(keys.find("k", 1'100));
}

TEST(AnsweredKeys, TheOldestGoBeyondTheBound) {
  answered_keys keys(milliseconds{1'000}, 3);
  for (int i = 0; i < 5; ++i) keys.remember(std::to_string(i), "f", reply("a"), i);
  EXPECT_EQ(keys.size(), 3U);
  EXPECT_FALSE(keys.find("1", 5));
  EXPECT_TRUE(keys.find("2", 5));
}

TEST(AnsweredKeys, ALaterAnswerReplacesAnEarlierOne) {
  answered_keys keys(milliseconds{100}, 10);
  keys.remember("k", "f", reply("a"), 1'000);
  keys.remember("l", "f", reply("a"), 1'010);
  keys.remember("k", "g", reply("b"), 990);  // the clock went back
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys.find("k", 1'000)->fingerprint, "g");
  EXPECT_EQ(keys.find("k", 1'000)->reply, reply("b"));
  keys.remember("m", "f", reply("a"), 1'200);
  EXPECT_EQ(keys.size(), 1U) << "all others are too old";
}

TEST(AnsweredKeys, SaveAndRestoreIsTheIdentity) {
  answered_keys keys(milliseconds{1'000}, 10);
  for (int i = 0; i < 4; ++i) keys.remember(std::to_string(i), std::string("f\0g", 3), reply("b" + std::to_string(i)), 10 + i);
  v1::EntitySnapshot saved, again;
  keys.save(saved);
  answered_keys other(milliseconds{1'000}, 10);
  other.restore(saved);
  other.save(again);
  EXPECT_EQ(saved.SerializeAsString(), again.SerializeAsString());
}

}  // namespace
}  // namespace holdfast::actors
