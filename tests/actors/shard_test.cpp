#include "tests/actors/node_fixture.hpp"

namespace holdfast::test {
namespace {

class ShardTest : public NodeTest {
protected:
  /// Blocks whose entities live in one shard.
  std::vector<std::string> neighbours(std::size_t n) {
    std::vector<std::string> out;
    const auto home = shard_of(block_entity(tenant, "e.b0").value);
    for (int i = 0; out.size() < n; ++i) {
      const auto name = "e.b" + std::to_string(i);
      if (shard_of(block_entity(tenant, name).value) == home) out.push_back(name);
    }
    return out;
  }
};

// Leases and journals of years ago name shards by it; tests/faults computes the same.
TEST(ShardOf, IsTheSameForEver) {
  EXPECT_EQ(shard_of("tenant/t").value, 134);
  EXPECT_EQ(shard_of("event/doc-nz/aoraki").value, 137);
  EXPECT_EQ(shard_of("block/doc-nz/aoraki.p1").value, 194);
}

TEST_F(ShardTest, AnIdleEntityIsPassivatedAndComesBackUnchanged) {
  limits.passivate_after_ms = std::chrono::milliseconds{10'000};
  restart();
  answer(define_block("e.b", 2));
  answer(hold("e.b", 1, {"s1"}));
  const auto before = answer(get_block("e.b")).SerializeAsString();
  pass(20'000);
  EXPECT_EQ(counts().entities_started.load(), 0);
  EXPECT_EQ(answer(get_block("e.b")).SerializeAsString(), before);
}

TEST_F(ShardTest, AnEntityThatIsPutAwayLeavesASnapshot) {
  limits.passivate_after_ms = std::chrono::milliseconds{10'000};
  limits.snapshot_put_away_entries = 5;
  limits.snapshot_worth_percent = 0;
  restart();
  answer(define_block("e.few", 0, 100));
  answer(define_block("e.many", 0, 100));
  for (int i = 1; i <= 3; ++i) answer(book("e.few", i));
  for (int i = 1; i <= 4; ++i) answer(book("e.many", 10 + i));
  const auto before = answer(get_block("e.many")).SerializeAsString();
  pass(20'000);
  ASSERT_EQ(counts().entities_started.load(), 0);
  EXPECT_EQ(counts().snapshot_bytes_in_flight.load(), 0);
  const auto snapshots = *storage->snapshots();
  EXPECT_FALSE(*snapshots->load(block_entity(tenant, "e.few"))) << "four entries are replayed faster";
  const auto left = *snapshots->load(block_entity(tenant, "e.many"));
  ASSERT_TRUE(left);
  EXPECT_EQ(left->at.value, 5);
  const auto replayed = counts().recovered_entries.load();
  EXPECT_EQ(answer(get_block("e.many")).SerializeAsString(), before);
  EXPECT_EQ(counts().recovered_entries.load(), replayed);
}

TEST_F(ShardTest, SnapshotsThatWaitToBeSavedAreBounded) {
  limits.passivate_after_ms = std::chrono::milliseconds{10'000};
  limits.snapshot_put_away_entries = 1;
  limits.snapshot_worth_percent = 0;
  limits.snapshot_bytes_in_flight_max = -1;
  restart();
  answer(define_block("e.b", 0, 100));
  pass(20'000);
  ASSERT_EQ(counts().entities_started.load(), 0);
  EXPECT_FALSE(*(*storage->snapshots())->load(block_entity(tenant, "e.b")));
}

TEST_F(ShardTest, BeyondTheCapTheLeastRecentlyUsedGoes) {
  limits.entities_started_max = shard_count * 2;  // two for each shard
  restart();
  const auto blocks = neighbours(4);
  for (const auto& b : blocks) answer(define_block(b, 1));
  EXPECT_LE(counts().entities_started.load(), 3);
  EXPECT_GE(counts().passivations.load(), 1U);
  for (const auto& b : blocks) EXPECT_TRUE(answer(get_block(b)).has_block()) << b;
}

TEST_F(ShardTest, NoRequestFailsWhileAnEntityIsPassivated) {
  limits.passivate_after_ms = std::chrono::milliseconds{1'000};
  restart();
  answer(define_block("e.b", 0, 1'000));
  std::vector<std::shared_ptr<reply_ptr>> answers;
  for (int i = 1; i <= 60; ++i) {
    clock.advance(1'100);
    virtual_->advance(std::chrono::milliseconds{1'100});
    answers.push_back(ask(book("e.b", i)));
    for (int s = 0; s < i % 7; ++s) step();
  }
  settle();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(*answers[i]) << i;
    EXPECT_TRUE((*answers[i])->has_booking()) << i;
  }
}

TEST_F(ShardTest, AFullStashRefusesAtOnce) {
  answer(define_block("e.b", 0, 1'000));
  limits.stash_commands_max = 5;
  restart();
  std::vector<std::shared_ptr<reply_ptr>> answers;
  for (int i = 1; i <= 12; ++i) answers.push_back(ask(book("e.b", i)));
  settle();
  int served = 0, overloaded = 0;
  for (const auto& a : answers) {
    served += (*a)->has_booking();
    overloaded += (*a)->rejection().code() == v1::OVERLOADED;
  }
  EXPECT_EQ(served + overloaded, 12);
  EXPECT_GE(overloaded, 1);
}

TEST_F(ShardTest, TooManyCommandsInFlightAreRefusedAtOnce) {
  limits.commands_in_flight_max = 3;
  restart();
  std::vector<std::shared_ptr<reply_ptr>> answers;
  for (int i = 1; i <= 5; ++i) answers.push_back(ask(get_block("e.b")));
  EXPECT_EQ((*answers[3])->rejection().code(), v1::OVERLOADED);
  EXPECT_EQ((*answers[4])->rejection().code(), v1::OVERLOADED);
  settle();
  EXPECT_EQ(counts().commands_in_flight.load(), 0);
}

TEST_F(ShardTest, ALapsedHoldBecomesVisibleByItself) {
  answer(define_block("e.b", 1, 0, 5'000));
  answer(hold("e.b", 1, {"s1"}));
  feed->changes.clear();
  pass(6'000);
  bool seen = false;
  for (const auto& change : feed->changes)
    if (change->has_block())
      for (const auto& s : change->block().spots()) seen = seen || (s.label() == "s1" && s.free() == 1);
  EXPECT_TRUE(seen);
}

TEST_F(ShardTest, ALapsedHoldBecomesVisibleAfterARestartToo) {
  answer(define_block("e.b", 1, 0, 5'000));
  answer(hold("e.b", 1, {"s1"}));
  stop();
  clock.advance(60'000);
  start();
  feed->changes.clear();
  pass(1'000);  // nobody asks for the block: its durable timer wakes it
  EXPECT_FALSE(feed->changes.empty());
}

TEST_F(ShardTest, ASlotThatIsDroppedAnswersUnavailable) {
  answer(define_block("e.b", 0, 10));
  const auto got = ask(book("e.b", 1));
  stop();
  ASSERT_TRUE(*got);
  EXPECT_EQ((*got)->rejection().code(), v1::UNAVAILABLE);
}

}  // namespace
}  // namespace holdfast::test
