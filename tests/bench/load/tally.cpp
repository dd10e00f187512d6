#include "tests/bench/load/tally.hpp"

#include <sys/resource.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace holdfast::bench {

void tally::note(const http_answer& answer, verdict v) {
  ++requests;
  ++statuses[answer.status];
  if (v == verdict::rejected) ++rejected;
  if (v != verdict::failed) return;
  ++failed;
  if (first_failure.empty()) first_failure = std::to_string(answer.status) + " " + std::string(answer.body.substr(0, 500));
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string to_json(const tally& t) {
  boost::json::object statuses;
  for (const auto& [status, n] : t.statuses) statuses[std::to_string(status)] = n;
  boost::json::object out{
      {"requests", t.requests},
      {"done", t.done},
      {"done_in_all", t.done_in_all},
      {"rejected", t.rejected},
      {"failed", t.failed},
      {"unanswered", t.unanswered},
      {"seconds", t.seconds},
      {"rate", t.seconds > 0 ? static_cast<double>(t.done) / t.seconds : 0.0},
      {"p50_us", t.latency.percentile(0.5)},
      {"p90_us", t.latency.percentile(0.9)},
      {"p99_us", t.latency.percentile(0.99)},
      {"p999_us", t.latency.percentile(0.999)},
      {"max_us", t.latency.largest()},
      {"cpu_seconds", own_cpu_seconds()},
      {"statuses", std::move(statuses)},
      {"first_failure", t.first_failure},
  };
  return boost::json::serialize(out);
}

}  // namespace holdfast::bench
