#include "actors/entity/entity_record.hpp"

#include <algorithm>
#include <map>

#include "actors/entity/stored_entry.hpp"

namespace holdfast::actors {
namespace {

/// Counts all bookings and leaves the newest, the last one first.
void summarise_bookings(v1::EntityRecord& out, std::uint32_t kept_max) {
  auto& bookings = *out.mutable_state()->mutable_block()->mutable_bookings();
  std::map<v1::BookingStatus, std::uint64_t> counts;
  for (const auto& booking : bookings) ++counts[booking.view().status()];
  out.set_bookings(static_cast<std::uint64_t>(bookings.size()));
  for (const auto& [status, n] : counts) {
    auto& one = *out.add_statuses();
    one.set_status(status);
    one.set_count(n);
  }
  const auto dropped = std::max(0, bookings.size() - static_cast<int>(kept_max));
  bookings.DeleteSubrange(0, dropped);
  std::reverse(bookings.pointer_begin(), bookings.pointer_end());
}

result<void> add_events(v1::EntityRecord& out, persistence::journal_store& journal, const entity_id& entity, std::uint32_t events_max) {
  const sequence from{std::max<std::int64_t>(1, out.sequence() - events_max + 1)};
  bool understood = true;
  const auto read = journal.read(entity, from, [&](persistence::stored_entry&& stored) {
    auto& event = *out.add_events();
    event.set_sequence(stored.at.value);
    std::string_view reply;
    understood = read_entry(stored.payload, *event.mutable_entry(), reply);
    return understood && static_cast<std::uint32_t>(out.events_size()) < events_max;
  });
  if (!read) return read.error();
  if (!understood) return fail(failure_code::corrupt, "an entry of " + entity.value + " does not decode");
  std::reverse(out.mutable_events()->pointer_begin(), out.mutable_events()->pointer_end());
  return {};
}

}  // namespace

result<std::unique_ptr<entity_reading>> read_entity(persistence::journal_store& journal, persistence::snapshot_store& snapshots,
                                                    const entity_id& entity, const limits& bounds, sequence upto) {
  auto out = std::make_unique<entity_reading>(entity, bounds);
  auto& memory = out->memory;
  const auto last = snapshots.load(entity);
  if (!last) return last.error();
  if (*last && !memory->restore(**last)) memory.emplace(entity, bounds);
  out->snapshot = memory->at();
  if (memory->at() >= upto) return out;
  bool understood = true;
  const auto read = journal.read(entity, {memory->at().value + 1}, [&](persistence::stored_entry&& entry) {
    understood = memory->replay(entry);
    return understood && memory->at() < upto;
  });
  if (!read) return read.error();
  if (!understood) return fail(failure_code::corrupt, "an entry of " + entity.value + " does not decode");
  return out;
}

result<v1::EntityRecord> read_record(persistence::journal_store& journal, persistence::snapshot_store& snapshots,
                                     persistence::timer_store& timers, const v1::InspectEntity& asked, const limits& bounds) {
  const entity_id entity{asked.entity_id()};
  const auto known = read_entity(journal, snapshots, entity, bounds);
  if (!known) return known.error();
  const auto& memory = *(*known)->memory;
  if (memory.at().value == 0) return fail(failure_code::not_found, "there is nothing of " + entity.value);
  v1::EntityRecord out;
  out.set_entity_id(entity.value);
  out.set_sequence(memory.at().value);
  out.set_snapshot_sequence((*known)->snapshot.value);
  out.set_answers(memory.answered().size());
  memory.core().save(*out.mutable_state());
  if (out.state().has_block()) summarise_bookings(out, asked.bookings_max());
  if (auto told = add_events(out, journal, entity, asked.events_max()); !told) return told.error();
  const auto timer = timers.of(entity);
  if (!timer) return timer.error();
  out.set_timer_due_ms(timer->value_or(0));
  return out;
}

}  // namespace holdfast::actors
