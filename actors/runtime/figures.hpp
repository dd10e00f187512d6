#pragma once
// What the actor side counts about itself. Plain atomics, written on actor threads, read by the metrics page.
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "actors/runtime/loads.hpp"

namespace holdfast::actors {

/// Powers of two of microseconds: bucket i counts values below 2^i µs.
class latency_buckets {
public:
  static constexpr std::size_t size = 26;  // up to 33 s

  void add(std::int64_t us) noexcept {
    const auto clamped = us < 0 ? 0ULL : static_cast<std::uint64_t>(us);
    const auto i = static_cast<std::size_t>(std::bit_width(clamped));
    counts_[i < size ? i : size - 1].fetch_add(1, std::memory_order_relaxed);
    sum_us_.fetch_add(clamped, std::memory_order_relaxed);
  }
  std::uint64_t count(std::size_t bucket) const noexcept { return counts_[bucket].load(std::memory_order_relaxed); }
  std::uint64_t sum_us() const noexcept { return sum_us_.load(std::memory_order_relaxed); }

private:
  std::array<std::atomic<std::uint64_t>, size> counts_{};
  std::atomic<std::uint64_t> sum_us_{0};
};

struct figures {
  tenant_loads tenants;
  shard_loads shards;

  std::atomic<std::int64_t> commands_in_flight{0};
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> rejections{0};
  std::atomic<std::uint64_t> repeated_answers{0};
  std::atomic<std::uint64_t> overloaded{0};

  std::atomic<std::int64_t> journal_bytes_in_flight{0};
  std::atomic<std::uint64_t> journal_batches{0};
  std::atomic<std::uint64_t> journal_rows{0};
  std::atomic<std::uint64_t> journal_rows_refused{0};
  latency_buckets commit_us;

  std::atomic<std::int64_t> entities_started{0};
  std::atomic<std::uint64_t> recoveries{0};
  std::atomic<std::uint64_t> recovery_failures{0};
  std::atomic<std::uint64_t> recovered_entries{0};
  std::atomic<std::uint64_t> passivations{0};
  std::atomic<std::uint64_t> snapshots{0};
  std::atomic<std::int64_t> snapshot_bytes_in_flight{0};
  std::atomic<std::uint64_t> timers_fired{0};

  /// Set when another node took the shards: this node must not answer any more.
  std::atomic<bool> fenced{false};
  /// False while the journal refuses or cannot be reached.
  std::atomic<bool> journal_writable{true};
};

}  // namespace holdfast::actors
