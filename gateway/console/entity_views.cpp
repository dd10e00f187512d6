#include "gateway/console/entity_views.hpp"

#include <array>

#include "gateway/api/views.hpp"
#include "gateway/console/readable.hpp"
#include "gateway/http/problem.hpp"

namespace holdfast::gateway::console {
namespace {

namespace json = boost::json;

std::string_view phase_text(v1::EntityRun::Phase phase) noexcept {
  static constexpr std::array<std::string_view, v1::EntityRun::Phase_ARRAYSIZE> words{"not_running", "recovering", "ready",
                                                                                      "restarting",  "stopping",   "resting"};
  const auto i = static_cast<std::size_t>(phase);
  return i < words.size() ? words.at(i) : words.front();
}

/// {"event":"hold_placed", …its fields}: what is set in the oneof of an event.
json::object event_json(const google::protobuf::Message& event) {
  json::object out;
  const auto shown = readable(event);
  for (const auto& [name, fields] : shown) {
    out["event"] = name;
    if (const auto* inner = fields.if_object())
      for (const auto& [key, value] : *inner) out[key] = value;
  }
  return out;
}

json::object entry_json(const v1::StoredEntry& stored) {
  const auto& entry = stored.entry();
  json::array events;
  for (const auto& e : entry.tenant()) events.push_back(event_json(e));
  for (const auto& e : entry.event()) events.push_back(event_json(e));
  for (const auto& e : entry.block()) events.push_back(event_json(e));
  json::object out{{"sequence", stored.sequence()}, {"at", iso_time(entry.at_ms())}, {"events", std::move(events)}};
  if (!entry.trace_id().empty()) out["traceId"] = entry.trace_id();
  if (!entry.idempotency_key().empty()) out["key"] = public_part_of_key(entry.idempotency_key());
  return out;
}

json::object state_json(const v1::EntitySnapshot& state) {
  switch (state.core_case()) {
    case v1::EntitySnapshot::kTenant:
      return readable(state.tenant());
    case v1::EntitySnapshot::kEvent:
      return readable(state.event());
    case v1::EntitySnapshot::kBlock:
      return readable(state.block());
    case v1::EntitySnapshot::CORE_NOT_SET:
      return {};
  }
  return {};
}

}  // namespace

std::string_view kind_text(entity_kind kind) noexcept {
  static constexpr std::array<std::string_view, 3> words{"tenant", "event", "block"};
  return words.at(static_cast<std::size_t>(kind));
}

json::object reference_json(const std::string& entity, const operations& nodes) {
  const auto parts = parse_entity(entity);
  const auto shard = shard_of(entity);
  return {{"entityId", entity},
          {"kind", kind_text(parts->kind)},
          {"tenant", parts->tenant},
          {"shard", shard.value},
          {"node", nodes.owner_of(shard)}};
}

json::object run_json(const v1::EntityRun& run) {
  json::object out{{"phase", phase_text(run.phase())}};
  if (run.started_at_ms() == 0) return out;  // it does not run
  out["sequence"] = run.sequence();
  out["durable"] = run.durable();
  out["snapshot"] = run.snapshot();
  out["answersWaiting"] = run.answers_waiting();
  out["commandsWaiting"] = run.commands_waiting();
  out["mailbox"] = run.mailbox();
  out["records"] = run.records();
  if (run.next_deadline_ms() > 0) out["nextDeadlineAt"] = iso_time(run.next_deadline_ms());
  out["startedAt"] = iso_time(run.started_at_ms());
  return out;
}

json::object inspection_json(const v1::EntityRecord& record, const v1::EntityRun* run, std::uint64_t subscribers, const operations& nodes) {
  auto out = reference_json(record.entity_id(), nodes);
  out["sequence"] = record.sequence();
  out["snapshotSequence"] = record.snapshot_sequence();
  out["answers"] = record.answers();
  out["bookings"] = record.bookings();
  json::object statuses;
  for (const auto& one : record.statuses()) statuses[api::status_text(one.status())] = one.count();
  out["statuses"] = std::move(statuses);
  if (record.timer_due_ms() > 0) out["timerDueAt"] = iso_time(record.timer_due_ms());
  out["run"] = run == nullptr ? json::value() : json::value(run_json(*run));
  out["subscribers"] = subscribers;
  out["state"] = state_json(record.state());
  json::array events;
  for (const auto& stored : record.events()) events.push_back(entry_json(stored));
  out["events"] = std::move(events);
  return out;
}

}  // namespace holdfast::gateway::console
