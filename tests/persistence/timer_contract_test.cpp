#include <gmock/gmock.h>

#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

class TimerContract : public contract {
protected:
  void SetUp() override {
    contract::SetUp();
    timers_ = must(storage_->timers());
  }
  append_request timed(const std::string& entity, std::int64_t at, std::optional<unix_ms> due) {
    auto out = row(entity, at);
    out.timer = due;
    return out;
  }
  std::vector<std::pair<std::string, unix_ms>> due(unix_ms until, std::size_t limit = 100) {
    std::vector<std::pair<std::string, unix_ms>> out;
    for (const auto& one : must(timers_->due(until, limit, all_shards))) out.emplace_back(one.entity.value, one.due);
    return out;
  }
  std::unique_ptr<timer_store> timers_;
};
HOLDFAST_EVERY_BACKEND(TimerContract);

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST_P(TimerContract, ThereIsNoneAtFirst) {
  EXPECT_THAT(due(1'000'000), IsEmpty());
  EXPECT_FALSE(must(timers_->earliest()).has_value());
}

TEST_P(TimerContract, EveryEntityHasAtMostOne) {
  append({timed("a", 1, 200), timed("b", 1, 0)});
  append({timed("a", 2, 300)});
  EXPECT_EQ(must(timers_->of({"a"})), std::optional<unix_ms>(300));
  EXPECT_EQ(must(timers_->of({"b"})), std::nullopt);
  EXPECT_EQ(must(timers_->of({"c"})), std::nullopt);
}

TEST_P(TimerContract, DueOnesComeEarliestFirst) {
  append({timed("c", 1, 300), timed("a", 1, 200), timed("b", 1, 200), timed("d", 1, 100)});
  EXPECT_THAT(due(250), ElementsAre(Pair("d", 100), Pair("a", 200), Pair("b", 200)));
  EXPECT_THAT(due(300, 2), ElementsAre(Pair("d", 100), Pair("a", 200)));
  EXPECT_THAT(due(99), IsEmpty());
  EXPECT_EQ(must(timers_->earliest()), 100);
}

TEST_P(TimerContract, OnlyTheAskedForShardsAreLookedAt) {
  append({timed("a", 1, 100), timed("b", 1, 200), timed("c", 1, 300)});
  ASSERT_NE(shard_of("a"), shard_of("b"));
  const auto others = ~shard_set{}.set(shard_of("a").value);
  std::vector<std::string> found;
  for (const auto& one : must(timers_->due(1'000, 1, others))) found.push_back(one.entity.value);
  EXPECT_THAT(found, ElementsAre("b")) << "the limit counts what is asked for";
  EXPECT_THAT(must(timers_->due(1'000, 100, shard_set{})), IsEmpty());
}

TEST_P(TimerContract, ARowMaySetKeepMoveAndClearIt) {
  append({timed("a", 1, 500)});
  append({timed("a", 2, std::nullopt)});
  EXPECT_THAT(due(1000), ElementsAre(Pair("a", 500)));
  append({timed("a", 3, 700)});
  EXPECT_THAT(due(1000), ElementsAre(Pair("a", 700)));
  append({timed("a", 4, 0)});
  EXPECT_THAT(due(1000), IsEmpty());
}

TEST_P(TimerContract, InABatchTheLastWordCounts) {
  append({timed("a", 1, 500), timed("b", 1, 0), timed("a", 2, 600), timed("a", 3, std::nullopt), timed("b", 2, 800)});
  EXPECT_THAT(due(1000), ElementsAre(Pair("a", 600), Pair("b", 800)));
  append({timed("a", 4, 900), timed("a", 5, 0)});
  EXPECT_THAT(due(1000), ElementsAre(Pair("b", 800)));
}

TEST_P(TimerContract, ARefusedRowSetsNone) {
  append({timed("a", 1, 500)});
  append({timed("a", 1, 100), timed("b", 1, 900)});
  EXPECT_THAT(due(1000), ElementsAre(Pair("a", 500), Pair("b", 900)));
  append({timed("a", 2, 600), timed("a", 4, 0)});
  EXPECT_THAT(due(1000), ElementsAre(Pair("a", 600), Pair("b", 900)));
}

TEST_P(TimerContract, ForgettingRemovesOnlyWhatWasRead) {
  append({timed("a", 1, 500)});
  const auto read = must(timers_->due(1000, 1, all_shards)).at(0);
  append({timed("a", 2, 700)});
  must(timers_->forget(read));
  EXPECT_THAT(due(1000), ElementsAre(Pair("a", 700)));
  must(timers_->forget({{"a"}, 700}));
  EXPECT_THAT(due(1000), IsEmpty());
  must(timers_->forget({{"a"}, 700}));
}

TEST_P(TimerContract, ReopeningKeepsThem) {
  append({timed("a", 1, 500)});
  timers_.reset();
  reopen();
  timers_ = must(storage_->timers());
  EXPECT_THAT(due(1000), ElementsAre(Pair("a", 500)));
}

}  // namespace
}  // namespace holdfast::persistence::test
