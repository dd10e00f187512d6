#include <gmock/gmock.h>

#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

class OutboxContract : public contract {
protected:
  void SetUp() override {
    contract::SetUp();
    outbox_ = must(storage_->outbox());
  }
  append_request mailing(const std::string& entity, std::int64_t at, std::vector<std::string> mails) {
    auto out = row(entity, at);
    for (auto& mail : mails) out.outbox.push_back({"mail", std::move(mail)});
    return out;
  }
  std::vector<std::string> pending(unix_ms now = 1, std::size_t limit = 100) {
    std::vector<std::string> out;
    for (const auto& one : must(outbox_->pending(now, limit, all_shards))) out.push_back(one.payload);
    return out;
  }
  std::int64_t id_of(const std::string& payload) {
    for (const auto& one : must(outbox_->pending(1'000'000'000, 100, all_shards)))
      if (one.payload == payload) return one.id;
    throw std::runtime_error("not pending: " + payload);
  }
  void expect_figures(std::int64_t waiting, std::int64_t abandoned) {
    const auto found = must(outbox_->count());
    EXPECT_EQ(found.waiting, waiting);
    EXPECT_EQ(found.abandoned, abandoned);
  }
  std::unique_ptr<outbox_store> outbox_;
};
HOLDFAST_EVERY_BACKEND(OutboxContract);

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(OutboxContract, RowsBringTheirItemsOldestFirst) {
  append({mailing("block/t/e.a", 1, {"a1", "a2"}), mailing("block/t/e.b", 1, {}), mailing("block/t/e.b", 2, {"b1"})});
  append({mailing("block/t/e.a", 2, {"a3"})});
  EXPECT_THAT(pending(), ElementsAre("a1", "a2", "b1", "a3"));
  EXPECT_THAT(pending(1, 2), ElementsAre("a1", "a2"));
  const auto rows = must(outbox_->pending(1, 100, all_shards));
  EXPECT_EQ(rows[1].entity.value, "block/t/e.a");
  EXPECT_EQ(rows[1].at.value, 1);
  EXPECT_EQ(rows[1].index, 1U);
  EXPECT_EQ(rows[1].kind, "mail");
  EXPECT_EQ(rows[1].attempts, 0U);
  EXPECT_EQ(rows[2].at.value, 2);
  expect_figures(4, 0);
}

TEST_P(OutboxContract, OnlyTheAskedForShardsAreLookedAt) {
  append({mailing("block/t/e.a", 1, {"a"}), mailing("block/t/e.b", 1, {"b"})});
  ASSERT_NE(shard_of("block/t/e.a"), shard_of("block/t/e.b"));
  const auto others = ~shard_set{}.set(shard_of("block/t/e.a").value);
  const auto rows = must(outbox_->pending(1, 1, others));
  ASSERT_EQ(rows.size(), 1U) << "the limit counts what is asked for";
  EXPECT_EQ(rows[0].payload, "b");
  EXPECT_THAT(must(outbox_->pending(1, 100, shard_set{})), IsEmpty());
}

TEST_P(OutboxContract, ARefusedRowBringsNone) {
  append({mailing("block/t/e.a", 1, {"first"})});
  append({mailing("block/t/e.a", 1, {"refused"}), mailing("block/t/e.b", 1, {"other"})});
  EXPECT_THAT(pending(), ElementsAre("first", "other"));
}

TEST_P(OutboxContract, WhatIsDeliveredIsDone) {
  append({mailing("block/t/e.a", 1, {"x", "y"})});
  const auto id = id_of("x");
  must(outbox_->delivered(id));
  EXPECT_THAT(pending(), ElementsAre("y"));
  must(outbox_->postpone(id, 20, "too late"));
  must(outbox_->abandon(id, "too late"));
  expect_figures(1, 0);
}

TEST_P(OutboxContract, WhatIsPostponedComesBackInItsTime) {
  append({mailing("block/t/e.a", 1, {"x"})});
  must(outbox_->postpone(id_of("x"), 5000, "refused by the server"));
  EXPECT_THAT(pending(4999), IsEmpty());
  EXPECT_THAT(pending(5000), ElementsAre("x"));
  EXPECT_EQ(must(outbox_->pending(5000, 1, all_shards)).at(0).attempts, 1U);
  must(outbox_->postpone(id_of("x"), 9000, "again"));
  EXPECT_EQ(must(outbox_->pending(9000, 1, all_shards)).at(0).attempts, 2U);
  expect_figures(1, 0);
}

TEST_P(OutboxContract, WhatIsHeldIsNotDueAndHasNotBeenTried) {
  append({mailing("block/t/e.a", 1, {"x", "y"})});
  const auto id = id_of("x");
  must(outbox_->hold(id, 5'000));
  EXPECT_THAT(pending(4'999), ElementsAre("y"));
  EXPECT_THAT(pending(5'000), ElementsAre("x", "y"));
  EXPECT_EQ(must(outbox_->pending(5'000, 1, all_shards)).at(0).attempts, 0U);
  must(outbox_->hold(id, 1'000));
  EXPECT_THAT(pending(4'999), ElementsAre("y")) << "never sooner";
  must(outbox_->delivered(id));
  must(outbox_->hold(id, 9'000));
  expect_figures(1, 0);
}

TEST_P(OutboxContract, WhatIsAbandonedIsKeptForPeople) {
  append({mailing("block/t/e.a", 1, {"x"})});
  must(outbox_->abandon(id_of("x"), "no such mailbox"));
  EXPECT_THAT(pending(1'000'000), IsEmpty());
  expect_figures(0, 1);
}

TEST_P(OutboxContract, WhatIsAbandonedIsDone) {
  append({mailing("block/t/e.a", 1, {"x", "y"})});
  const auto id = id_of("x");
  must(outbox_->abandon(id, "no such mailbox"));
  must(outbox_->abandon(id, "twice"));
  must(outbox_->delivered(id));
  EXPECT_THAT(pending(), ElementsAre("y"));
  expect_figures(1, 1);
}

// A late word about a letter that is gone must not reach a younger one.
TEST_P(OutboxContract, AnIdIsNeverGivenTwice) {
  append({mailing("block/t/e.a", 1, {"x"})});
  const auto id = id_of("x");
  must(outbox_->delivered(id));
  append({mailing("block/t/e.a", 2, {"y"})});
  must(outbox_->delivered(id));
  EXPECT_THAT(pending(), ElementsAre("y"));
}

TEST_P(OutboxContract, ItemsAreBytes) {
  const std::string bytes("\0\xff\"\\{},'\0", 9);
  append({mailing("block/t/e.a", 1, {bytes, ""})});
  EXPECT_THAT(pending(), ElementsAre(bytes, ""));
}

TEST_P(OutboxContract, AnUnknownIdChangesNothing) {
  append({mailing("block/t/e.a", 1, {"x"})});
  must(outbox_->delivered(987654));
  expect_figures(1, 0);
}

TEST_P(OutboxContract, ReopeningKeepsThem) {
  append({mailing("block/t/e.a", 1, {"x", "y"})});
  must(outbox_->delivered(id_of("x")));
  outbox_.reset();
  reopen();
  outbox_ = must(storage_->outbox());
  EXPECT_THAT(pending(), ElementsAre("y"));
  expect_figures(1, 0);
}

}  // namespace
}  // namespace holdfast::persistence::test
