#pragma once
// What a load run counts, and how it is told to the driver: one JSON object on standard output.
#include <cstdint>
#include <map>
#include <string>

#include "tests/bench/load/answer.hpp"
#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/scenario.hpp"

namespace holdfast::bench {

struct tally {
  std::uint64_t requests = 0;  // answered, from first to last
  std::uint64_t done = 0;      // of these, in the measured part
  std::uint64_t done_in_all = 0;
  std::uint64_t rejected = 0;
  std::uint64_t failed = 0;
  std::uint64_t unanswered = 0;  // still open when the patience ended
  double seconds = 0;            // of the measured part
  histogram latency;             // µs per booking or read, measured part only
  std::map<int, std::uint64_t> statuses;
  std::string first_failure;

  void note(const http_answer&, verdict);
};

/// Seconds of CPU this process has used.
double own_cpu_seconds();

/// {"requests":…,"done":…,"rate":…,"p50_us":…,…,"statuses":{…}}
std::string to_json(const tally&);

}  // namespace holdfast::bench
