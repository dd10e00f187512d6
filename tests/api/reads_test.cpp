// The pool that reads lists: bounded, with deadlines, never silent.
#include "gateway/api/reads.hpp"

#include <gtest/gtest.h>

#include <latch>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

using gateway::api::reads;
using outcome = gateway::api::read_outcome<int>;

class ReadsTest : public ::testing::Test {
protected:
  ReadsTest() : storage(*persistence::open_storage("memory:")) { EXPECT_TRUE(storage->migrate()); }
  static v1::ErrorCode code(const outcome& o) { return std::get<v1::Rejection>(o).code(); }
  std::shared_ptr<persistence::storage> storage;
  manual_clock clock{1000};
};

TEST_F(ReadsTest, PastTheLimitTheAnswerIsOverloadedAtOnce) {
  reads pool(storage, {.threads = 1, .queue_max = 2}, clock);
  std::latch started(1), go(1), done(3);
  const auto count = [&](const outcome&) { done.count_down(); };
  pool.run<int>(
      2000,
      [&](auto&) {
        started.count_down();
        go.wait();
        return result<int>(1);
      },
      count);
  started.wait();
  for (int i = 0; i < 2; ++i)
    pool.run<int>(
        2000, [](auto&) { return result<int>(1); }, count);
  std::optional<outcome> refused;
  pool.run<int>(
      2000, [](auto&) { return result<int>(1); }, [&](outcome o) { refused = std::move(o); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(code(*refused), v1::OVERLOADED);
  EXPECT_EQ(pool.count().waiting, 2U);
  go.count_down();
  done.wait();
  EXPECT_EQ(pool.count().overloaded, 1U);
}

TEST_F(ReadsTest, WhatWaitedTooLongIsNotRead) {
  reads pool(storage, {.threads = 1, .queue_max = 2}, clock);
  std::promise<outcome> answer;
  bool asked = false;
  pool.run<int>(
      1000,
      [&](auto&) {
        asked = true;
        return result<int>(1);
      },
      [&](outcome o) { answer.set_value(std::move(o)); });
  EXPECT_EQ(code(answer.get_future().get()), v1::UNAVAILABLE);
  EXPECT_FALSE(asked);
}

TEST_F(ReadsTest, AFailedStoreIsUnavailableAndTriedAfresh) {
  reads pool(storage, {.threads = 1, .queue_max = 2}, clock);
  std::promise<outcome> first, second;
  pool.run<int>(
      2000, [](auto&) -> result<int> { return fail(failure_code::unavailable, "gone"); },
      [&](outcome o) { first.set_value(std::move(o)); });
  EXPECT_EQ(code(first.get_future().get()), v1::UNAVAILABLE);
  pool.run<int>(
      2000, [](auto&) { return result<int>(7); }, [&](outcome o) { second.set_value(std::move(o)); });
  EXPECT_EQ(std::get<int>(second.get_future().get()), 7);
}

TEST_F(ReadsTest, NobodyIsForgottenAtTheEnd) {
  std::promise<outcome> waiting;
  std::latch started(1);
  std::latch go(1);
  {
    auto pool = std::make_unique<reads>(storage, reads::settings{.threads = 1, .queue_max = 2}, clock);
    pool->run<int>(
        2000,
        [&](auto&) {
          started.count_down();
          go.wait();
          return result<int>(1);
        },
        [](const outcome&) {});
    started.wait();
    pool->run<int>(
        2000, [](auto&) { return result<int>(1); }, [&](outcome o) { waiting.set_value(std::move(o)); });
    std::thread release([&] { go.count_down(); });
    pool.reset();
    release.join();
  }
  const auto last = waiting.get_future().get();
  if (const auto* refusal = std::get_if<v1::Rejection>(&last))
    EXPECT_EQ(refusal->code(), v1::UNAVAILABLE);
  else
    EXPECT_EQ(std::get<int>(last), 1);
}

}  // namespace
}  // namespace holdfast::test
