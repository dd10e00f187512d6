// How fast each journal writes on this machine: batches of 256 rows with payloads of 200 bytes, and single rows; then how fast the
// projection follows.
//   persistence_rate [seconds per measurement]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/persistence/backends.hpp"
#include "tests/persistence/history.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::persistence;
using steady = std::chrono::steady_clock;

struct figures {
  double rows_per_second = 0;
  double median_us = 0;
  double p99_us = 0;
};

/// Each batch has one row of `n` entities.
figures measure(journal_store& journal, std::size_t n, const std::string& prefix, double seconds) {
  std::vector<double> times;
  std::size_t rows = 0;
  const auto begin = steady::now();
  for (std::int64_t at = 1; std::chrono::duration<double>(steady::now() - begin).count() < seconds; ++at) {
    std::vector<append_request> batch;
    for (std::size_t i = 0; i < n; ++i)
      batch.push_back(test::row("block/t/" + prefix + "." + std::to_string(i), at, std::string(200, 'x')));
    const auto sent = steady::now();
    if (journal.append(batch) != test::all(n, append_status::durable)) std::abort();
    times.push_back(std::chrono::duration<double, std::micro>(steady::now() - sent).count());
    rows += n;
  }
  std::sort(times.begin(), times.end());
  return {static_cast<double>(rows) / std::chrono::duration<double>(steady::now() - begin).count(), times[times.size() / 2],
          times[times.size() * 99 / 100]};
}

/// Rows per second of a projection that has everything still before it.
double projected(storage& store, journal_store& journal) {
  std::mt19937 random(1);
  const auto rows = test::random_history(random, 20'000).rows();
  for (std::size_t i = 0; i < rows.size(); i += 500)
    journal.append(std::span(rows).subspan(i, std::min<std::size_t>(500, rows.size() - i)));
  const auto projector = test::must(store.projector());
  const auto begin = steady::now();
  while (test::must(projector->advance(1000)) > 0) {
  }
  return static_cast<double>(rows.size()) / std::chrono::duration<double>(steady::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  std::printf("%-12s %6s %12s %12s %12s\n", "journal", "batch", "rows/s", "median us", "p99 us");
  for (const auto kind : {test::backend::memory, test::backend::sqlite, test::backend::postgresql}) {
    const auto where = test::make_place(kind);
    const auto store = where->open();
    test::must(store->migrate());
    test::must(test::must(store->leases())->take_all("rate"));
    const auto journal = test::must(store->journal());
    std::printf("%-12s %6s %12.0f\n", std::string(store->kind()).c_str(), "follow", projected(*store, *journal));
    for (const std::size_t n : {std::size_t{256}, std::size_t{16}, std::size_t{1}}) {
      const auto found = measure(*journal, n, "e" + std::to_string(n), seconds);
      std::printf("%-12s %6zu %12.0f %12.0f %12.0f\n", std::string(store->kind()).c_str(), n, found.rows_per_second, found.median_us,
                  found.p99_us);
    }
  }
}
