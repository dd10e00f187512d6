#include <gmock/gmock.h>

#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

class OperatorContract : public contract {
protected:
  void SetUp() override {
    contract::SetUp();
    open();
  }
  void open() { operators_ = must(storage_->operators()); }

  static operator_action asked(const std::string& action, const std::string& target, const std::string& subject = "ada") {
    return {0, 1'000, subject, "192.0.2.7", "node-1", "r-1", action, target, "because", ""};
  }
  operator_action begin(const operator_action& what, const std::string& key) { return must(operators_->begin(what, {key, "fingerprint"})); }
  std::vector<std::string> targets(const action_filter& filter, page at = {1, 10}) {
    std::vector<std::string> out;
    for (const auto& one : must(operators_->actions(filter, at)).rows) out.push_back(one.target);
    return out;
  }
  std::unique_ptr<operator_store> operators_;
};
HOLDFAST_EVERY_BACKEND(OperatorContract);

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(OperatorContract, AnActionIsThereBeforeItsOutcomeAndAfterARestart) {
  const auto begun = begin(asked("passivate_entity", "block/t/e.a"), "k1");
  auto expected = asked("passivate_entity", "block/t/e.a");
  expected.id = begun.id;
  EXPECT_GT(begun.id, 0);
  EXPECT_EQ(begun, expected);
  reopen();
  open();
  must(operators_->finish(begun.id, "done"));
  reopen();
  open();
  expected.outcome = "done";
  EXPECT_THAT(must(operators_->actions({}, {1, 10})).rows, ElementsAre(expected));
}

TEST_P(OperatorContract, TheSameKeyAnswersTheActionOfThatTime) {
  const auto first = begin(asked("drain_node", "node-2"), "k");
  must(operators_->finish(first.id, "not_a_cluster"));
  auto later = asked("drain_node", "node-2");
  later.at_ms = 2'000;
  const auto again = begin(later, "k");
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.at_ms, 1'000);
  EXPECT_EQ(again.outcome, "not_a_cluster");
  EXPECT_EQ(must(operators_->actions({}, {1, 10})).total, 1U);
}

TEST_P(OperatorContract, AKeyOfAnotherRequestIsRefused) {
  begin(asked("drain_node", "node-2"), "k");
  const auto refused = operators_->begin(asked("drain_node", "node-3"), {"k", "another"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::conflict);
  EXPECT_THAT(targets({}), ElementsAre("node-2"));
}

TEST_P(OperatorContract, TheFirstOutcomeCounts) {
  const auto begun = begin(asked("drain_node", "node-2"), "k");
  must(operators_->finish(begun.id, "done"));
  must(operators_->finish(begun.id, "unavailable"));
  EXPECT_EQ(must(operators_->actions({}, {1, 10})).rows.front().outcome, "done");
}

TEST_P(OperatorContract, TheNewestComeFirstInPages) {
  for (int i = 0; i < 5; ++i) begin(asked("move_shard", std::to_string(i)), "k" + std::to_string(i));
  EXPECT_THAT(targets({}, {1, 2}), ElementsAre("4", "3"));
  EXPECT_THAT(targets({}, {3, 2}), ElementsAre("0"));
  EXPECT_THAT(targets({}, {4, 2}), IsEmpty());
  EXPECT_EQ(must(operators_->actions({}, {2, 2})).total, 5U);
}

TEST_P(OperatorContract, ListsAreNarrowedByWhoWhatAndWhere) {
  begin(asked("drain_node", "node-2", "ada"), "k1");
  begin(asked("drain_node", "node-3", "bob"), "k2");
  begin(asked("pause_node", "node-2", "bob"), "k3");
  EXPECT_THAT(targets({"bob", "", ""}), ElementsAre("node-2", "node-3"));
  EXPECT_THAT(targets({"", "drain_node", ""}), ElementsAre("node-3", "node-2"));
  EXPECT_THAT(targets({"ada", "", "node-2"}), ElementsAre("node-2"));
  EXPECT_THAT(targets({"ada", "pause_node", ""}), IsEmpty());
}

TEST_P(OperatorContract, WithoutReplicasThereIsNoLag) {
  const auto seen = must(operators_->replicas());
  EXPECT_EQ(seen.replicas, 0U);
  EXPECT_EQ(seen.lag_bytes, 0);
  EXPECT_EQ(seen.lag_ms, 0);
}

}  // namespace
}  // namespace holdfast::persistence::test
