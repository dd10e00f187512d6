#pragma once
// Thousands of guests watch one block over WebSockets while others book: how long until the last of them has seen a booking?
#include <chrono>
#include <cstdint>
#include <string>

#include "tests/bench/load/histogram.hpp"

namespace holdfast::bench {

struct fan_out_options {
  std::uint16_t port = 0;
  std::string tenant;
  std::string block;  // watched and booked
  std::size_t sockets = 1'000;
  std::size_t slow = 0;  // so many more subscribe and then never read again
  double bookings_per_second = 50;
  std::chrono::milliseconds duration{5'000};
  int server_pid = 0;  // whose memory is read
  std::uint64_t seed = 0;
};

struct fan_out_result {
  std::uint64_t bookings = 0;
  std::uint64_t unseen = 0;  // bookings that not every reading socket had seen when the patience ended
  std::uint64_t messages = 0;
  std::uint64_t lost_sockets = 0;  // of those that read
  std::uint64_t cut_slow = 0;      // of those that do not
  histogram from_request;          // the booking's request is sent → the last socket has the change: contains deciding and the commit
  histogram from_answer;           // the booking's answer is here → the last socket has the change
  double connect_seconds = 0;
  std::int64_t server_bytes_before = 0;
  std::int64_t server_bytes_watched = 0;  // everybody subscribed, nothing happens
  double server_cpu_seconds = 0;          // while bookings were made
  double load_cpu_seconds = 0;
};

fan_out_result run_fan_out(const fan_out_options&);

std::string to_json(const fan_out_result&);

}  // namespace holdfast::bench
