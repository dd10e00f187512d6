// What operators ask of entities: nothing of it may change or lose what was decided.
#include "tests/actors/node_fixture.hpp"

namespace holdfast::test {
namespace {

class SupervisionTest : public NodeTest {
protected:
  static v1::Command wish(v1::Supervise::Wish what, const std::string& block = "e.b") {
    v1::Command out;
    out.set_entity_id(block_entity(tenant, block).value);
    out.set_deadline_ms(opening + 3'600'000);
    out.mutable_supervise()->set_wish(what);
    return out;
  }
  v1::EntityRun look() { return answer(wish(v1::Supervise::LOOK)).run(); }
};

TEST_F(SupervisionTest, LookingStartsNothing) {
  EXPECT_EQ(look().phase(), v1::EntityRun::NOT_RUNNING);
  EXPECT_EQ(counts().entities_started.load(), 0);
  EXPECT_EQ(counts().recoveries.load(), 0U);
}

TEST_F(SupervisionTest, ARunTellsWhereItIs) {
  answer(define_block("e.b", 2));
  answer(hold("e.b", 1, {"s1"}));
  const auto run = look();
  EXPECT_EQ(run.phase(), v1::EntityRun::READY);
  EXPECT_EQ(run.sequence(), 2);
  EXPECT_EQ(run.durable(), 2);
  EXPECT_EQ(run.answers_waiting(), 0U);
  EXPECT_EQ(run.started_at_ms(), opening);
  EXPECT_GT(run.records(), 0U);
  EXPECT_EQ(run.next_deadline_ms(), opening + 600'000);
}

TEST_F(SupervisionTest, WhatIsNotYetDurableIsSeenToWait) {
  answer(define_block("e.b", 2));
  const auto held = ask(hold("e.b", 1, {"s1"}));
  const auto seen = ask(wish(v1::Supervise::LOOK));
  settle();
  EXPECT_EQ((*seen)->run().sequence(), 2);
  EXPECT_EQ((*seen)->run().durable(), 1);
  EXPECT_EQ((*seen)->run().answers_waiting(), 1U);
  EXPECT_TRUE((*held)->has_booking());
}

TEST_F(SupervisionTest, AnEntityIsPutAwayAndComesBackUnchanged) {
  answer(define_block("e.b", 2));
  answer(hold("e.b", 1, {"s1"}));
  const auto before = answer(get_block("e.b")).SerializeAsString();
  EXPECT_EQ(answer(wish(v1::Supervise::PASSIVATE)).run().phase(), v1::EntityRun::NOT_RUNNING);
  EXPECT_EQ(counts().entities_started.load(), 0);
  EXPECT_EQ(answer(get_block("e.b")).SerializeAsString(), before);
}

TEST_F(SupervisionTest, ABusyEntityIsNotPutAway) {
  answer(define_block("e.b", 2));
  const auto held = ask(hold("e.b", 1, {"s1"}));
  const auto refused = ask(wish(v1::Supervise::PASSIVATE));
  const auto second = ask(wish(v1::Supervise::PASSIVATE));
  settle();
  EXPECT_TRUE((*held)->has_booking());
  EXPECT_EQ((*refused)->rejection().code(), v1::ENTITY_BUSY);
  EXPECT_EQ((*second)->rejection().code(), v1::ENTITY_BUSY);
  EXPECT_EQ(look().phase(), v1::EntityRun::READY);
}

TEST_F(SupervisionTest, ARestartRefusesNobodyAndLosesNothing) {
  answer(define_block("e.b", 0, 100));
  const auto recoveries = counts().recoveries.load();
  std::vector<std::shared_ptr<reply_ptr>> answers;
  for (int i = 1; i <= 5; ++i) answers.push_back(ask(book("e.b", i)));
  const auto restarted = ask(wish(v1::Supervise::RESTART));
  for (int i = 6; i <= 10; ++i) answers.push_back(ask(book("e.b", i)));
  settle();
  for (const auto& a : answers) EXPECT_TRUE(*a && (*a)->has_booking());
  ASSERT_TRUE(*restarted);
  EXPECT_EQ((*restarted)->run().phase(), v1::EntityRun::READY);
  EXPECT_EQ((*restarted)->run().sequence(), 6) << "what was in flight, and no more";
  EXPECT_EQ(counts().recoveries.load(), recoveries + 1);
  EXPECT_EQ(look().sequence(), 11);
}

TEST_F(SupervisionTest, ARestartThatCannotReadTheJournalSaysSo) {
  answer(define_block("e.b", 0, 100));
  answer(book("e.b", 1));
  // A row that no program understands.
  auto journal = *storage->journal();
  const auto epochs = *(*storage->leases())->all();
  const auto entity = block_entity(tenant, "e.b");
  const auto owner = epochs.at(shard_of(entity.value).value).owner;
  const persistence::append_request row{entity, {3}, owner, "\xff\xff", opening, {}, {}};
  ASSERT_EQ(journal->append({&row, 1}).front(), persistence::append_status::durable);
  EXPECT_EQ(answer(wish(v1::Supervise::RESTART)).rejection().code(), v1::UNAVAILABLE);
  EXPECT_EQ(look().phase(), v1::EntityRun::RESTING);
}

TEST_F(SupervisionTest, ASnapshotIsTakenWhenItIsWanted) {
  answer(define_block("e.b", 0, 100));
  answer(book("e.b", 1));
  EXPECT_EQ(answer(wish(v1::Supervise::SNAPSHOT)).run().snapshot(), 2);
  const auto left = *(*storage->snapshots())->load(block_entity(tenant, "e.b"));
  ASSERT_TRUE(left);
  EXPECT_EQ(left->at.value, 2);
}

TEST_F(SupervisionTest, WhoDoesNotRunCannotBeRestartedOrKept) {
  for (const auto what : {v1::Supervise::RESTART, v1::Supervise::SNAPSHOT, v1::Supervise::PASSIVATE})
    EXPECT_EQ(answer(wish(what)).run().phase(), v1::EntityRun::NOT_RUNNING);
  EXPECT_EQ(counts().recoveries.load(), 0U);
}

TEST_F(SupervisionTest, LoadIsCountedWhereItComesFrom) {
  answer(define_block("e.b", 1));
  answer(hold("e.b", 1, {"s1"}));
  answer(hold("e.b", 2, {"s1"}));
  const auto shard = shard_of(block_entity(tenant, "e.b").value).value;
  EXPECT_EQ(counts().shards.at(shard).entities.load(), 1);
  EXPECT_EQ(counts().shards.at(shard).commands.load(), 3U);
  EXPECT_EQ(counts().shards.at(shard).rejections.load(), 1U);
  EXPECT_GE(counts().tenants.of(tenant).commands.load(), 3U);
  answer(wish(v1::Supervise::PASSIVATE));
  EXPECT_EQ(counts().shards.at(shard).entities.load(), 0);
}

TEST(TenantLoads, AreBoundedAndTheRestIsCountedTogether) {
  actors::tenant_loads loads;
  for (std::size_t i = 0; i < actors::tenant_loads::tenants_max; ++i) loads.of("t" + std::to_string(i)).commands = 1;
  loads.of("one-more").commands += 2;
  loads.of("another").commands += 3;
  loads.of("t0").commands += 1;
  std::uint64_t seen = 0, others = 0;
  loads.each([&](const std::string& name, const actors::load& counts) { (name.empty() ? others : seen) += counts.commands; });
  EXPECT_EQ(seen, actors::tenant_loads::tenants_max + 1);
  EXPECT_EQ(others, 5U);
}

}  // namespace
}  // namespace holdfast::test
