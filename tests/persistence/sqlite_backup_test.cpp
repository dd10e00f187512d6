// Backups of the embedded journal: of one moment, whole, checked, and never in the place of something else.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "persistence/sqlite/backup.hpp"
#include "tests/persistence/backends.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::persistence::test {
namespace {

namespace fs = std::filesystem;
using enum append_status;

const std::string a = "block/t/e.a";
const std::string keys = R"({"version":1,"signing":"not-a-real-key-but-easy-to-find","secret":"nor-this"})";

class Backup : public testing::Test {
protected:
  void SetUp() override {
    store_ = must(open_storage("sqlite:" + journal_.string()));
    must(store_->migrate());
    must(must(store_->leases())->take_all("node"));
    writer_ = must(store_->journal());
  }

  void append(std::int64_t from, std::int64_t to) {
    for (auto at = from; at <= to; ++at)
      ASSERT_EQ(writer_->append(std::vector{row(a, at, "row " + std::to_string(at) + std::string(3'000, 'x'))}), all(1, durable));
  }
  result<backup_facts> back_up(const backup_progress& progress = {}) {
    return persistence::back_up({journal_, target_, keys, "1.2.3", 1'800'000'000'000}, progress);
  }
  result<restored_journal> draft() { return restored_journal::draft(target_, elsewhere_, {}); }
  static std::int64_t newest(const fs::path& file) {
    const auto store = must(open_storage("sqlite:" + file.string()));
    return must(must(store->journal())->read({a}, {1}, [](stored_entry&&) { return true; })).value;
  }
  static std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder_.path())) out.push_back(entry.path().filename());
    return out;
  }

  holdfast::test::temporary_folder folder_;
  const fs::path journal_ = folder_.path() / "journal.db";
  const fs::path target_ = folder_.path() / "one.backup";
  const fs::path elsewhere_ = folder_.path() / "restored.db";
  std::shared_ptr<storage> store_;
  std::unique_ptr<journal_store> writer_;
};

TEST_F(Backup, IsOfOneMomentWhateverIsWrittenMeanwhile) {
  append(1, 800);
  std::int64_t at = 800;
  int words = 0;
  const auto facts = must(back_up([&](std::string_view step, std::int64_t done, std::int64_t all) {
    EXPECT_LE(done, all);
    if (step != "pages copied") return;
    ++words;
    append(at + 1, at + 20);
    at += 20;
  }));
  EXPECT_GT(words, 2) << "nothing was written during the copy";
  EXPECT_EQ(facts.rows, 800);
  EXPECT_EQ(must(check_backup(target_, {})).digest, facts.digest);

  auto back = must(draft());
  EXPECT_FALSE(fs::exists(elsewhere_)) << "nothing is in place before it was asked for";
  must(back.put_in_place());
  EXPECT_EQ(newest(elsewhere_), 800);
  EXPECT_EQ(newest(journal_), at) << "the node's journal went on";
}

TEST_F(Backup, SaysWhatItIs) {
  append(1, 3);
  must(back_up());
  const auto back = must(draft());
  EXPECT_EQ(back.facts().taken_at, 1'800'000'000'000);
  EXPECT_EQ(back.facts().program, "1.2.3");
  EXPECT_EQ(back.facts().rows, 3);
  EXPECT_GE(back.facts().schema, 1);
  EXPECT_TRUE(back.facts().has_keys);
  EXPECT_EQ(back.keys(), keys);
}

TEST_F(Backup, MayBeReadByItsOwnerOnly) {
  must(back_up());
  EXPECT_EQ(fs::status(target_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Backup, LeavesNoDraftAndNoLogBehind) {
  must(back_up());
  const auto before = names();
  ASSERT_FALSE(back_up()) << "the target is there";
  { const auto back = must(draft()); }
  EXPECT_THAT(names(), testing::UnorderedElementsAreArray(before));
  EXPECT_THAT(before, testing::IsSubsetOf({"journal.db", "journal.db-wal", "journal.db-shm", "journal.db.reads", "journal.db.reads-wal",
                                           "journal.db.reads-shm", "one.backup"}));
}

TEST_F(Backup, OverwritesNothing) {
  must(back_up());
  const auto again = back_up();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, failure_code::conflict);

  for (const auto* end : {"", "-wal", "-shm", ".reads"}) {
    const fs::path there = elsewhere_.string() + end;
    std::ofstream(there) << "mine";
    const auto refused = draft();
    ASSERT_FALSE(refused) << end;
    EXPECT_EQ(refused.error().code, failure_code::conflict);
    EXPECT_EQ(bytes_of(there), "mine");
    fs::remove(there);
  }

  auto back = must(draft());
  std::ofstream(elsewhere_) << "came in between";
  const auto late = back.put_in_place();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, failure_code::conflict);
  EXPECT_EQ(bytes_of(elsewhere_), "came in between");
}

TEST_F(Backup, TheKeysAreInNoPageOfTheRestoredJournal) {
  append(1, 50);
  must(back_up());
  ASSERT_NE(bytes_of(target_).find("easy-to-find"), std::string::npos) << "the test would not see them";
  must(must(draft()).put_in_place());
  EXPECT_EQ(bytes_of(elsewhere_).find("easy-to-find"), std::string::npos);
}

TEST_F(Backup, OneChangedByteIsSeen) {
  append(1, 50);
  must(back_up());
  auto bytes = bytes_of(target_);
  const auto payload = bytes.find("row 17x");
  ASSERT_NE(payload, std::string::npos);
  bytes[payload + 100] = 'y';  // SQLite itself sees nothing wrong in it
  std::ofstream(target_, std::ios::binary) << bytes;
  const auto checked = check_backup(target_, {});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, failure_code::corrupt);
  const auto refused = draft();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::corrupt);
  EXPECT_FALSE(fs::exists(elsewhere_));
}

TEST_F(Backup, ATruncatedOneIsRefused) {
  append(1, 200);
  must(back_up());
  fs::resize_file(target_, fs::file_size(target_) / 2);
  ASSERT_FALSE(check_backup(target_, {}));
  const auto refused = draft();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::corrupt) << refused.error().detail;
}

