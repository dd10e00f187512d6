// What a round trip between two processes costs: µs and requests per second with so many requests under way at
// a time.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <vector>

#include "tests/link/child_node.hpp"
#include "tests/link/stage.hpp"

namespace holdfast::actors::link::test {
namespace {

using steady = std::chrono::steady_clock;

struct measured {
  double per_second, p50_us, p99_us;
};

measured measure(const stage_node& from, std::size_t window, std::size_t bytes, std::chrono::milliseconds duration) {
  std::counting_semaphore<> free(static_cast<std::ptrdiff_t>(window));
  std::mutex mutex;
  std::vector<double> took;
  const std::string envelope(bytes, 'x');
  const auto begin = steady::now();
  while (steady::now() - begin < duration) {
    free.acquire();
    const auto asked = steady::now();
    from.link().ask("m", envelope, 10s, [&, asked](const answer& got) {
      if (!got) std::abort();
      const auto us = std::chrono::duration<double, std::micro>(steady::now() - asked).count();
      {
        const std::lock_guard lock(mutex);
        took.push_back(us);
      }
      free.release();
    });
  }
  for (std::size_t i = 0; i < window; ++i) free.acquire();
  const auto seconds = std::chrono::duration<double>(steady::now() - begin).count();
  std::sort(took.begin(), took.end());
  return {static_cast<double>(took.size()) / seconds, took[took.size() / 2], took[took.size() * 99 / 100]};
}

int run(int seconds) {
  const test_authority authority;
  const stage_node here(authority, "a");
  const child_node child(authority, "m", here.address());
  if (!here.link().set_peers({child.address()}) || !here.comes_up("m")) return 1;
  measure(here, 16, 240, 300ms);
  std::printf("window  bytes  requests/s   p50 µs   p99 µs\n");
  for (const std::size_t window : {1U, 16U, 128U}) {
    const auto m = measure(here, window, 240, std::chrono::seconds(seconds));
    std::printf("%6zu  %5d  %10.0f  %7.0f  %7.0f\n", window, 240, m.per_second, m.p50_us, m.p99_us);
  }
  return 0;
}

}  // namespace
}  // namespace holdfast::actors::link::test

int main(int argc, char** argv) { return holdfast::actors::link::test::run(argc > 1 ? std::atoi(argv[1]) : 3); }
