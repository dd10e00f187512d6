#include "tests/actors/node_fixture.hpp"

namespace holdfast::test {
namespace {

class EntityTest : public NodeTest {};

std::int64_t rows(const persistence::storage& s, const std::string& block) {
  auto journal = const_cast<persistence::storage&>(s).journal();
  std::int64_t n = 0;
  (void)(*journal)->read(block_entity(tenant, block), {1}, [&](persistence::stored_entry&&) {
    ++n;
    return true;
  });
  return n;
}

v1::Command of_event(const std::string& event) {
  v1::Command out;
  out.set_entity_id(event_entity(tenant, event).value);
  out.set_deadline_ms(opening + 3'600'000);
  return out;
}

v1::Command define_event(const std::string& event, const std::vector<std::string>& blocks) {
  auto out = of_event(event);
  auto& d = *out.mutable_apply_event()->mutable_definition();
  d.set_id(event);
  (*d.mutable_title())["en"] = event;
  d.mutable_block_ids()->Assign(blocks.begin(), blocks.end());
  return out;
}

v1::Command get_event(const std::string& event) {
  auto out = of_event(event);
  out.mutable_get_event();
  return out;
}

TEST_F(EntityTest, NothingIsAnsweredBeforeItIsDurable) {
  answer(define_block("e.b", 4));
  const auto before = rows(*storage, "e.b");
  const auto got = ask(hold("e.b", 1, {"s1"}));
  while (!*got) {
    const auto durable = rows(*storage, "e.b") > before;
    ASSERT_TRUE(step());
    if (*got) {
      EXPECT_TRUE(durable) << "the answer came in the step that wrote the row, or earlier";
    }
  }
  EXPECT_TRUE((*got)->has_booking());
}

TEST_F(EntityTest, ManyDecisionsShareOneCommit) {
  answer(define_block("e.b", 0, 1'000));
  const auto batches = counts().journal_batches.load();
  std::vector<std::shared_ptr<reply_ptr>> answers;
  for (int i = 1; i <= 100; ++i) answers.push_back(ask(book("e.b", i)));
  settle();
  for (const auto& a : answers) EXPECT_TRUE(*a && (*a)->has_booking());
  EXPECT_LT(counts().journal_batches.load() - batches, 20U);
}

TEST_F(EntityTest, DecisionsSeeWhatIsNotYetDurable) {
  answer(define_block("e.b", 1));
  const auto first = ask(hold("e.b", 1, {"s1"}));
  const auto second = ask(hold("e.b", 2, {"s1"}));
  settle();
  EXPECT_TRUE((*first)->has_booking());
  EXPECT_EQ((*second)->rejection().code(), v1::HOLD_CONFLICT);
}

TEST_F(EntityTest, ARepeatedKeyGetsTheFirstAnswer) {
  answer(define_block("e.b", 0, 10));
  const auto first = answer(book("e.b", 1));
  auto second = answer(book("e.b", 1));
  EXPECT_TRUE(second.repeated_answer());
  second.set_repeated_answer(false);
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(rows(*storage, "e.b"), 2);
}

TEST_F(EntityTest, ARepeatedKeyGetsTheFirstAnswerAfterACrash) {
  answer(define_block("e.b", 0, 10));
  const auto first = answer(book("e.b", 1));
  crash();
  auto second = answer(book("e.b", 1));
  EXPECT_TRUE(second.repeated_answer());
  EXPECT_EQ(first.booking().booking_id(), second.booking().booking_id());
  EXPECT_EQ(rows(*storage, "e.b"), 2);
}

TEST_F(EntityTest, AKeyWithAnotherBodyIsRefused) {
  answer(define_block("e.b", 0, 10));
  answer(book("e.b", 1));
  auto other = book("e.b", 1);
  other.set_fingerprint("another body");
  EXPECT_EQ(answer(other).rejection().code(), v1::KEY_REUSED);
}

TEST_F(EntityTest, AKeyIsForgottenAfterItsTime) {
  limits.passivate_after_ms = std::chrono::hours{100};
  restart();
  answer(define_block("e.b", 0, 10));
  answer(book("e.b", 1));
  clock.advance(limits.answers_kept_ms.count() + 1);
  auto late = book("e.b", 1);
  late.set_deadline_ms(clock.now() + 1'000);
  EXPECT_NE(answer(late).repeated_answer(), true);
}

TEST_F(EntityTest, ACommandPastItsDeadlineIsNotDecided) {
  answer(define_block("e.b", 0, 10));
  auto late = book("e.b", 1);
  late.set_deadline_ms(clock.now() - 1);
  EXPECT_EQ(answer(late).rejection().code(), v1::UNAVAILABLE);
  EXPECT_EQ(rows(*storage, "e.b"), 1);
}

TEST_F(EntityTest, ARefusedAppendLeavesNoTraceInTheState) {
  answer(define_block("e.b", 1));
  faults.arm(fault_point::before_append);
  EXPECT_EQ(answer(hold("e.b", 1, {"s1"})).rejection().code(), v1::UNAVAILABLE);
  EXPECT_TRUE(answer(hold("e.b", 2, {"s1"})).has_booking()) << "the spot is free: the first hold never happened";
}

TEST_F(EntityTest, AnUnknownOutcomeIsResolvedByTheKey) {
  answer(define_block("e.b", 1));
  faults.arm(fault_point::after_commit);
  EXPECT_EQ(answer(hold("e.b", 1, {"s1"})).rejection().code(), v1::UNAVAILABLE);
  const auto again = answer(hold("e.b", 1, {"s1"}));
  EXPECT_TRUE(again.has_booking());
  EXPECT_TRUE(again.repeated_answer()) << "it had been written";
}

TEST_F(EntityTest, EverythingDecidedOnALostStateIsLostToo) {
  answer(define_block("e.b", 2));
  faults.arm(fault_point::after_decide);
  const auto first = ask(hold("e.b", 1, {"s1"}));
  const auto second = ask(hold("e.b", 2, {"s2"}));
  settle();
  EXPECT_EQ((*first)->rejection().code(), v1::UNAVAILABLE);
  EXPECT_EQ((*second)->rejection().code(), v1::UNAVAILABLE);
  EXPECT_EQ(rows(*storage, "e.b"), 1);
  EXPECT_TRUE(answer(hold("e.b", 2, {"s2"})).has_booking());
}

TEST_F(EntityTest, OneEntitysRefusalDoesNotHurtAnother) {
  answer(define_block("e.b", 1));
  answer(define_block("e.c", 1));
  faults.arm(fault_point::after_decide);
  const auto first = ask(hold("e.b", 1, {"s1"}));
  while (step()) {
  }
  const auto second = ask(hold("e.c", 2, {"s1"}));
  settle();
  EXPECT_EQ((*first)->rejection().code(), v1::UNAVAILABLE);
  EXPECT_TRUE((*second)->has_booking());
}

TEST_F(EntityTest, AStaleOwnerIsFenced) {
  answer(define_block("e.b", 2));
  ASSERT_TRUE((*storage->leases())->take_all("another node"));
  EXPECT_EQ(answer(hold("e.b", 1, {"s1"})).rejection().code(), v1::UNAVAILABLE);
  EXPECT_TRUE(counts().fenced.load());
  EXPECT_EQ(answer(get_block("e.b")).rejection().code(), v1::UNAVAILABLE) << "it must not answer as if it could";
  EXPECT_EQ(rows(*storage, "e.b"), 1);
}

TEST_F(EntityTest, ChangesArePublishedInOrderAndOnlyWhenDurable) {
  answer(define_block("e.b", 3));
  feed->changes.clear();
  faults.arm(fault_point::before_append);
  answer(hold("e.b", 1, {"s1"}));
  EXPECT_TRUE(feed->changes.empty());
  answer(hold("e.b", 2, {"s1"}));
  answer(hold("e.b", 3, {"s2"}));
  std::int64_t last = 0;
  int of_block = 0;
  for (const auto& change : feed->changes) {
    if (!change->has_block()) continue;
    ++of_block;
    EXPECT_GT(change->version(), last);
    last = change->version();
  }
  EXPECT_EQ(of_block, 2);
}

TEST_F(EntityTest, WhatBecameDurableWithoutAnAnswerIsPublishedAllTheSame) {
  answer(define_block("e.b", 2));
  feed->changes.clear();
  faults.arm(fault_point::after_commit);
  EXPECT_EQ(answer(hold("e.b", 1, {"s1"})).rejection().code(), v1::UNAVAILABLE);
  ASSERT_FALSE(feed->changes.empty());
  EXPECT_EQ(feed->changes.front()->version(), 2);
  EXPECT_EQ(feed->changes.front()->block().spots(0).label(), "s1");
  feed->changes.clear();
  faults.arm(fault_point::before_append);
  EXPECT_EQ(answer(hold("e.b", 2, {"s2"})).rejection().code(), v1::UNAVAILABLE);
  EXPECT_TRUE(feed->changes.empty()) << "it never happened";
}

TEST_F(EntityTest, RecoveryFromASnapshotGivesTheSameState) {
  limits.snapshot_every_entries = 10;
  limits.snapshot_worth_percent = 0;
  limits.recovery_chunk_rows = 3;
  restart();
  answer(define_block("e.b", 0, 1'000));
  for (int i = 1; i <= 25; ++i) answer(book("e.b", i));
  ASSERT_GT(counts().snapshots.load(), 0U);
  const auto before = answer(get_block("e.b")).SerializeAsString();
  restart();
  EXPECT_EQ(answer(get_block("e.b")).SerializeAsString(), before);
  EXPECT_LT(counts().recovered_entries.load(), 26U) << "the snapshot was used";
  ASSERT_TRUE((*storage->snapshots())->erase_all());
  restart();
  EXPECT_EQ(answer(get_block("e.b")).SerializeAsString(), before);
  EXPECT_EQ(counts().recovered_entries.load(), 26U);
}

TEST_F(EntityTest, NoSnapshotIsMadeThatHoldsMoreThanItSaves) {
  limits.snapshot_every_entries = 10;
  restart();
  answer(define_block("e.b", 1, 1'000));
  for (int i = 1; i <= 25; ++i) answer(book("e.b", i));
  EXPECT_EQ(counts().snapshots.load(), 0U) << "25 bookings and as many answers from 26 entries";
  const auto occupy = [](std::uint32_t n) {
    v1::Command out = get_block("e.b");
    out.mutable_set_manual_occupation()->set_spot("s1");
    out.mutable_set_manual_occupation()->set_occupied(n);
    return out;
  };
  for (std::uint32_t i = 1; i <= 30; ++i) answer(occupy(i % 2));
  EXPECT_EQ(counts().snapshots.load(), 1U);
}

TEST_F(EntityTest, ASnapshotThatDoesNotDecodeIsIgnored) {
  answer(define_block("e.b", 0, 1'000));
  for (int i = 1; i <= 5; ++i) answer(book("e.b", i));
  const auto before = answer(get_block("e.b")).SerializeAsString();
  ASSERT_TRUE((*storage->snapshots())->save(block_entity(tenant, "e.b"), {{4}, "\xff\xff not a snapshot"}));
  restart();
  EXPECT_EQ(answer(get_block("e.b")).SerializeAsString(), before);
}

TEST_F(EntityTest, TheEventHearsTheLatestFiguresWhateverShareOfACommitTheyHave) {
  answer(define_event("e", {"e.b"}));
  answer(define_block("e.b", 5));
  for (int i = 1; i <= 4; ++i) ask(hold("e.b", i, {"s" + std::to_string(i)}));
  settle();
  const auto event = answer(get_event("e")).event();
  ASSERT_EQ(event.blocks_size(), 1);
  ASSERT_EQ(event.blocks(0).figures_size(), 1);
  EXPECT_EQ(event.blocks(0).figures(0).free(), 1U);
  EXPECT_EQ(event.blocks(0).version(), 5);
}

TEST_F(EntityTest, AReaderOfAnUnwrittenEntityIsToldThereIsNothing) {
  EXPECT_EQ(answer(get_block("never.made")).rejection().code(), v1::NOT_FOUND);
}

}  // namespace
}  // namespace holdfast::test
