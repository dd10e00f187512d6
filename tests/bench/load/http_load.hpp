#pragma once
// Load over keep-alive connections, one request outstanding on each.
//
//   closed loop: every guest goes on as soon as the answer is there; finds the throughput
//   open loop:   guests arrive on a schedule, whether or not the server keeps up; a guest who finds no free connection waits, and the
//                waiting counts (the correction for coordinated omission); finds the latency at a given load
#include <chrono>
#include <cstdint>

#include "tests/bench/load/scenario.hpp"
#include "tests/bench/load/tally.hpp"

namespace holdfast::bench {

struct load_options {
  std::uint16_t port = 0;
  std::size_t connections = 32;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds duration{3'000};
  double rate = 0;          // arrivals per second; 0: closed loop
  std::uint64_t limit = 0;  // ends after so many guests were served; 0: by time alone
};

tally run_load(const load_options&, scenario&);

}  // namespace holdfast::bench
