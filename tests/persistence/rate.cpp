// How fast each store is on this machine, in rows per second and in processor time a row of this process and of the server:
//   append   bookings of one hot block, letters included, so many in a commit
//   spread   rows of 200 bytes, each of another entity, so many in a commit
//   project  the projection follows those bookings from the first
//   read     the block's whole history, as for its recovery
//   follow   the whole journal, as for an audit
//
//   persistence_rate [seconds per measurement] [memory|sqlite|postgresql]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/persistence/backends.hpp"
#include "tests/persistence/processor_time.hpp"
#include "tests/persistence/sale.hpp"
#include "tests/support/postgres.hpp"

namespace holdfast::persistence {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t projected_rows_at_once = 4'000;
constexpr std::size_t followed_rows_at_once = 10'000;

double seconds_since(steady::time_point begin) { return std::chrono::duration<double>(steady::now() - begin).count(); }

/// Fills one line of the table: rows, the time and the processor time they took.
class meter {
public:
  meter(std::string_view store, std::string what, pid_t server) : store_(store), what_(std::move(what)), server_(server) {}

  /// Runs `step`, which answers how many rows it did. False when there were none.
  template <class Step>
  bool run(Step step) {
    const auto before = test::processor_time_used(server_);
    const auto begin = steady::now();
    const std::size_t done = step();
    const auto took = seconds_since(begin);
    if (done == 0) return false;
    const auto after = test::processor_time_used(server_);
    self_us_ += after.self_us - before.self_us;
    server_us_ += after.server_us - before.server_us;
    times_us_.push_back(took * 1e6);
    busy_ += took;
    rows_ += static_cast<double>(done);
    return true;
  }

  void print() {
    std::sort(times_us_.begin(), times_us_.end());
    std::printf("%-12s %-12s %12.0f %10.2f %10.2f %12.0f %12.0f\n", store_.c_str(), what_.c_str(), rows_ / busy_, self_us_ / rows_,
                server_us_ / rows_, times_us_[times_us_.size() / 2], times_us_[times_us_.size() * 99 / 100]);
    std::fflush(stdout);
  }

private:
  std::string store_, what_;
  pid_t server_;
  double rows_ = 0, busy_ = 0, self_us_ = 0, server_us_ = 0;
  std::vector<double> times_us_;
};

class bench {
public:
  bench(test::backend kind, double seconds)
      : where_(test::make_place(kind)),
        store_(where_->open()),
        server_(kind == test::backend::postgresql ? holdfast::test::shared_postgres().pid() : 0),
        seconds_(seconds) {
    test::must(store_->migrate());
    test::must(test::must(store_->leases())->take_all("rate"));
    journal_ = test::must(store_->journal());
    append(sale_.opening());
  }

  void run() {
    for (const std::size_t n : {1, 8, 16, 32, 256, 2048}) sell(n);
    project();
    read();
    follow();
    for (const std::size_t n : {256, 32, 16, 8, 1}) spread(n);
  }

private:
  meter line(std::string what) const { return {store_->kind(), std::move(what), server_}; }

  std::size_t append(const std::vector<append_request>& rows) {
    if (journal_->append(rows) != test::all(rows.size(), append_status::durable)) std::abort();
    return rows.size();
  }

  /// Rows are made outside the measurement.
  template <class Make>
  void measure_appends(const std::string& what, Make make) {
    auto out = line(what);
    for (const auto begin = steady::now(); seconds_since(begin) < seconds_;) {
      const auto rows = make();
      out.run([&] { return append(rows); });
    }
    out.print();
  }

  void sell(std::size_t n) {
    measure_appends("append " + std::to_string(n), [&] { return sale_.bookings(n); });
  }

  void spread(std::size_t n) {
    std::int64_t at = 0;
    measure_appends("spread " + std::to_string(n), [&] {
      std::vector<append_request> rows;
      ++at;
      for (std::size_t i = 0; i < n; ++i)
        rows.push_back(test::row("block/t/s" + std::to_string(n) + "." + std::to_string(i), at, std::string(200, 'x')));
      return rows;
    });
  }

  void project() {
    auto out = line("project");
    const auto projector = test::must(store_->projector());
    while (out.run([&] { return test::must(projector->advance(projected_rows_at_once)); })) {
    }
    out.print();
  }

  void read() {
    auto out = line("read");
    out.run([&] {
      return static_cast<std::size_t>(test::must(journal_->read(sale_.block(), {1}, [](stored_entry&&) { return true; })).value);
    });
    out.print();
  }

  void follow() {
    auto out = line("follow");
    position after;
    while (out.run([&] {
      std::size_t rows = 0;
      after = test::must(journal_->follow(after, followed_rows_at_once, [&rows](journal_row&&) { ++rows; }));
      return rows;
    })) {
    }
    out.print();
  }

  std::unique_ptr<test::place> where_;
  std::shared_ptr<storage> store_;
  pid_t server_;
  double seconds_;
  std::unique_ptr<journal_store> journal_;
  test::sale sale_{"rush"};
};

}  // namespace
}  // namespace holdfast::persistence

int main(int argc, char** argv) {
  using namespace holdfast::persistence;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  const std::string_view only = argc > 2 ? argv[2] : "";
  std::printf("%-12s %-12s %12s %10s %10s %12s %12s\n", "store", "what", "rows/s", "own us", "server us", "median us", "p99 us");
  constexpr std::array<std::pair<test::backend, std::string_view>, 3> stores{
      {{test::backend::memory, "memory"}, {test::backend::sqlite, "sqlite"}, {test::backend::postgresql, "postgresql"}}};
  for (const auto& [kind, name] : stores)
    if (only.empty() || only == name) bench(kind, seconds).run();
}
