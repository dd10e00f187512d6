#include "actors/link/request_table.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace holdfast::actors::link {
namespace {

using namespace std::chrono_literals;

class RequestTable : public ::testing::Test {
protected:
  std::optional<request_table::admitted> add(std::size_t bytes, std::chrono::milliseconds after) {
    answer_handler handler = [this](answer got) { heard.push_back(std::move(got)); };
    const auto got = table.add(handler, bytes, start + after);
    if (const auto* error = std::get_if<link_error>(&got)) {
      EXPECT_TRUE(handler) << "a refused handler stays with its owner";
      refused = *error;
      return std::nullopt;
    }
    return std::get<request_table::admitted>(got);
  }

  request_table table{{3, 100}};
  request_table::time_point start{};
  std::vector<answer> heard;
  std::optional<link_error> refused;
};

TEST_F(RequestTable, NothingPassesBeforeItOpensAndAfterItClosed) {
  EXPECT_FALSE(add(1, 1s));
  EXPECT_EQ(refused, link_error::unavailable);
  table.open();
  EXPECT_TRUE(add(1, 1s));
  table.close(link_error::peer_lost);
  refused.reset();
  EXPECT_FALSE(add(1, 1s));
  EXPECT_EQ(refused, link_error::unavailable);
  table.open();
  EXPECT_FALSE(add(1, 1s)) << "what is closed stays closed";
}

TEST_F(RequestTable, AnswersReachTheirHandlerOnce) {
  table.open();
  const auto first = add(1, 1s);
  const auto second = add(1, 1s);
  table.answered(second->id, "two");
  table.answered(second->id, "again");
  table.answered(first->id, "one");
  table.answered(999, "nobody asked");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(*heard[0], "two");
  EXPECT_EQ(*heard[1], "one");
  EXPECT_EQ(table.used().requests, 0U);
}

TEST_F(RequestTable, TheWindowCountsRequestsAndBytes) {
  table.open();
  EXPECT_TRUE(add(60, 1s));
  EXPECT_FALSE(add(41, 1s));
  EXPECT_EQ(refused, link_error::window_full);
  EXPECT_TRUE(add(40, 1s));
  EXPECT_EQ(table.used().bytes, 100U);
  const auto third = add(0, 1s);
  EXPECT_TRUE(third);
  refused.reset();
  EXPECT_FALSE(add(0, 1s));
  EXPECT_EQ(refused, link_error::window_full);
  table.answered(third->id, "done");
  EXPECT_TRUE(add(0, 1s));
}

TEST_F(RequestTable, DeadlinesFailInTimeAndKeepTheirCredit) {
  table.open();
  const auto late = add(10, 300ms);
  EXPECT_TRUE(late->sooner);
  EXPECT_FALSE(add(10, 400ms)->sooner);
  EXPECT_TRUE(add(10, 100ms)->sooner);
  EXPECT_EQ(table.expire(start + 99ms).next, start + 100ms);
  EXPECT_TRUE(heard.empty());
  const auto at_300 = table.expire(start + 300ms);
  EXPECT_EQ(at_300.failed, 2U);
  EXPECT_EQ(at_300.next, start + 400ms);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].error(), link_error::timed_out);
  EXPECT_EQ(table.used().requests, 3U) << "they still lie in a queue somewhere";
  EXPECT_FALSE(add(1, 1s));
  table.answered(late->id, "too late");
  EXPECT_EQ(heard.size(), 2U);
  EXPECT_EQ(table.used().requests, 2U);
  EXPECT_TRUE(add(1, 1s));
}

TEST_F(RequestTable, ClosingFailsWhatWaitsAndNothingTwice) {
  table.open();
  add(1, 100ms);
  add(1, 200ms);
  table.expire(start + 100ms);
  EXPECT_EQ(table.close(link_error::peer_lost), 1U);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[1].error(), link_error::peer_lost);
  EXPECT_EQ(table.close(link_error::peer_lost), 0U);
  EXPECT_EQ(table.expire(start + 1h).failed, 0U);
  EXPECT_EQ(heard.size(), 2U);
}

TEST_F(RequestTable, AHandlerMayAskAgain) {
  table.open();
  answer_handler again = [this](const answer&) { add(1, 1s); };
  const auto got = table.add(again, 1, start + 1ms);
  table.answered(std::get<request_table::admitted>(got).id, "next");
  EXPECT_EQ(table.used().requests, 1U);
}

}  // namespace
}  // namespace holdfast::actors::link
