// Faults at the durable edges (protocols/base/seams.hpp) mean the same in every journal.
#include <gmock/gmock.h>

#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

using enum append_status;
using testing::ElementsAre;

const std::string a = "block/t/e.a";
const std::string b = "block/t/e.b";

class JournalFaultsContract : public contract {
protected:
  void SetUp() override {
    contract::SetUp();
    reopen(faults_);
  }
  planned_faults faults_;
};
HOLDFAST_EVERY_BACKEND(JournalFaultsContract);

TEST_P(JournalFaultsContract, BeforeAppendFailsThatEntityAlone) {
  faults_.points = {{fault_point::before_append, a}};
  EXPECT_THAT(append({row(a, 1), row(b, 1), row(a, 2)}), ElementsAre(failed, durable, failed));
  EXPECT_TRUE(entries({a}).empty());
  EXPECT_EQ(entries({b}).size(), 1U);
}

TEST_P(JournalFaultsContract, BeforeSyncLeavesTheBatchUnknownAndUnwritten) {
  faults_.points = {{fault_point::before_sync, a}};
  EXPECT_THAT(append({row(a, 1), row(b, 1)}), ElementsAre(unknown, unknown));
  EXPECT_TRUE(followed().empty());
  faults_.points.clear();
  EXPECT_THAT(append({row(a, 1), row(b, 1)}), ElementsAre(durable, durable));
}

TEST_P(JournalFaultsContract, AfterCommitLeavesTheEntityUnknownAndWritten) {
  faults_.points = {{fault_point::after_commit, a}};
  EXPECT_THAT(append({row(a, 1), row(b, 1)}), ElementsAre(unknown, durable));
  EXPECT_EQ(entries({a}).size(), 1U);
  EXPECT_THAT(append({row(a, 1)}), ElementsAre(conflict));
}

TEST_P(JournalFaultsContract, BeforeSnapshotKeepsTheOldOne) {
  const auto snapshots = must(storage_->snapshots());
  must(snapshots->save({a}, {{1}, "old"}));
  faults_.points = {{fault_point::before_snapshot, a}};
  EXPECT_FALSE(snapshots->save({a}, {{2}, "new"}));
  EXPECT_EQ(must(snapshots->load({a}))->payload, "old");
}

}  // namespace
}  // namespace holdfast::persistence::test
