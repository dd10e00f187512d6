#include <gmock/gmock.h>

#include <thread>

#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

class MigrationContract : public contract {
protected:
  void SetUp() override { place_ = make_place(GetParam()); }
};
HOLDFAST_EVERY_BACKEND(MigrationContract);

using testing::HasSubstr;

TEST_P(MigrationContract, BeforeItNothingCanBeUsed) {
  storage_ = place_->open();
  const auto journal = storage_->journal();
  const auto head = journal ? (*journal)->head() : result<position>(journal.error());
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().code, failure_code::unavailable);
}

TEST_P(MigrationContract, ASecondTimeChangesNothing) {
  reopen();
  must(must(storage_->leases())->take_all("node-1"));
  append({row("block/t/e.a", 1)});
  must(storage_->migrate());
  reopen();
  EXPECT_EQ(entries({"block/t/e.a"}).size(), 1U);
}

TEST_P(MigrationContract, SeveralProgramsMayStartAtOnce) {
  std::vector<result<void>> done(4);
  {
    std::vector<std::jthread> starting;
    for (auto& one : done) starting.emplace_back([this, &one] { one = place_->open()->migrate(); });
  }
  for (const auto& one : done) EXPECT_TRUE(one) << one.error().detail;
  reopen();
  EXPECT_EQ(must(journal_->head()).value, 0);
}

TEST_P(MigrationContract, ANewerSchemaIsRefusedByBothNumbers) {
  reopen();
  must(must(storage_->leases())->take_all("node-1"));
  append({row("block/t/e.a", 1)});
  place_->set_schema(97);
  const auto later = place_->open();
  const auto refused = later->migrate();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::schema_too_new);
  EXPECT_THAT(refused.error().detail, HasSubstr("97"));
  EXPECT_THAT(refused.error().detail, testing::ContainsRegex("knows (schema|version) [0-9]+"));

  const auto journal = later->journal();
  const auto head = journal ? (*journal)->head() : result<position>(journal.error());
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().code, failure_code::schema_too_new);
}

}  // namespace
}  // namespace holdfast::persistence::test
