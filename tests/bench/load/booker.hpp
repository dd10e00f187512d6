#pragma once
// Books at a steady pace on a thread of its own and notes for each booking when it was asked for, when it was answered, and its version.
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/load/poller.hpp"
#include "tests/bench/load/scenario.hpp"

namespace holdfast::bench {

struct made_booking {
  std::int64_t version = 0;
  steady::time_point asked, answered;
};

class booker {
public:
  booker(std::uint16_t port, const scenario_options&, double per_second, std::chrono::milliseconds duration);
  ~booker() { thread_.join(); }
  booker(const booker&) = delete;
  booker& operator=(const booker&) = delete;

  bool done() const noexcept { return done_.load(std::memory_order_acquire); }
  /// Only when done.
  const std::vector<made_booking>& bookings() const noexcept { return bookings_; }
  const std::string& error() const noexcept { return error_; }

private:
  void work(std::uint16_t port, const scenario_options&, double per_second, std::chrono::milliseconds duration);

  std::vector<made_booking> bookings_;
  std::string error_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace holdfast::bench
