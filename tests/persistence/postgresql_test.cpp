// What only a server can do to us: go away, stop answering, come back with other transaction ids, commit in another order.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <pqxx/pqxx>
#include <sstream>
#include <thread>

#include "persistence/postgresql/pqxx.hpp"
#include "persistence/reads/sql_query.hpp"
#include "tests/persistence/backends.hpp"
#include "tests/persistence/booking_questions.hpp"
#include "tests/support/postgres.hpp"

namespace holdfast::persistence::test {
namespace {

using namespace std::chrono_literals;
using enum append_status;
using holdfast::test::fresh_schema;
using holdfast::test::postgres;
using testing::AnyOf;
using testing::ElementsAre;

const std::string a = "block/t/e.a";
const std::string b = "block/t/e.b";

std::chrono::milliseconds taken(const std::function<void()>& what) {
  const auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

class Postgresql : public testing::Test {
protected:
  static postgres& server() {
    static postgres instance;
    return instance;
  }
  void SetUp() override {
    if (!server().running()) server().start();
    schema_ = fresh_schema();
    store_ = open();
    must(store_->migrate());
    must(must(store_->leases())->take_all("node"));
    journal_ = must(store_->journal());
  }
  std::shared_ptr<storage> open(const std::string& parameters = {}) { return must(open_storage(server().url(schema_) + parameters)); }
  std::vector<append_status> append(const std::vector<append_request>& rows) { return journal_->append(rows); }
  std::vector<std::string> followed(std::int64_t after = 0) {
    std::vector<std::string> out;
    must(journal_->follow({after}, 10'000, [&](journal_row&& one) { out.push_back(one.payload); }));
    return out;
  }
  /// In the test's schema.
  pqxx::result execute(const std::string& sql) {
    pqxx::connection link(server().url());
    const pqxx::quiet_errorhandler quiet(link);
    pqxx::nontransaction work(link);
    work.exec("set search_path = " + schema_);
    return work.exec(sql);
  }
  /// Appends with this payload stop inside their transaction, after they have got their position, until the lock is given up.
  void hold_rows_named(const std::string& payload) {
    execute("create function wait_here() returns trigger language plpgsql as $$ begin if new.payload = '" + payload +
            "'::bytea then perform pg_advisory_xact_lock(4711); end if; return new; end $$");
    execute("create trigger wait_here before insert on journal for each row execute function wait_here()");
  }
  void wait_for_waiting(int count) {
    for (int i = 0; i < 500; ++i) {
      if (execute("select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted")[0][0].as<int>() == count)
        return;
      std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("nobody waits");
  }

  std::string schema_;
  std::shared_ptr<storage> store_;
  std::unique_ptr<journal_store> journal_;
};

// The slow transaction has the older id but commits last; and it has a row below the fast one's. Neither may be skipped.
TEST_F(Postgresql, FollowingNeverSkipsARowOfASlowerTransaction) {
  append({row(a, 1, "first")});
  hold_rows_named("slow");
  pqxx::connection gate(server().url());
  pqxx::work closed(gate);
  closed.exec("select pg_advisory_xact_lock(4711)");
  std::vector<append_status> slow;
  {
    const std::jthread slower([&] { slow = must(store_->journal())->append(std::vector{row(b, 1, "slow")}); });
    wait_for_waiting(1);
    EXPECT_EQ(append({row(a, 2, "fast")}), all(1, durable));
    // "fast" is committed, but something that belongs before it may still come.
    EXPECT_THAT(followed(), ElementsAre("first"));
    const auto head = must(journal_->head()).value;
    EXPECT_THAT(followed(head), ElementsAre());
    EXPECT_GT(must(journal_->newest()).value, head) << "an audit waits for it";
    closed.commit();
  }
  EXPECT_EQ(slow, all(1, durable));
  EXPECT_THAT(followed(), ElementsAre("first", "slow", "fast"));
  EXPECT_EQ(must(journal_->newest()), must(journal_->head()));
}

TEST_F(Postgresql, AFollowerSeesWhatSeveralWritersWriteExactlyOnce) {
  constexpr int writers = 4;
  constexpr int rows_each = 150;
  std::atomic<int> running{writers};
  std::vector<std::jthread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      const auto mine = must(store_->journal());
      for (int i = 1; i <= rows_each; ++i) EXPECT_EQ(mine->append(std::vector{row("block/t/e." + std::to_string(w), i)}), all(1, durable));
      --running;
    });
  }
  std::map<std::string, std::int64_t> last;
  std::int64_t after = 0;
  const auto catch_up = [&] {
    const auto end =
        must(journal_->follow({after}, 50, [&](journal_row&& one) { EXPECT_EQ(one.at.value, ++last[one.entity.value]); })).value;
    return std::exchange(after, end) != end;
  };
  while (running > 0) catch_up();
  threads.clear();
  while (catch_up()) {
  }
  ASSERT_EQ(last.size(), static_cast<std::size_t>(writers));
  for (const auto& [entity, at] : last) EXPECT_EQ(at, rows_each) << entity;
}

TEST_F(Postgresql, AServerThatIsStoppedAndStartedAgainIsUsedAgain) {
  EXPECT_EQ(append({row(a, 1, "one")}), all(1, durable));
  server().stop();
  const auto time = taken([&] {
    EXPECT_THAT(append({row(a, 2, "lost"), row(b, 1)}), testing::Each(AnyOf(failed, unknown)));
    EXPECT_THAT(append({row(a, 2, "lost")}), ElementsAre(failed));
    EXPECT_FALSE(journal_->head());
    EXPECT_FALSE(must(store_->timers())->earliest());
    EXPECT_FALSE(must(store_->reads())->tenants());
    EXPECT_FALSE(must(store_->projector())->advance(10));
  });
  EXPECT_LT(time, 2s);
  server().start();
  std::this_thread::sleep_for(2100ms);  // the longest back-off
  EXPECT_EQ(append({row(a, 2, "two")}), all(1, durable));
  EXPECT_THAT(followed(), ElementsAre("one", "two"));
}

TEST_F(Postgresql, AStoreThatWasIdleDuringARestartDoesNotEvenNotice) {
  const auto timers = must(store_->timers());
  must(timers->earliest());
  append({row(a, 1, "one")});
  server().restart();
  EXPECT_EQ(append({row(a, 2, "two")}), all(1, durable));
  EXPECT_TRUE(timers->earliest());
}

TEST_F(Postgresql, WhatWasAcknowledgedSurvivesTheDeathOfTheServer) {
  std::int64_t acknowledged = 0;
  for (int round = 0; round < 5; ++round) {
    std::atomic<bool> killed{false};
    {
      const std::jthread killer([&] {
        std::this_thread::sleep_for(100ms + round * 20ms);
        round % 2 == 0 ? server().kill() : server().stop_immediate();
        killed = true;
      });
      const auto journal = must(store_->journal());
      for (auto at = acknowledged + 1; !killed; ++at) {
        if (journal->append(std::vector{row(a, at), row(b, at)}) != all(2, durable)) break;
        acknowledged = at;
      }
    }
    server().start();
    const auto journal = must(open()->journal());
    const auto read_a = must(journal->read({a}, {1}, [](stored_entry&&) { return true; })).value;
    EXPECT_GE(read_a, acknowledged);
    EXPECT_LE(read_a, acknowledged + 1);
    EXPECT_EQ(read_a, must(journal->read({b}, {1}, [](stored_entry&&) { return true; })).value);
    acknowledged = read_a;
  }
  EXPECT_GT(acknowledged, 20);
}

TEST_F(Postgresql, AServerThatStopsAnsweringIsGivenUpAtTheDeadline) {
  const auto journal = must(open("&holdfast_deadline_ms=300")->journal());
  ASSERT_EQ(journal->append(std::vector{row(a, 1)}), all(1, durable));
  std::vector<pid_t> sessions;
  for (const auto& one : execute("select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"))
    sessions.push_back(one[0].as<pid_t>());
  ASSERT_FALSE(sessions.empty());
  for (const auto pid : sessions) ::kill(pid, SIGSTOP);
  EXPECT_LT(taken([&] { EXPECT_THAT(journal->append(std::vector{row(a, 2)}), ElementsAre(unknown)); }), 3s);
  for (const auto pid : sessions) ::kill(pid, SIGCONT);
  // What is unknown is found out by reading; the stopped session may or may not have finished its work.
  const auto next = must(journal->read({a}, {1}, [](stored_entry&&) { return true; })).value + 1;
  EXPECT_THAT(journal->append(std::vector{row(a, next)}), ElementsAre(AnyOf(durable, conflict)));
}

TEST_F(Postgresql, ALockThatIsNotGivenUpEndsTheStatementAndNothingIsWritten) {
  const auto journal = must(open("&holdfast_deadline_ms=300")->journal());
  pqxx::connection other(server().url());
  pqxx::work locking(other);
  locking.exec("update " + schema_ + ".lease set node = node");
  EXPECT_LT(taken([&] { EXPECT_THAT(journal->append(std::vector{row(a, 1)}), ElementsAre(failed)); }), 3s);
  locking.abort();
  EXPECT_THAT(journal->append(std::vector{row(a, 1)}), ElementsAre(durable));
}

TEST_F(Postgresql, AnAddressThatNeverAnswersIsGivenUpQuickly) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 4), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto store =
      must(open_storage("postgresql://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x?user=x&connect_timeout=2"));
  const auto journal = must(store->journal());
  EXPECT_LT(taken([&] { EXPECT_THAT(journal->append(std::vector{row(a, 1)}), ElementsAre(failed)); }), 5s);
  // Not tried again at once.
  EXPECT_LT(taken([&] { EXPECT_THAT(journal->append(std::vector{row(a, 1)}), ElementsAre(failed)); }), 20ms);
  ::close(listener);
}

TEST_F(Postgresql, PositionsGoOnAboveTheOldOnesInAYoungerServer) {
  append({row(a, 1, "old")});
  // As in a restored dump: the rows are from a server that had counted much further.
  execute("update journal set pos = (((pos >> 20) + 1000000) << 20) | 1");
  EXPECT_THAT(followed(), ElementsAre());
  must(open()->migrate());
  append({row(a, 2, "new")});
  EXPECT_THAT(followed(), ElementsAre("old", "new"));
}

TEST_F(Postgresql, ADurableAnswerIsOnTheDiskWhateverTheServersDefaultIs) {
  execute("alter system set synchronous_commit = off");
  execute("select pg_reload_conf()");
  std::this_thread::sleep_for(100ms);
  const auto journal = must(open()->journal());
  for (int at = 1; at <= 20; ++at) ASSERT_EQ(journal->append(std::vector{row(a, at)}), all(1, durable));
  server().kill();
  server().start();
  EXPECT_EQ(must(must(open()->journal())->read({a}, {1}, [](stored_entry&&) { return true; })).value, 20);
  execute("alter system reset synchronous_commit");
  execute("select pg_reload_conf()");
}

TEST_F(Postgresql, InstallationsInOneDatabaseDoNotSeeEachOther) {
  append({row(a, 1)});
  const auto other = must(open_storage(server().url(fresh_schema())));
  must(other->migrate());
  EXPECT_EQ(must(must(other->journal())->head()).value, 0);
}

TEST_F(Postgresql, WhatIsDeliveredLeavesTheTable) {
  auto mailing = row(a, 1);
  mailing.outbox = {{"mail", "x"}, {"mail", "y"}};
  append({mailing});
  const auto outbox = must(store_->outbox());
  for (const auto& one : must(outbox->pending(1, 10, all_shards))) must(outbox->delivered(one.id));
  EXPECT_EQ(execute("select count(*) from outbox")[0][0].as<int>(), 0);
}

TEST_F(Postgresql, EveryListOfBookingsHasItsIndex) {
  execute(
      "insert into booking (tenant, booking_id, event_id, user_id, email, confirmation_code, status, created_ms, view)"
      " select 't' || n % 50, 'e.b.' || n, 'e' || n % 70, 'u' || n, 'm' || n || '@example.org', 'C' || n, case when n % 100 = 1 then 1 "
      "else 5 end, n, ''"
      " from generate_series(1, 20000) as n");
  execute("analyze booking");
  for (const auto& [filter, index] : booking_questions()) {
    const auto query = select_bookings(filter, {});
    std::vector<std::string> values;
    for (const auto& value : query.values)
      values.push_back(std::visit([](const auto& v) { return (std::ostringstream() << v).str(); }, value));
    pqxx::connection link(server().url());
    pqxx::nontransaction work(link);
    work.exec("set search_path = " + schema_);
    std::string plan;
    for (const auto& line : postgresql::shim::with_values(work, "explain " + query.text, values)) plan += line[0].as<std::string>() + '\n';
    EXPECT_THAT(plan, testing::HasSubstr(index)) << query.text;
    EXPECT_THAT(plan, testing::Not(testing::HasSubstr("Seq Scan"))) << query.text;
  }
}

// However long the journal is.
TEST_F(Postgresql, StartingReadsNoTableOfTheJournalFromEndToEnd) {
  execute(
      "insert into journal (pos, entity, seq, at_ms, payload) select n, 'block/t/e.' || n % 100, 1 + n / 100, 0, 'x' from "
      "generate_series(1, 30000) as n");
  execute("insert into timer (entity, due_ms) select 'block/t/e.' || n, n from generate_series(1, 30000) as n");
  execute("analyze journal");
  execute("analyze timer");
  const auto counted = [&](const std::string& what) {
    return execute("select coalesce(sum(" + what + "), 0) from pg_stat_user_tables where schemaname = '" + schema_ +
                   "' and relname in ('journal', 'timer')")[0][0]
        .as<std::int64_t>();
  };
  const auto rows_before = counted("seq_tup_read");
  const auto looked_up_before = counted("idx_scan");
  {
    const auto again = open();
    must(again->migrate());
    must(must(again->leases())->take_all("node"));
    const auto journal = must(again->journal());
    must(journal->head());
    must(must(again->timers())->earliest());
    must(must(again->timers())->due(1, 10, all_shards));
    must(must(again->projector())->reached());
    must(journal->read({a}, {1}, [](stored_entry&&) { return true; }));
  }
  // A session tells what it did when it ends.
  for (int i = 0; i < 500 && counted("idx_scan") < looked_up_before + 5; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_GE(counted("idx_scan"), looked_up_before + 5);
  EXPECT_EQ(counted("seq_tup_read"), rows_before);
}

TEST_F(Postgresql, WordSearchCanUseAnIndex) {
  const auto indexes = execute("select count(*) from pg_indexes where schemaname = '" + schema_ + "' and indexname = 'event_search'");
  const auto extension = execute("select count(*) from pg_extension where extname = 'pg_trgm'");
  EXPECT_EQ(indexes[0][0].as<int>(), extension[0][0].as<int>());
}

}  // namespace
}  // namespace holdfast::persistence::test
