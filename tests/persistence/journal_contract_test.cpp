// What every journal promises (persistence/journal.hpp).
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <numeric>
#include <random>
#include <thread>

#include "persistence/history/read_ahead.hpp"
#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

using enum append_status;
using testing::ElementsAre;
using testing::IsEmpty;

class JournalContract : public contract {};
HOLDFAST_EVERY_BACKEND(JournalContract);

const std::string a = "block/t/e.a";
const std::string b = "block/t/e.b";
const std::string c = "block/t/e.c";

std::vector<std::int64_t> sequences(const std::vector<stored_entry>& entries) {
  std::vector<std::int64_t> out;
  for (const auto& entry : entries) out.push_back(entry.at.value);
  return out;
}

TEST_P(JournalContract, AnEmptyJournalHasNothing) {
  EXPECT_EQ(must(journal_->head()).value, 0);
  EXPECT_TRUE(followed().empty());
  EXPECT_TRUE(entries({a}).empty());
  EXPECT_EQ(must(journal_->read({a}, {1}, [](stored_entry&&) { return true; })).value, 0);
}

TEST_P(JournalContract, DurableRowsAreReadBackInOrder) {
  EXPECT_EQ(append({row(a, 1, "one"), row(b, 1, "uno"), row(a, 2, "two")}), all(3, durable));
  EXPECT_EQ(append({row(a, 3, "three")}), all(1, durable));
  const auto read = entries({a});
  ASSERT_EQ(sequences(read), (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(read[0].payload, "one");
  EXPECT_EQ(read[1].payload, "two");
  EXPECT_EQ(read[2].payload, "three");
}

TEST_P(JournalContract, AnEmptyBatchIsNothing) { EXPECT_TRUE(append({}).empty()); }

TEST_P(JournalContract, ASequenceThatIsThereIsAConflict) {
  append({row(a, 1, "first")});
  EXPECT_THAT(append({row(a, 1, "second")}), ElementsAre(conflict));
  EXPECT_EQ(entries({a}).at(0).payload, "first");
}

TEST_P(JournalContract, AGapIsAConflict) {
  append({row(a, 1)});
  EXPECT_THAT(append({row(a, 3)}), ElementsAre(conflict));
  EXPECT_THAT(append({row(b, 2)}), ElementsAre(conflict));
  EXPECT_THAT(append({row(b, 0)}), ElementsAre(failed));
  EXPECT_THAT(sequences(entries({a})), ElementsAre(1));
}

TEST_P(JournalContract, ARefusedRowTakesTheLaterOnesOfItsEntityAndNoOthers) {
  append({row(b, 1)});
  EXPECT_THAT(append({row(a, 1), row(b, 1), row(a, 2), row(b, 2), row(c, 1)}), ElementsAre(durable, conflict, durable, conflict, durable));
  EXPECT_THAT(sequences(entries({a})), ElementsAre(1, 2));
  EXPECT_THAT(sequences(entries({b})), ElementsAre(1));
  EXPECT_THAT(sequences(entries({c})), ElementsAre(1));
}

TEST_P(JournalContract, WhatStandsBeforeARefusedRowIsWritten) {
  EXPECT_THAT(append({row(a, 1), row(a, 2), row(a, 4), row(a, 5), row(b, 1)}), ElementsAre(durable, durable, conflict, conflict, durable));
  EXPECT_THAT(sequences(entries({a})), ElementsAre(1, 2));
}

TEST_P(JournalContract, AnOlderEpochIsRefused) {
  append({row(a, 1)});
  must(must(storage_->leases())->take_all("node-2"));
  EXPECT_THAT(append({row(a, 2, "x", 1), row(a, 3, "x", 1)}), ElementsAre(stale_epoch, stale_epoch));
  EXPECT_THAT(append({row(a, 2, "x", 2)}), ElementsAre(durable));
}

TEST_P(JournalContract, AnEpochThatNobodyWasGivenIsRefused) { EXPECT_THAT(append({row(a, 1, "x", 7)}), ElementsAre(stale_epoch)); }

TEST_P(JournalContract, AStaleEntityDoesNotHurtTheOthersInItsBatch) {
  must(must(storage_->leases())->take_all("node-2"));
  EXPECT_THAT(append({row(a, 1, "x", 1), row(b, 1, "x", 2), row(a, 2, "x", 2), row(b, 2, "x", 1)}),
              ElementsAre(stale_epoch, durable, stale_epoch, stale_epoch));
  EXPECT_TRUE(entries({a}).empty());
  EXPECT_THAT(sequences(entries({b})), ElementsAre(1));
}

TEST_P(JournalContract, PayloadsAreBytes) {
  std::string every(256, '\0');
  std::iota(every.begin(), every.end(), '\0');
  append({row(a, 1, every), row(a, 2, ""), row(a, 3, std::string(5, '\0'))});
  const auto read = entries({a});
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].payload, every);
  EXPECT_EQ(read[1].payload, "");
  EXPECT_EQ(read[2].payload, std::string(5, '\0'));
  EXPECT_EQ(followed().at(0).payload, every);
}

