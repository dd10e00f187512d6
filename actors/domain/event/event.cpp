#include "actors/domain/event/event.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "actors/domain/digest.hpp"
#include "actors/domain/validation.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain {
namespace {

void check_location(field_errors& errors, const v1::GeoPoint& at) {
  // Written so that NaN fails too.
  if (!(std::fabs(at.latitude()) <= 90.0)) errors.add("location.latitude", "range", "between -90 and 90");
  if (!(std::fabs(at.longitude()) <= 180.0)) errors.add("location.longitude", "range", "between -180 and 180");
}

void check_words(field_errors& errors, const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& words) {
  if (words.size() > 100) return errors.add(field, "range", "at most 100");
  for (int i = 0; i < words.size(); ++i) check_required(errors, field + "[" + std::to_string(i) + "]", words[i]);
}

void check_blocks(field_errors& errors, const v1::EventDefinition& definition) {
  if (definition.block_ids_size() > event_blocks_max) return errors.add("blockIds", "range", "at most " + std::to_string(event_blocks_max));
  std::set<std::string_view> seen;
  for (int i = 0; i < definition.block_ids_size(); ++i) {
    const auto& block = definition.block_ids(i);
    const auto at = "blockIds[" + std::to_string(i) + "]";
    if (!valid_block(block) || event_of_block(block) != definition.id()) errors.add(at, "format", "not an id of a block of this event");
    if (!seen.insert(block).second) errors.add(at, "duplicate", "named twice");
  }
}

field_errors check(const v1::EventDefinition& definition, std::string_view id) {
  field_errors errors;
  if (definition.id() != id) errors.add("id", "format", "not the id of this event");
  if (!definition.show_id().empty() && !valid_event(definition.show_id()))
    errors.add("showId", "format", "lower-case letters, digits and dashes");
  check_texts(errors, "title", definition.title(), true);
  check_texts(errors, "description", definition.description(), false, long_text_max);
  check_frame(errors, "frame", definition.frame());
  check_frame(errors, "sales", definition.sales());
  if (definition.flow() != v1::FLOW_UNSPECIFIED && !known_flow(definition.flow()))
    errors.add("flow", "unknown", "group, spot or performance");
  check_policy(errors, "policy", definition.policy());
  check_prices(errors, "prices", definition.prices());
  if (definition.has_location()) check_location(errors, definition.location());
  check_optional(errors, "region", definition.region());
  check_words(errors, "facilities", definition.facilities());
  check_words(errors, "activities", definition.activities());
  check_optional(errors, "attribution", definition.attribution(), 1'000);
  check_optional(errors, "externalId", definition.external_id());
  check_blocks(errors, definition);
  return errors;
}

bool on_sale(const v1::Interval& sales, unix_ms now) noexcept {
  return now >= sales.begin_ms() && (sales.end_ms() == 0 || now < sales.end_ms());
}

v1::Command to_block(std::string_view tenant, std::string_view block) {
  v1::Command out;
  out.set_entity_id(block_entity(tenant, block).value);
  return out;
}

}  // namespace

outcome event::decide(const v1::Command& command, unix_ms now) const {
  using kind = v1::Command::KindCase;
  if (command.kind_case() == kind::kApplyEvent) return decide_apply(command.apply_event());
  if (!applied()) return reject(v1::NOT_FOUND);
  switch (command.kind_case()) {
    case kind::kSetEventOpen:
      return decide_open(command.set_event_open());
    case kind::kPlanGroup:
      return decide_plan(command.plan_group(), command.idempotency_key(), now);
    case kind::kBindGroup:
      return decide_bind(command.bind_group());
    case kind::kGetEvent:
      return v1::Entry{};
    default:
      return reject(v1::INTERNAL, "not a command for an event");
  }
}

outcome event::decide_apply(const v1::ApplyEvent& command) const {
  const auto& definition = command.definition();
  if (auto errors = check(definition, id_); errors.any()) return errors.take();
  const auto digest = sha256(canonical_bytes(definition));
  v1::Entry out;
  if (digest == digest_) return out;
  auto& applied = *out.add_event()->mutable_applied();
  *applied.mutable_definition() = definition;
  applied.set_digest(digest);
  return out;
}

outcome event::decide_open(const v1::SetEventOpen& command) const {
  v1::Entry out;
  if (command.open() != open_) out.add_event()->mutable_open_set()->set_open(command.open());
  return out;
}

outcome event::decide_plan(const v1::PlanGroup& command, const std::string& key, unix_ms now) const {
  if (definition_.flow() != v1::FLOW_UNSPECIFIED && definition_.flow() != v1::FLOW_GROUP) return reject(v1::FLOW_MISMATCH);
  field_errors errors;
  const auto limit = definition_.policy().spots_per_booking_max();
  if (!knows_category(command.category()))
    errors.add("category", command.category().empty() ? "required" : "unknown", "no such category here");
  if (command.count() == 0) errors.add("quantity", "range", "at least 1");
  if (limit != 0 && command.count() > limit) errors.add("quantity", "range", "at most " + std::to_string(limit) + " in one booking");
  check_optional(errors, "party", command.party());
  if (errors.any()) return errors.take();
  // A repeat of what was placed before gets its answer even when booking has closed meanwhile.
  const bool repeat = !key.empty() && by_key_.contains(key);
  if (!repeat && (!open_ || !on_sale(definition_.sales(), now))) return reject(v1::BOOKING_CLOSED);
  if (plan(command, key).block_ids().empty()) return nothing_fits(command);
  return v1::Entry{};
}

outcome event::decide_bind(const v1::BindGroup& command) const {
  field_errors errors;
  const auto& blocks = definition_.block_ids();
  if (!valid_booking(command.booking_id()) || block_of_booking(command.booking_id()) != command.block_id())
    errors.add("bookingId", "format", "not an id of that block");
  if (command.allocation_key().empty()) errors.add("allocationKey", "required", "must not be empty");
  check_optional(errors, "party", command.party());
  if (errors.any()) return errors.take();
  v1::Entry out;
  if (const auto known = by_key_.find(command.allocation_key()); known != by_key_.end()) {
    const auto& there = *known->second;
    if (there.block_id() == command.block_id() && there.booking_id() == command.booking_id()) return out;
    return reject(v1::ALREADY_EXISTS, "the group was placed in " + there.block_id());
  }
  if (std::find(blocks.begin(), blocks.end(), command.block_id()) == blocks.end())
    return reject_field("blockId", "unknown", "no such block here");
  auto& bound = *out.add_event()->mutable_group_bound();
  bound.set_block_id(command.block_id());
  bound.set_booking_id(command.booking_id());
  bound.set_party(command.party());
  bound.set_allocation_key(command.allocation_key());
  return out;
}

void event::evolve(const v1::Entry& entry, sequence at) {
  version_ = at;
  for (const auto& e : entry.event()) {
    if (e.has_applied()) {
      define(e.applied().definition());
      digest_ = e.applied().digest();
    }
    if (e.has_open_set()) open_ = e.open_set().open();
    if (e.has_group_bound()) bind(e.group_bound());
  }
}

void event::define(const v1::EventDefinition& definition) {
  definition_ = definition;
  const auto& blocks = definition_.block_ids();
  std::erase_if(reports_, [&](const auto& known) { return std::find(blocks.begin(), blocks.end(), known.first) == blocks.end(); });
}

void event::bind(const v1::GroupBound& bound) {
  if (by_key_.contains(bound.allocation_key())) return;
  by_key_.emplace(bound.allocation_key(), bounds_.insert(bounds_.end(), bound));
  if (bounds_.size() <= group_bounds_max) return;
  by_key_.erase(bounds_.front().allocation_key());
  bounds_.pop_front();
}

consequences event::follow(const v1::Command& command, const v1::Entry& entry, unix_ms) const {
  consequences out;
  if (command.has_plan_group()) {
    *out.reply.mutable_group_plan() = plan(command.plan_group(), command.idempotency_key());
    return out;
  }
  const bool changed = entry.event_size() > 0;
  if (command.has_bind_group()) {
    out.reply.mutable_done();
    return out;
  }
  view(changed, *out.reply.mutable_event());
  if (command.has_apply_event()) out.tell = ask_for_figures();
  if (command.has_set_event_open()) {
    // The blocks decide, so they must know; told again with every repeat.
    for (const auto& block : definition_.block_ids())
      out.tell.emplace_back(to_block(tenant_, block)).mutable_set_block_open()->set_open(open_);
  }
  if (!changed) return out;
  auto& live = out.changes.emplace_back(change());
  live.mutable_event()->set_redefined(command.has_apply_event());
  return out;
}

bool event::observe(const v1::Command& command, std::vector<v1::LiveChange>& changes) {
  if (!command.has_report_figures()) return false;
  const auto& report = command.report_figures();
  const auto& blocks = definition_.block_ids();
  if (std::find(blocks.begin(), blocks.end(), report.block_id()) == blocks.end()) return true;
  auto& known = reports_[report.block_id()];
  if (report.version() < known.version()) return true;  // overtaken by a later one
  known = report;
  auto& live = changes.emplace_back(change());
  *live.mutable_event()->mutable_block() = figures_of(report.block_id());
  return true;
}

std::vector<v1::Command> event::on_started() const { return ask_for_figures(); }

std::vector<v1::Command> event::ask_for_figures() const {
  std::vector<v1::Command> out;
  for (const auto& block : definition_.block_ids()) out.emplace_back(to_block(tenant_, block)).mutable_send_figures();
  return out;
}

v1::LiveChange event::change() const {
  v1::LiveChange out;
  out.set_topic("event:" + id_);
  out.set_tenant_slug(tenant_);
  out.set_version(version_.value);
  out.mutable_event()->set_open(open_);
  return out;
}

v1::BlockFigures event::figures_of(const std::string& block) const {
  v1::BlockFigures out;
  out.set_block_id(block);
  const auto report = reports_.find(block);
  if (report == reports_.end()) return out;
  out.set_title(report->second.title());
  out.set_version(report->second.version());
  *out.mutable_figures() = report->second.figures();
  out.set_known(true);
  return out;
}

void event::view(bool changed, v1::EventView& out) const {
  *out.mutable_definition() = definition_;
  out.set_open(open_);
  out.set_version(version_.value);
  for (const auto& block : definition_.block_ids()) *out.add_blocks() = figures_of(block);
  out.set_changed(changed);
}

/// Never due; an event has no deadlines.
v1::Command event::tick() const {
  v1::Command out;
  out.set_entity_id(event_entity(tenant_, id_).value);
  out.mutable_expire_due();
  return out;
}

void event::save(v1::EntitySnapshot& out) const {
  out.set_sequence(version_.value);
  auto& state = *out.mutable_event();
  if (!applied()) return;
  *state.mutable_definition() = definition_;
  state.set_digest(digest_);
  state.set_open(open_);
  for (const auto& bound : bounds_) *state.add_bound() = bound;
}

bool event::restore(const v1::EntitySnapshot& in) {
  if (in.core_case() != v1::EntitySnapshot::kEvent) return false;
  const auto& state = in.event();
  if (state.has_definition() && state.definition().id() != id_) return false;
  version_ = {in.sequence()};
  reports_.clear();
  bounds_.clear();
  by_key_.clear();
  open_ = !state.has_definition() || state.open();
  digest_ = state.digest();
  define(state.definition());
  for (const auto& bound : state.bound()) bind(bound);
  return true;
}

}  // namespace holdfast::domain
