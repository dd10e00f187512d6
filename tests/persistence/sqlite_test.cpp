// What only SQLite can do wrong: full disks, I/O errors, a killed process, a file put in place of another.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "persistence/reads/sql_query.hpp"
#include "persistence/sql/sqlite_reads.hpp"
#include "tests/persistence/backends.hpp"
#include "tests/persistence/booking_questions.hpp"
#include "tests/persistence/history.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::persistence::test {
namespace {

namespace fs = std::filesystem;
using enum append_status;

const std::string a = "block/t/e.a";
const std::string b = "block/t/e.b";

class Sqlite : public testing::Test {
protected:
  std::string file() const { return folder_.path() / "journal.db"; }
  std::shared_ptr<storage> open(const std::string& options = {}) {
    auto out = must(open_storage("sqlite:" + file() + options));
    must(out->migrate());
    return out;
  }
  holdfast::test::temporary_folder folder_;
};

TEST_F(Sqlite, ADatabaseThatIsFullFailsAppendsAndRecoversWhenThereIsRoomAgain) {
  const auto store = open("?max_pages=120");
  must(must(store->leases())->take_all("node"));
  const auto snapshots = must(store->snapshots());
  must(snapshots->save({"block/t/e.big"}, {{1}, std::string(200'000, 's')}));
  const auto journal = must(store->journal());
  std::int64_t at = 1;
  while (at < 1000 && journal->append(std::vector{row(a, at, std::string(4000, 'x'))}) == all(1, durable)) ++at;
  ASSERT_LT(at, 1000);
  // Known not to be written, again and again, and reading goes on.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(journal->append(std::vector{row(a, at, std::string(4000, 'x'))}), all(1, failed));
  EXPECT_EQ(must(journal->read({a}, {1}, [](stored_entry&&) { return true; })).value, at - 1);
  const auto refused = snapshots->save({"block/t/e.other"}, {{1}, std::string(100'000, 's')});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::disk_full);

  // Somebody makes room: the same store goes on.
  SQLite::Database(file(), SQLite::OPEN_READWRITE, 2000).exec("delete from snapshot");
  EXPECT_EQ(journal->append(std::vector{row(a, at, std::string(4000, 'x'))}), all(1, durable));
}

/// While it lives, no file of this process may grow past `bytes`.
class file_size_limit {
public:
  explicit file_size_limit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now{bytes, before_.rlim_max};
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST_F(Sqlite, AnIoErrorFailsAppendsAndIsForgottenWhenTheDiskWorksAgain) {
  const auto store = open();
  must(must(store->leases())->take_all("node"));
  const auto journal = must(store->journal());
  ASSERT_EQ(journal->append(std::vector{row(a, 1)}), all(1, durable));
  std::int64_t at = 2;
  {
    const file_size_limit limit(300'000);
    int failures = 0;
    for (int i = 0; i < 1000 && failures < 5; ++i) {
      const auto status = journal->append(std::vector{row(a, at, std::string(5000, 'x'))}).front();
      if (status == durable) {
        ++at;
        continue;
      }
      ASSERT_EQ(status, failed);
      ++failures;
      ASSERT_EQ(must(must(store->journal())->read({a}, {1}, [](stored_entry&&) { return true; })).value, at - 1);
    }
    ASSERT_EQ(failures, 5);
  }
  EXPECT_EQ(journal->append(std::vector{row(a, at)}), all(1, durable));
  EXPECT_EQ(must(must(open()->journal())->read({a}, {1}, [](stored_entry&&) { return true; })).value, at);
}

TEST_F(Sqlite, AFolderThatIsNotThereIsAFailureNotACrash) {
  const auto store = must(open_storage("sqlite:" + (folder_.path() / "missing" / "x.db").string()));
  EXPECT_FALSE(store->migrate());
  EXPECT_FALSE(store->journal());
}

TEST_F(Sqlite, AFileThatIsNoDatabaseIsCorrupt) {
  {
    std::FILE* out = std::fopen(file().c_str(), "w");
    for (int i = 0; i < 1000; ++i) std::fputs("this is not a database ", out);
    std::fclose(out);
  }
  const auto refused = must(open_storage("sqlite:" + file()))->migrate();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::corrupt);
}

TEST_F(Sqlite, UnknownOptionsAreRefused) {
  for (const char* url :
       {"sqlite:", "sqlite:x?max_pages=", "sqlite:x?max_pages=0", "sqlite:x?max_pages=7x", "sqlite:x?pages=7", "mysql:x", "x"}) {
    const auto refused = open_storage(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, failure_code::invalid_argument);
  }
}

TEST_F(Sqlite, AGapMadeByHandIsCorruption) {
  const auto store = open();
  must(must(store->leases())->take_all("node"));
  const auto journal = must(store->journal());
  journal->append(std::vector{row(a, 1), row(a, 2), row(a, 3)});
  SQLite::Database(file(), SQLite::OPEN_READWRITE, 2000).exec("delete from journal where seq = 2");
  const auto read = journal->read({a}, {1}, [](stored_entry&&) { return true; });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, failure_code::corrupt);
}

TEST_F(Sqlite, AReadModelThatIsAheadOfItsJournalIsFilledAnew) {
  auto store = open();
  must(must(store->leases())->take_all("node"));
  history h;
  h.tenant("kept");
  must(store->journal())->append(h.rows());
  SQLite::Database(file(), SQLite::OPEN_READWRITE, 2000).exec("pragma wal_checkpoint(truncate)");
  fs::copy_file(file(), folder_.path() / "backup.db");
  const auto before = h.rows().size();
  h.tenant("lost");
  const auto rows = h.rows();
  must(store->journal())->append(std::span(rows).subspan(before));
  auto projector = must(store->projector());
  while (must(projector->advance(100)) > 0) {
  }
  EXPECT_EQ(must(must(store->reads())->tenants()).size(), 2U);
  projector.reset();
  store.reset();

  fs::remove(file() + "-wal");
  fs::remove(file() + "-shm");
  fs::rename(folder_.path() / "backup.db", file());
  store = open();
  projector = must(store->projector());
  while (must(projector->advance(100)) > 0) {
  }
  EXPECT_THAT(must(must(store->reads())->tenants()), testing::ElementsAre("kept"));
  EXPECT_EQ(must(projector->reached()).value, 1);
}

TEST_F(Sqlite, TheReadModelMayBeDeleted) {
  auto store = open();
  must(must(store->leases())->take_all("node"));
  history h;
  h.tenant("camp");
  must(store->journal())->append(h.rows());
  while (must(must(store->projector())->advance(100)) > 0) {
  }
  store.reset();
  for (const char* suffix : {".reads", ".reads-wal", ".reads-shm"}) fs::remove(file() + suffix);
  store = open();
  while (must(must(store->projector())->advance(100)) > 0) {
  }
  EXPECT_THAT(must(must(store->reads())->tenants()), testing::ElementsAre("camp"));
}

/// Appends for ever and reports each durable sequence through the pipe.
[[noreturn]] void write_until_killed(const std::string& url, int report, std::int64_t from, std::int64_t owner) {
  const auto journal = must(must(open_storage(url))->journal());
  for (auto at = from;; ++at) {
    if (journal->append(std::vector{row(a, at, "x", owner), row(b, at, "x", owner)}) != all(2, durable)) ::_exit(1);
    if (::write(report, &at, sizeof at) != sizeof at) ::_exit(1);
  }
}

TEST_F(Sqlite, WhatWasAcknowledgedSurvivesKillMinusNine) {
  std::int64_t acknowledged = 0;
  for (std::int64_t round = 1; round <= 10; ++round) {
    must(must(open()->leases())->take_all("node"));
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed("sqlite:" + file(), ends[1], acknowledged + 1, round);
    ::close(ends[1]);
    std::int64_t at = 0;
    for (std::int64_t n = 0; n < 5 + round * 3 && ::read(ends[0], &at, sizeof at) == sizeof at; ++n) acknowledged = at;
    ::kill(child, SIGKILL);
    while (::read(ends[0], &at, sizeof at) == sizeof at) acknowledged = at;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));

    const auto journal = must(open()->journal());
    const auto read_a = must(journal->read({a}, {1}, [](stored_entry&&) { return true; })).value;
    const auto read_b = must(journal->read({b}, {1}, [](stored_entry&&) { return true; })).value;
    // The batch that was on its way may be there, whole.
    EXPECT_GE(read_a, acknowledged);
    EXPECT_LE(read_a, acknowledged + 1);
    EXPECT_EQ(read_a, read_b);
    acknowledged = read_a;
  }
}

std::string plan_of(SQLite::Database& db, const std::string& query) {
  SQLite::Statement explain(db, "explain query plan " + query);
  std::string out;
  while (explain.executeStep()) out += explain.getColumn(3).getString() + '\n';
  return out;
}

TEST_F(Sqlite, EveryListOfBookingsHasItsIndex) {
  open();
  SQLite::Database reads(file() + ".reads", SQLite::OPEN_READWRITE);
  for (const auto& [filter, index] : booking_questions()) {
    const auto query = select_bookings(filter, {});
    EXPECT_THAT(plan_of(reads, query.text), testing::HasSubstr(index)) << query.text;
  }
}

// However many bookings the tenant has.
TEST_F(Sqlite, TheProjectionFindsEachRowByItsKey) {
  namespace text = sql::sqlite_reads;
  open();
  SQLite::Database reads(file() + ".reads", SQLite::OPEN_READWRITE);
  EXPECT_THAT(plan_of(reads, text::bookings_of_block.text), testing::HasSubstr("(booking_id>? AND booking_id<?)"));
  for (const auto& statement : {text::load_booking, text::load_block, text::load_event, text::clear_figures, text::clear_tags}) {
    const auto plan = plan_of(reads, statement.text);
    EXPECT_THAT(plan, testing::HasSubstr("SEARCH")) << statement.text;
    EXPECT_THAT(plan, testing::HasSubstr("_id=?")) << statement.text << plan;
  }
}

TEST_F(Sqlite, BookingsGoBeforeBackgroundWrites) {
  const auto store = open();
  must(must(store->leases())->take_all("node"));
  std::atomic<bool> done{false};
  std::vector<std::jthread> background;
  for (int i = 0; i < 3; ++i) {
    background.emplace_back([&, i] {
      const auto snapshots = must(store->snapshots());
      for (std::int64_t at = 1; !done; ++at) must(snapshots->save({"block/t/e." + std::to_string(i)}, {{at}, std::string(20'000, 's')}));
    });
  }
  const auto journal = must(store->journal());
  for (int at = 1; at <= 100; ++at) ASSERT_EQ(journal->append(std::vector{row(a, at)}), all(1, durable));
  done = true;
}

}  // namespace
}  // namespace holdfast::persistence::test