TEST_P(JournalContract, AThousandRowsOfManyEntitiesAreOneBatch) {
  std::vector<append_request> batch;
  for (int i = 0; i < 1000; ++i) batch.push_back(row("block/t/e." + std::to_string(i % 300), i / 300 + 1, "payload " + std::to_string(i)));
  EXPECT_EQ(append(batch), all(1000, durable));
  const auto rows = followed();
  ASSERT_EQ(rows.size(), 1000U);
  std::map<std::string, std::int64_t> last;
  for (const auto& one : rows) EXPECT_EQ(one.at.value, ++last[one.entity.value]);
  EXPECT_EQ(entries({"block/t/e.7"}).at(1).payload, "payload 307");
}

TEST_P(JournalContract, AnEntityMayHaveMoreRowsThanOnePageOfReading) {
  std::vector<append_request> batch;
  for (int i = 1; i <= 1500; ++i) batch.push_back(row(a, i, std::to_string(i)));
  EXPECT_EQ(append(batch), all(1500, durable));
  const auto read = entries({a});
  ASSERT_EQ(read.size(), 1500U);
  for (std::size_t i = 0; i < read.size(); ++i) ASSERT_EQ(read[i].payload, std::to_string(i + 1));
}

TEST_P(JournalContract, WhateverIsAskedForIsOnlyAName) {
  append({row(a, 1)});
  for (const std::string odd : {"'", "block/t/e.a' or ''='", "\\", "$1", "block/t/e.a; delete from journal", ""})
    EXPECT_THAT(entries({odd}), IsEmpty()) << odd;
  EXPECT_EQ(entries({a}).size(), 1U);
}

TEST_P(JournalContract, APayloadMayHaveAMebibyte) {
  std::mt19937 random(7);
  std::string large(std::size_t{1} << 20U, '\0');
  for (auto& byte : large) byte = static_cast<char>(random());
  EXPECT_THAT(append({row(a, 1, large), row(b, 1, "small")}), ElementsAre(durable, durable));
  EXPECT_EQ(entries({a}).at(0).payload, large);
}

TEST_P(JournalContract, ReadingStartsWhereItIsToldAndStopsWhenTheVisitorSaysSo) {
  std::vector<append_request> batch;
  for (int i = 1; i <= 10; ++i) batch.push_back(row(a, i));
  append(batch);
  EXPECT_THAT(sequences(entries({a}, 8)), ElementsAre(8, 9, 10));
  EXPECT_TRUE(entries({a}, 11).empty());
  int seen = 0;
  EXPECT_EQ(must(journal_->read({a}, {3}, [&](stored_entry&&) { return ++seen < 2; })).value, 4);
  EXPECT_EQ(must(journal_->read({a}, {11}, [](stored_entry&&) { return true; })).value, 10);
}

TEST_P(JournalContract, FollowingShowsEveryRowOnceInPiecesOfAnySize) {
  for (int i = 1; i <= 20; ++i) append({row(a, i), row(b, i)});
  for (const std::size_t limit : {1U, 7U, 40U, 1000U}) {
    std::int64_t after = 0;
    std::map<std::string, std::int64_t> last;
    for (;;) {
      const auto rows = followed(after, limit);
      if (rows.empty()) break;
      EXPECT_LE(rows.size(), limit);
      for (const auto& one : rows) {
        EXPECT_GT(one.where.value, after);
        after = one.where.value;
        EXPECT_EQ(one.at.value, ++last[one.entity.value]);
      }
    }
    EXPECT_EQ(last[a], 20);
    EXPECT_EQ(last[b], 20);
    EXPECT_EQ(after, must(journal_->head()).value);
    EXPECT_EQ(after, must(journal_->newest()).value);
  }
}

