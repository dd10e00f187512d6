#include "actors/journal/snapshot_writer.hpp"

#include <utility>

#include "protocols/base/log.hpp"

namespace holdfast::actors {

snapshot_writer_actor::behavior_type snapshot_writer(snapshot_writer_actor::stateful_pointer<snapshot_writer_state> self,
                                                     std::shared_ptr<persistence::snapshot_store> store, std::shared_ptr<figures> counts) {
  self->state.store = std::move(store);
  return {[self, counts = std::move(counts)](const snapshot_msg& message) {
    const auto saved = self->state.store->save(message.entity, message.snapshot);
    counts->snapshot_bytes_in_flight.fetch_sub(static_cast<std::int64_t>(message.snapshot.payload.size()), std::memory_order_relaxed);
    // Losing one costs time at the next recovery, nothing else.
    if (saved) {
      counts->snapshots.fetch_add(1, std::memory_order_relaxed);
    } else {
      log_of(part::actors)
          ->warn("snapshot of {} at {} was not saved: {}", message.entity.value, message.snapshot.at.value, saved.error().detail);
    }
  }};
}

}  // namespace holdfast::actors
