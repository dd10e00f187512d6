#include "actors/entity/stored_entry.hpp"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

namespace holdfast::actors {
namespace {

using google::protobuf::util::MessageDifferencer;

v1::Entry entry() {
  v1::Entry out;
  out.set_at_ms(7);
  out.set_idempotency_key("k");
  out.set_trace_id("t");
  out.add_block()->mutable_hold_released()->set_booking_id("e.b.1");
  return out;
}

v1::Reply answer() {
  v1::Reply out;
  out.mutable_booking()->set_booking_id("e.b.1");
  return out;
}

TEST(StoredEntry, WhatIsWrittenIsAnEntryWithItsAnswer) {
  auto whole = entry();
  *whole.mutable_reply() = answer();
  v1::Entry read;
  ASSERT_TRUE(read.ParseFromString(write_entry(entry(), answer().SerializeAsString())));
  EXPECT_TRUE(MessageDifferencer::Equals(read, whole));
}

TEST(StoredEntry, TheAnswerIsReadAsBytesWhereverItStands) {
  auto whole = entry();
  *whole.mutable_reply() = answer();
  for (const auto& payload : {whole.SerializeAsString(), write_entry(entry(), answer().SerializeAsString())}) {
    v1::Entry read;
    std::string_view reply;
    ASSERT_TRUE(read_entry(payload, read, reply));
    EXPECT_TRUE(MessageDifferencer::Equals(read, entry()));
    EXPECT_EQ(reply, answer().SerializeAsString());
  }
}

TEST(StoredEntry, AnEntryNeedsNoAnswer) {
  v1::Entry read;
  std::string_view reply;
  ASSERT_TRUE(read_entry(write_entry(entry(), {}), read, reply));
  EXPECT_TRUE(MessageDifferencer::Equals(read, entry()));
  EXPECT_TRUE(reply.empty());
}

TEST(StoredEntry, WhatIsCutOffIsNoEntry) {
  const auto payload = write_entry(entry(), answer().SerializeAsString());
  std::size_t whole = 0;
  for (std::size_t size = 1; size < payload.size(); ++size) {
    v1::Entry read;
    std::string_view reply;
    if (!read_entry(std::string_view(payload).substr(0, size), read, reply)) continue;
    ++whole;
    v1::Entry alone;
    EXPECT_TRUE(alone.ParseFromArray(payload.data(), static_cast<int>(size))) << size;
  }
  EXPECT_EQ(whole, 4U) << "only after each of the fields in front of the last";
}

TEST(StoredEntry, TwoAnswersAreNone) {
  const auto twice = write_entry(entry(), answer().SerializeAsString()) + write_entry({}, answer().SerializeAsString());
  v1::Entry read;
  std::string_view reply;
  EXPECT_FALSE(read_entry(twice, read, reply));
}

}  // namespace
}  // namespace holdfast::actors