TEST_P(JournalContract, ReadingAheadShowsTheSameAndLooksAgainAtTheEnd) {
  for (int i = 1; i <= 20; ++i) append({row(a, i), row(b, i)});
  const auto other = must(storage_->journal());
  for (const std::size_t at_once : {1U, 7U, 40U, 1000U}) {
    read_ahead reader(*other, at_once);
    std::vector<std::int64_t> seen, expected;
    for (auto rows = must(reader.next()); !rows.empty(); rows = must(reader.next())) {
      EXPECT_LE(rows.size(), at_once);
      for (const auto& one : rows) seen.push_back(one.where.value);
    }
    for (const auto& one : followed()) expected.push_back(one.where.value);
    EXPECT_EQ(seen, expected);
    const auto next = static_cast<std::int64_t>(entries({a}).size()) + 1;
    append({row(a, next)});
    const auto more = must(reader.next());
    ASSERT_EQ(more.size(), 1U);
    EXPECT_EQ(more[0].at.value, next);
  }
}

TEST_P(JournalContract, ReopeningKeepsEverything) {
  append({row(a, 1, "one"), row(b, 1, "uno")});
  const auto head = must(journal_->head());
  reopen();
  EXPECT_EQ(must(journal_->head()), head);
  EXPECT_EQ(entries({a}).at(0).payload, "one");
  EXPECT_THAT(append({row(a, 2), row(b, 1)}), ElementsAre(durable, conflict));
}

TEST_P(JournalContract, AnEntityThatCannotBeStoredHurtsOnlyItself) {
  const std::string with_nul("block/t/e.\0x", 12);
  EXPECT_THAT(append({row(a, 1), row(with_nul, 1), row("", 1), row("block/t/\xff", 1), row(std::string(300, 'x'), 1), row(b, 1)}),
              ElementsAre(durable, failed, failed, failed, failed, durable));
}

TEST_P(JournalContract, OfTwoWritersOfOneSequenceExactlyOneWins) {
  const auto other = must(storage_->journal());
  for (int i = 1; i <= 30; ++i) {
    std::vector<append_status> mine;
    std::vector<append_status> theirs;
    {
      const std::jthread racer([&] { theirs = other->append(std::vector{row(a, i, "theirs"), row(b, i, "theirs")}); });
      mine = append({row(b, i, "mine"), row(a, i, "mine")});
    }
    for (const auto& [status, opposite] : {std::pair(mine[0], theirs[1]), std::pair(mine[1], theirs[0])}) {
      ASSERT_TRUE(status == durable || opposite == durable) << i << ": " << status << " against " << opposite;
      ASSERT_TRUE(status == conflict || opposite == conflict) << i << ": " << status << " against " << opposite;
    }
    ASSERT_EQ(entries({a}).size(), static_cast<std::size_t>(i));
  }
}

// What an audit of a live store relies on.
TEST_P(JournalContract, ReadersSeeWholeBatchesWhileAWriterWrites) {
  std::atomic<bool> done{false};
  const std::jthread writer([&] {
    const auto mine = storage_->journal();
    for (int i = 1; i <= 150; ++i)
      if ((*mine)->append(std::vector{row(a, i), row(b, i), row(c, i)}) != all(3, durable)) break;
    done = true;
  });
  std::int64_t after = 0;
  std::map<std::string, std::int64_t> last;
  const auto catch_up = [&] {
    for (const auto& one : followed(after)) {
      after = one.where.value;
      EXPECT_EQ(one.at.value, ++last[one.entity.value]);
    }
    EXPECT_EQ(last[a], last[b]);
    EXPECT_EQ(last[b], last[c]);
  };
  while (!done) {
    catch_up();
    const auto read = entries({a});
    for (std::size_t i = 0; i < read.size(); ++i) ASSERT_EQ(read[i].at.value, static_cast<std::int64_t>(i) + 1);
  }
  catch_up();
  EXPECT_EQ(last[a], 150);
}

}  // namespace
}  // namespace holdfast::persistence::test
