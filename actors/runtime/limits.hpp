#pragma once
// Every bound of the actor side, with its unit last in the name. config/settings maps its keys onto this.
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace holdfast::actors {

struct limits {
  /// Commands inside the node that have not been answered; beyond: OVERLOADED.
  std::size_t commands_in_flight_max = 20'000;
  /// Bytes decided but not yet durable, all entities together; beyond: OVERLOADED before deciding.
  std::int64_t journal_bytes_in_flight_max = 64LL << 20U;
  /// One group commit.
  std::size_t journal_batch_rows_max = 2'048;
  std::size_t journal_batch_bytes_max = std::size_t{8} << 20U;
  /// Commands that wait while an entity recovers or stops.
  std::size_t stash_commands_max = 1'000;
  /// Rows one recovery step reads.
  std::size_t recovery_chunk_rows = 1'000;
  /// An entity without traffic for this long is passivated.
  std::chrono::milliseconds passivate_after_ms{120'000};
  /// Started entities of the node; beyond, the least recently used of a shard go first.
  std::size_t entities_started_max = 200'000;
  /// In traffic a snapshot is made when so many entries have come since the last: a crash leaves less than a second of replay (300,000
  /// events/s at least, two events a booking) beside the state itself.
  std::int64_t snapshot_every_entries = 100'000;
  /// An entity that is put away with at least so many entries since its last snapshot leaves one; fewer are replayed faster than saved.
  std::int64_t snapshot_put_away_entries = 250;
  /// No snapshot before so many entries have come for every 100 records (bookings, answers) that it would hold.
  std::int64_t snapshot_worth_percent = 100;
  /// Snapshots waiting to be saved; beyond, an entity is put away without one.
  std::int64_t snapshot_bytes_in_flight_max = 256LL << 20U;
  /// Idempotency answers are kept this long and at most this many per entity.
  std::chrono::milliseconds answers_kept_ms{24LL * 3600 * 1000};
  std::size_t answers_kept_max = 100'000;
  /// How often durable timers are looked at: a lapsed hold is visible at most this much later.
  std::chrono::milliseconds timer_poll_ms{500};
  std::size_t timer_batch_max = 500;
  /// An entity that failed to recover is not tried again for this long.
  std::chrono::milliseconds recovery_backoff_ms{200};
};

}  // namespace holdfast::actors
