#pragma once
// What the server answered, as operators want to see it: how much, how fast, and which requests were slow. Counting costs a few atomic
// additions; only slow requests take a lock. The slow ones are kept in a ring, the oldest go.
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/http/access_log.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway {

struct slow_request {
  unix_ms at_ms = 0;
  std::string method, path, route, tenant, remote, request_id;
  int status = 0;
  std::int64_t micros = 0;
};

class traffic {
public:
  /// Four buckets to a doubling: what is read from them is right to a quarter.
  static constexpr std::size_t buckets = 104;

  traffic(std::int64_t slow_ms_min, std::size_t slow_max) : slow_ms_min_(slow_ms_min), slow_max_(slow_max) {}

  /// True: it was slow, and remember() wants to know more.
  bool count(int status, std::int64_t micros) noexcept;
  void remember(const access_record&, unix_ms at);

  std::uint64_t requests() const noexcept { return requests_.load(std::memory_order_relaxed); }
  /// Answers 5xx.
  std::uint64_t errors() const noexcept { return errors_.load(std::memory_order_relaxed); }
  std::uint64_t count_of(std::size_t bucket) const noexcept { return durations_.at(bucket).load(std::memory_order_relaxed); }
  static std::size_t bucket_of(std::int64_t micros) noexcept;
  /// Exclusive.
  static double upper_ms(std::size_t bucket) noexcept;

  std::int64_t slow_ms_min() const noexcept { return slow_ms_min_; }
  /// The newest first.
  std::vector<slow_request> slow() const;

private:
  const std::int64_t slow_ms_min_;
  const std::size_t slow_max_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> errors_{0};
  std::array<std::atomic<std::uint64_t>, buckets> durations_{};
  mutable std::mutex mutex_;
  std::deque<slow_request> slow_;
};

}  // namespace holdfast::gateway
