// A node on real threads over the embedded journal.
#include "actors/node.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <thread>

#include "persistence/storage.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::test {
namespace {

using reply_ptr = std::shared_ptr<const v1::Reply>;
using namespace std::chrono_literals;

class ThreadedNodeTest : public ::testing::Test {
protected:
  ThreadedNodeTest() {
    storage = *persistence::open_storage("sqlite:" + (folder.path() / "holdfast.db").string());
    EXPECT_TRUE(storage->migrate());
  }

  std::unique_ptr<actors::node> start(const std::string& name = "a", actors::limits limits = {}) {
    actors::node_options options;
    options.name = name;
    options.limits = limits;
    options.storage = storage;
    auto made = actors::node::start(options);
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return std::move(*made);
  }

  /// Deadlines of the test commands lie on the virtual clock; here the machine's counts.
  static v1::Command now(v1::Command command) {
    command.set_deadline_ms(system_clock().now() + 20'000);
    return command;
  }
  static v1::Reply answer(actors::node& node, v1::Command command) {
    auto done = std::make_shared<std::promise<reply_ptr>>();
    auto future = done->get_future();
    node.region()->ask(std::make_shared<const v1::Command>(now(std::move(command))),
                       [done](reply_ptr reply) { done->set_value(std::move(reply)); });
    EXPECT_EQ(future.wait_for(30s), std::future_status::ready);
    return *future.get();
  }

  temporary_folder folder;
  std::shared_ptr<persistence::storage> storage;
};

TEST_F(ThreadedNodeTest, ConcurrentGuestsNeverShareASpot) {
  auto node = start();
  ASSERT_TRUE(answer(*node, define_block("e.b", 50)).has_block());
  constexpr int guests = 8, tries = 60;
  std::atomic<int> got{0}, refused{0};
  std::latch done(guests * tries);
  std::vector<std::thread> threads;
  threads.reserve(guests);
  for (int g = 0; g < guests; ++g)
    threads.emplace_back([&, g] {
      for (int i = 0; i < tries; ++i) {
        auto command = now(hold("e.b", 1 + g * tries + i, {"s" + std::to_string(1 + (i * 7 + g) % 50)}));
        node->region()->ask(std::make_shared<const v1::Command>(std::move(command)), [&](const reply_ptr& reply) {
          (reply->has_booking() ? got : refused).fetch_add(1);
          done.count_down();
        });
      }
    });
  for (auto& t : threads) t.join();
  done.wait();
  EXPECT_EQ(got.load(), 50);
  EXPECT_EQ(refused.load(), guests * tries - 50);
  node->stop(2s);
}

TEST_F(ThreadedNodeTest, WhatWasAnsweredSurvivesARestart) {
  auto node = start();
  answer(*node, define_block("e.b", 0, 1'000));
  const auto first = answer(*node, book("e.b", 1));
  ASSERT_TRUE(first.has_booking());
  node->stop(2s);
  node = start();
  const auto again = answer(*node, book("e.b", 1));
  EXPECT_TRUE(again.repeated_answer());
  EXPECT_EQ(again.booking().booking_id(), first.booking().booking_id());
}

TEST_F(ThreadedNodeTest, StoppingAnswersEverythingThatIsInFlight) {
  auto node = start();
  answer(*node, define_block("e.b", 0, 100'000));
  constexpr int n = 500;
  std::atomic<int> answered{0};
  for (int i = 1; i <= n; ++i)
    node->region()->ask(std::make_shared<const v1::Command>(now(book("e.b", i))), [&](const reply_ptr&) { answered.fetch_add(1); });
  node->stop(5s);
  EXPECT_EQ(answered.load(), n);
}

TEST_F(ThreadedNodeTest, AStoppedNodeLeavesSnapshots) {
  actors::limits limits;
  limits.snapshot_worth_percent = 0;
  auto node = start("a", limits);
  answer(*node, define_block("e.b", 0, 100'000));
  const auto bookings = limits.snapshot_put_away_entries;
  std::latch done(bookings);
  for (int i = 1; i <= bookings; ++i)
    node->region()->ask(std::make_shared<const v1::Command>(now(book("e.b", i))), [&](const reply_ptr&) { done.count_down(); });
  done.wait();
  const auto before = answer(*node, get_block("e.b")).SerializeAsString();
  node->stop(20s);
  const auto left = (*storage->snapshots())->load(block_entity(tenant, "e.b"));
  ASSERT_TRUE(left && *left);
  EXPECT_EQ((*left)->at.value, bookings + 1);
  node = start();
  EXPECT_EQ(answer(*node, get_block("e.b")).SerializeAsString(), before);
  EXPECT_EQ(node->figures().recovered_entries.load(), 0U) << "all of it came from the snapshot";
}

TEST_F(ThreadedNodeTest, LongTrafficIsFoldedBesideTheEntity) {
  actors::limits limits;
  limits.snapshot_every_entries = 100;
  limits.snapshot_worth_percent = 0;
  auto node = start("a", limits);
  answer(*node, define_block("e.b", 0, 100'000));
  constexpr int bookings = 350;
  for (int i = 1; i <= bookings; ++i) answer(*node, book("e.b", i));
  const auto before = answer(*node, get_block("e.b")).SerializeAsString();
  const auto patience = std::chrono::steady_clock::now() + 20s;
  while (node->figures().snapshots.load() < 3 && std::chrono::steady_clock::now() < patience) std::this_thread::sleep_for(5ms);
  const auto folded = (*storage->snapshots())->load(block_entity(tenant, "e.b"));
  ASSERT_TRUE(folded && *folded);
  EXPECT_EQ((*folded)->at.value, 300);
  auto next = start("b", limits);  // as after a crash: the first one leaves nothing more
  EXPECT_EQ(answer(*next, get_block("e.b")).SerializeAsString(), before);
  EXPECT_EQ(next->figures().recovered_entries.load(), 51U) << "350 bookings and the definition, less what was folded";
}

TEST_F(ThreadedNodeTest, AStoppedNodeSaysUnavailable) {
  auto node = start();
  const auto region = node->region();
  node->stop(1s);
  reply_ptr got;
  region->ask(std::make_shared<const v1::Command>(now(get_block("e.b"))), [&](reply_ptr reply) { got = std::move(reply); });
  ASSERT_TRUE(got);
  EXPECT_EQ(got->rejection().code(), v1::UNAVAILABLE);
}

TEST_F(ThreadedNodeTest, ASecondOwnerFencesTheFirst) {
  auto first = start("a");
  answer(*first, define_block("e.b", 2));
  auto second = start("b");
  EXPECT_EQ(answer(*first, hold("e.b", 1, {"s1"})).rejection().code(), v1::UNAVAILABLE);
  EXPECT_TRUE(answer(*second, hold("e.b", 1, {"s1"})).has_booking());
  EXPECT_TRUE(first->figures().fenced.load());
}

}  // namespace
}  // namespace holdfast::test
