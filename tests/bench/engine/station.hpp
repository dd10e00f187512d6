#pragma once
// A node without gateway, inside this process: the region, the actors and a real journal.
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/node.hpp"
#include "tests/bench/load/histogram.hpp"

namespace holdfast::bench {

class engine_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Throws engine_error; migrates.
std::shared_ptr<persistence::storage> open(const std::string& url);

class station {
public:
  explicit station(std::shared_ptr<persistence::storage>, actors::limits = {});

  using maker = std::function<std::shared_ptr<const v1::Command>(std::uint64_t n)>;

  struct tally {
    std::uint64_t asked = 0;
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;  // a clear no
    std::uint64_t failed = 0;    // unavailable, overloaded: must not happen
    double seconds = 0;
    histogram latency;  // µs, from asking to the answer
    std::string first_problem;
    double rate() const { return seconds > 0 ? static_cast<double>(accepted) / seconds : 0; }
  };

  /// Asks with at most `window` commands outstanding, until `count` have been asked or the time is over; waits for all answers.
  tally drive(const maker&, std::size_t window, std::uint64_t count, std::chrono::milliseconds at_most);

  /// All must be accepted.
  void must(const maker&, std::uint64_t count);

  const actors::figures& figures() const { return node_->figures(); }
  void stop() { node_->stop(std::chrono::seconds{10}); }

private:
  std::vector<std::shared_ptr<void>> drives_;
  std::unique_ptr<actors::node> node_;
};

}  // namespace holdfast::bench
