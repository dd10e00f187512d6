// The sign of life that the supervisor's watchdog is fed by.
#include "config/node/pulse.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace holdfast::node {
namespace {

using namespace std::chrono_literals;

/// Behind which nobody answers before the test does.
class held_region final : public actors::region {
public:
  void ask(std::shared_ptr<const v1::Command> command, actors::reply_handler handler) override {
    EXPECT_GT(command->deadline_ms(), 0);
    waiting.push_back(std::move(handler));
  }
  void answer(v1::ErrorCode code) {
    auto reply = std::make_shared<v1::Reply>();
    reply->mutable_rejection()->set_code(code);
    const auto handlers = std::exchange(waiting, {});
    for (const auto& handler : handlers) handler(reply);
  }
  std::vector<actors::reply_handler> waiting;
};

class Pulse : public testing::Test {
protected:
  std::shared_ptr<held_region> region_ = std::make_shared<held_region>();
  actors::figures figures_;
  std::unique_ptr<pulse> pulse_ = std::make_unique<pulse>(region_, figures_, system_clock());
};

TEST_F(Pulse, AnyAnswerIsASignOfLife) {
  std::this_thread::sleep_for(200ms);
  pulse_->feel();
  EXPECT_GE(pulse_->silent_for(), 200ms);
  region_->answer(v1::NOT_FOUND);
  EXPECT_LT(pulse_->silent_for(), 200ms);
}

TEST_F(Pulse, OneQuestionIsUnderWayAtATime) {
  for (int i = 0; i < 5; ++i) pulse_->feel();
  EXPECT_EQ(region_->waiting.size(), 1U);
  region_->answer(v1::UNAVAILABLE);
  pulse_->feel();
  EXPECT_EQ(region_->waiting.size(), 1U);
}

TEST_F(Pulse, ARegionThatTurnsAwayAtItsDoorGivesNoSign) {
  std::this_thread::sleep_for(200ms);
  pulse_->feel();
  region_->answer(v1::OVERLOADED);
  EXPECT_GE(pulse_->silent_for(), 200ms);
}

TEST_F(Pulse, UnderOverloadTheWorkThatIsDoneIsTheSign) {
  std::this_thread::sleep_for(200ms);
  figures_.commands += 100;
  pulse_->feel();
  region_->answer(v1::OVERLOADED);
  EXPECT_LT(pulse_->silent_for(), 200ms);
}

TEST_F(Pulse, AnAnswerMayComeWhenNobodyWaitsAnyMore) {
  pulse_->feel();
  pulse_.reset();
  region_->answer(v1::NOT_FOUND);
}

}  // namespace
}  // namespace holdfast::node