TEST_F(Backup, ANewerSchemaIsRefusedWithBothVersions) {
  must(back_up());
  SQLite::Database(target_.string(), SQLite::OPEN_READWRITE)
      .exec("insert into schema_version (version, name, applied_at) values (977, 'later', '')");
  const auto refused = draft();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::schema_too_new);
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("has schema 977, this program knows schema "));
}

TEST_F(Backup, OfANewerJournalIsNotTaken) {
  SQLite::Database(journal_.string(), SQLite::OPEN_READWRITE)
      .exec("insert into schema_version (version, name, applied_at) values (977, 'later', '')");
  const auto refused = back_up();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::schema_too_new);
  EXPECT_FALSE(fs::exists(target_));
}

TEST_F(Backup, SomethingElseIsNoBackup) {
  const auto journal = restored_journal::draft(journal_, elsewhere_, {});
  ASSERT_FALSE(journal) << "a journal says nothing about itself that could be checked";
  EXPECT_EQ(journal.error().code, failure_code::invalid_argument);
  const auto text =
      folder_.write("text", "no database at all, although it is long enough to have a header of a hundred bytes and some more");
  ASSERT_FALSE(restored_journal::draft(text, elsewhere_, {}));
  const auto nothing = restored_journal::draft(folder_.path() / "nothing", elsewhere_, {});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, failure_code::not_found);
}

TEST_F(Backup, EverythingThatIsWrittenWithAJournalRowComesBack) {
  auto request = row(a, 1);
  request.outbox = {{"mail", "first"}, {"mail", "second"}};
  request.timer = 1'900'000'000'000;
  ASSERT_EQ(writer_->append(std::vector{request}), all(1, durable));
  const auto outbox = must(store_->outbox());
  const auto last = must(outbox->pending(2'000'000'000'000, 10, all_shards)).back().id;
  must(outbox->delivered(last));
  must(must(store_->snapshots())->save({a}, {{1}, "state"}));
  must(back_up());
  must(must(draft()).put_in_place());

  const auto store = must(open_storage("sqlite:" + elsewhere_.string()));
  must(store->migrate());
  EXPECT_EQ(must(must(store->timers())->earliest()), 1'900'000'000'000);
  EXPECT_EQ(must(must(store->snapshots())->load({a}))->payload, "state");
  EXPECT_EQ(must(must(store->outbox())->pending(2'000'000'000'000, 10, all_shards)).size(), 1U);
  EXPECT_EQ(must(must(store->leases())->all()).front().owner.value, 1) << "epochs only ever rise";
  // The id of a letter that was delivered never names another one.
  auto next = row(a, 2);
  next.outbox = {{"mail", "third"}};
  ASSERT_EQ(must(store->journal())->append(std::vector{next}), all(1, durable));
  EXPECT_GT(must(must(store->outbox())->pending(2'000'000'000'000, 10, all_shards)).back().id, last);
}

}  // namespace
}  // namespace holdfast::persistence::test
