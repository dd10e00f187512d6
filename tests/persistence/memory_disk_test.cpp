// The disk that forgets: what the simulation's crashes rest on.
#include "persistence/memory/memory_disk.hpp"

#include <gmock/gmock.h>

#include "tests/persistence/backends.hpp"
#include "tests/persistence/history.hpp"

namespace holdfast::persistence::test {
namespace {

using enum append_status;

const std::string a = "block/t/e.a";

struct installation {
  explicit installation(memory_disk::options options = {}) : disk(std::make_shared<memory_disk>(options)), store(open_memory(disk)) {
    must(store->migrate());
    must(must(store->leases())->take_all("node"));
  }
  std::int64_t length() const { return must(must(store->journal())->head()).value; }

  std::shared_ptr<memory_disk> disk;
  std::shared_ptr<storage> store;
};

TEST(MemoryDisk, WhatWasAcknowledgedSurvivesACrash) {
  const installation here;
  const auto journal = must(here.store->journal());
  for (int i = 1; i <= 20; ++i) {
    EXPECT_EQ(journal->append(std::vector{row(a, i)}), all(1, durable));
    here.disk->crash();
    EXPECT_EQ(here.length(), i);
  }
}

TEST(MemoryDisk, OpenStoresGoOnWithWhatIsLeft) {
  const installation here({.ack_before_sync = true, .sync_every = 4});
  const auto journal = must(here.store->journal());
  for (int i = 1; i <= 6; ++i) EXPECT_EQ(journal->append(std::vector{row(a, i)}), all(1, durable));
  EXPECT_EQ(here.disk->unsynced(), 2U);
  here.disk->crash();
  EXPECT_EQ(here.length(), 4);
  EXPECT_EQ(journal->append(std::vector{row(a, 7)}), all(1, conflict));
  EXPECT_EQ(journal->append(std::vector{row(a, 5)}), all(1, durable));
}

TEST(MemoryDisk, AJournalThatAcknowledgesBeforeItSyncsLosesAcknowledgedRows) {
  const installation here({.ack_before_sync = true});
  const auto journal = must(here.store->journal());
  EXPECT_EQ(journal->append(std::vector{row(a, 1)}), all(1, durable));
  here.disk->crash();
  EXPECT_EQ(here.length(), 0);
}

TEST(MemoryDisk, SyncingByHandKeepsIt) {
  const installation here({.ack_before_sync = true});
  must(here.store->journal())->append(std::vector{row(a, 1)});
  here.disk->sync();
  here.disk->crash();
  EXPECT_EQ(here.length(), 1);
}

TEST(MemoryDisk, SnapshotsAreWrittenBehindAndSyncedWithTheNextBatch) {
  const installation here;
  const auto snapshots = must(here.store->snapshots());
  must(snapshots->save({a}, {{1}, "lost"}));
  here.disk->crash();
  EXPECT_FALSE(must(snapshots->load({a})).has_value());
  must(snapshots->save({a}, {{1}, "kept"}));
  must(here.store->journal())->append(std::vector{row(a, 1)});
  here.disk->crash();
  EXPECT_EQ(must(snapshots->load({a}))->payload, "kept");
}

TEST(MemoryDisk, LeasesSurvive) {
  const installation here;
  must(must(here.store->leases())->take_all("again"));
  here.disk->crash();
  EXPECT_EQ(must(must(here.store->leases())->all()).front().owner.value, 2);
}

TEST(MemoryDisk, TheReadModelNeverForgetsMoreThanItsPosition) {
  const installation here;
  std::mt19937 random(3);
  const auto rows = random_history(random, 200).rows();
  const auto journal = must(here.store->journal());
  const auto projector = must(here.store->projector());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(journal->append(std::span(rows).subspan(i, 1)), all(1, durable));
    must(projector->advance(3));
    if (i % 7 == 0) here.disk->crash();
  }
  while (must(projector->advance(100)) > 0) {
  }
  const auto reads = must(here.store->reads());
  const auto incremental = must(reads->bookings({"camp"}, {1, 100}));
  must(projector->rebuild());
  while (must(projector->advance(1000)) > 0) {
  }
  const auto rebuilt = must(reads->bookings({"camp"}, {1, 100}));
  ASSERT_GT(rebuilt.total, 10U);
  ASSERT_EQ(incremental.total, rebuilt.total);
  for (std::size_t i = 0; i < rebuilt.rows.size(); ++i)
    EXPECT_EQ(incremental.rows[i].booking.SerializeAsString(), rebuilt.rows[i].booking.SerializeAsString());
}

TEST(MemoryDisk, SeveralStoragesSeeOneDisk) {
  const installation here;
  const auto second = open_memory(here.disk);
  EXPECT_EQ(must(here.store->journal())->append(std::vector{row(a, 1)}), all(1, durable));
  EXPECT_EQ(must(must(second->journal())->head()).value, 1);
}

}  // namespace
}  // namespace holdfast::persistence::test
