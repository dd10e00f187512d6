#pragma once
// A node on virtual time over the in-memory journal; what it does next happens only when the test says so.
#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "actors/assembly.hpp"
#include "persistence/memory/memory_disk.hpp"
#include "persistence/storage.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/virtual_system.hpp"

namespace holdfast::test {

using reply_ptr = std::shared_ptr<const v1::Reply>;

/// Fails one named point as often as asked.
class chosen_fault final : public fault_plan {
public:
  void arm(fault_point point, int times = 1) {
    point_ = point;
    times_ = times;
  }
  bool fails(fault_point point, std::string_view) override { return point == point_ && times_ > 0 && times_-- > 0; }

private:
  fault_point point_{};
  int times_ = 0;
};

class collected_feed final : public actors::live_feed {
public:
  void publish(std::shared_ptr<const v1::LiveChange> change) override { changes.push_back(std::move(change)); }
  std::vector<std::shared_ptr<const v1::LiveChange>> changes;
};

class NodeTest : public ::testing::Test {
protected:
  NodeTest() : clock(opening), disk(std::make_shared<persistence::memory_disk>()), feed(std::make_shared<collected_feed>()) {
    storage = persistence::open_memory(disk, faults);
    EXPECT_TRUE(storage->migrate());
    start();
  }
  ~NodeTest() override { stop(); }

  void start() {
    actors::node_options options;
    options.storage = storage;
    options.clock = &clock;
    options.faults = &faults;
    options.feed = feed;
    options.limits = limits;
    virtual_ = std::make_unique<virtual_system>();
    auto made = actors::assembly::make(virtual_->system(), options, actors::threading::all_scheduled);
    ASSERT_TRUE(made) << made.error().detail;
    node.emplace(std::move(*made));
    ASSERT_TRUE(node->serve_alone());
  }
  void stop() {
    if (!node) return;
    node->kill();
    virtual_->settle();
    node.reset();
    virtual_->settle();
    virtual_.reset();
  }
  /// What the disk had not synced is gone; so is everything in memory.
  void crash() {
    disk->crash();
    restart();
  }
  void restart() {
    stop();
    start();
  }

  std::shared_ptr<reply_ptr> ask(v1::Command command) {
    auto answer = std::make_shared<reply_ptr>();
    node->region->ask(std::make_shared<const v1::Command>(std::move(command)), [answer](reply_ptr reply) { *answer = std::move(reply); });
    return answer;
  }
  /// Asks and runs until nothing is left to do.
  v1::Reply answer(v1::Command command) {
    auto got = ask(std::move(command));
    settle();
    EXPECT_TRUE(*got) << "no answer";
    return *got ? **got : v1::Reply{};
  }
  void settle() { virtual_->settle(); }
  bool step() { return virtual_->step(in_order_); }
  void pass(std::int64_t ms) {
    for (; ms > 0; ms -= 250) {
      clock.advance(std::min<std::int64_t>(ms, 250));
      virtual_->advance(std::chrono::milliseconds{std::min<std::int64_t>(ms, 250)});
      settle();
    }
  }
  actors::figures& counts() { return *node->figures; }

  struct first_in_line {
    std::size_t operator()() const { return 0; }
  };
  first_in_line in_order_;
  virtual_clock clock;
  chosen_fault faults;
  actors::limits limits;
  std::shared_ptr<persistence::memory_disk> disk;
  std::shared_ptr<persistence::storage> storage;
  std::shared_ptr<collected_feed> feed;
  std::unique_ptr<virtual_system> virtual_;
  std::optional<actors::assembly> node;
};

}  // namespace holdfast::test
