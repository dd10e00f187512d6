#include "gateway/api/events.hpp"

#include <algorithm>

#include "actors/domain/inheritance.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {
namespace {

constexpr std::size_t alternatives_max = 5;

std::string title_in(const google::protobuf::Map<std::string, std::string>& titles, const v1::TenantDefinition& tenant) {
  for (const auto& language : tenant.languages())
    if (const auto it = titles.find(language); it != titles.end()) return it->second;
  return titles.empty() ? std::string() : titles.begin()->second;
}

v1::Alternative alternative(std::string resource, std::string title, const v1::CategoryFigures& figures) {
  v1::Alternative out;
  out.set_resource_id(std::move(resource));
  out.set_title(std::move(title));
  out.set_category(figures.category());
  out.set_free(figures.free());
  return out;
}

// Groups are placed by the event, so there the event itself is the alternative, with another category.
void add_from_event(const event_scene& scene, const v1::EventView& view, const wanted& want, const std::string& except_block,
                    std::vector<v1::Alternative>& out) {
  const bool by_event = scene.flow() == v1::FLOW_GROUP;
  for (const auto& block : view.blocks()) {
    for (const auto& figures : block.figures()) {
      if (out.size() >= alternatives_max) return;
      const bool same = block.block_id() == except_block || (by_event && figures.category() == want.category);
      if (same || figures.free() < want.quantity) continue;
      if (!by_event && !want.category.empty() && figures.category() != want.category) continue;
      const auto known = [&](const auto& a) { return by_event && a.category() == figures.category(); };
      if (std::any_of(out.begin(), out.end(), known)) continue;
      out.push_back(alternative(by_event ? view.definition().id() : block.block_id(), by_event ? scene.title() : block.title(), figures));
    }
  }
}

task<std::vector<v1::Alternative>> other_events(call& c, const event_scene& scene, const wanted& want) {
  std::vector<v1::Alternative> out;
  if (scene.definition().show_id().empty()) co_return out;
  persistence::event_filter filter;
  filter.tenant = c.tenant_slug();
  filter.show_id = scene.definition().show_id();
  filter.ends_after = c.now();
  filter.free_at_least = want.quantity;
  const auto query = [filter](persistence::read_model& model) { return model.events(filter, {1, alternatives_max + 1}); };
  // An answer that says no is not held up because the list of alternatives cannot be read.
  auto found = co_await c.list<persistence::page_of<persistence::event_row>>(query);
  if (!found) co_return out;
  for (const auto& row : found->rows) {
    if (row.definition.id() == scene.definition().id() || !row.open || out.size() >= alternatives_max) continue;
    const auto best =
        std::max_element(row.figures.begin(), row.figures.end(), [](const auto& a, const auto& b) { return a.free() < b.free(); });
    if (best != row.figures.end()) out.push_back(alternative(row.definition.id(), title_in(row.definition.title(), *scene.tenant), *best));
  }
  co_return out;
}

bool is_about_room(v1::ErrorCode code) noexcept { return code == v1::SOLD_OUT || code == v1::HOLD_CONFLICT || code == v1::BOOKING_CLOSED; }

}  // namespace

v1::Flow event_terms::flow() const noexcept { return domain::flow_for(definition(), *tenant); }
std::string event_terms::title() const { return title_in(definition().title(), *tenant); }

answer<audience> who_looks(call& c) {
  if (!c.has_bearer()) return audience::guest;
  const auto who = c.staff({"staff", "admin"});
  if (who) return audience::staff;
  // A token for something else does not forbid what everybody may see.
  if (who.error().code() == v1::FORBIDDEN) return audience::guest;
  return who.error();
}

task<answer<event_scene>> find_event(call& c, std::string event, audience who) {
  auto tenant = co_await c.tenant();
  if (!tenant) co_return std::move(tenant).error();
  if (!valid_event(event)) co_return reject(v1::NOT_FOUND);
  auto get = c.query(event_entity(c.tenant_slug(), event));
  get.mutable_get_event();
  auto reply = co_await c.ask(std::move(get), v1::Reply::kEvent);
  if (!reply) co_return std::move(reply).error();
  event_scene out;
  out.tenant = *tenant;
  out.reply = *reply;
  out.event = event_ptr(*reply, &(*reply)->event().definition());
  if (who == audience::guest && !out.definition().published()) co_return reject(v1::NOT_FOUND);
  co_return out;
}

task<answer<event_terms>> find_terms(call& c, std::string event, audience who) {
  auto tenant = co_await c.tenant();
  if (!tenant) co_return std::move(tenant).error();
  const auto entity = event_entity(c.tenant_slug(), event).value;
  event_terms out;
  out.tenant = *tenant;
  out.event = c.api.events.find(entity, c.now());
  if (!out.event) {
    const auto changes = c.api.events.changes();
    const auto scene = co_await find_event(c, event, audience::staff);
    if (!scene) co_return scene.error();
    out.event = scene->event;
    c.api.events.put(entity, out.event, c.now(), changes);
  }
  if (who == audience::guest && !out.definition().published()) co_return reject(v1::NOT_FOUND);
  co_return out;
}

task<std::vector<reply_ptr>> ask_in_groups(call& c, std::vector<v1::Command> commands) {
  std::vector<reply_ptr> out;
  for (std::size_t from = 0; from < commands.size();) {
    const auto to = std::min(commands.size(), from + c.api.limits.parallel_asks_max);
    std::vector<v1::Command> group;
    for (; from < to; ++from) group.push_back(std::move(commands[from]));
    auto replies = co_await c.ask_all(std::move(group));
    for (auto& reply : replies) out.push_back(std::move(reply));
  }
  co_return out;
}

task<answer<v1::EventView>> complete(call& c, v1::EventView view) {
  std::vector<v1::Command> commands;
  std::vector<v1::BlockFigures*> unknown;
  for (auto& block : *view.mutable_blocks()) {
    if (block.known()) continue;
    auto get = c.query(block_entity(c.tenant_slug(), block.block_id()));
    get.mutable_get_block();
    commands.push_back(std::move(get));
    unknown.push_back(&block);
  }
  const auto replies = co_await ask_in_groups(c, std::move(commands));
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const auto& reply = *replies[i];
    // A block that is named but not defined yet has nothing to sell.
    if (reply.has_rejection() && reply.rejection().code() == v1::NOT_FOUND) continue;
    if (reply.has_rejection()) co_return reply.rejection();
    unknown[i]->set_title(reply.block().definition().title());
    unknown[i]->set_version(reply.block().version());
    *unknown[i]->mutable_figures() = reply.block().figures();
  }
  co_return view;
}

// ---- dates

asked_dates read_dates(object_reader& in, std::string_view time_zone) {
  const auto side = [&](std::string_view name) -> std::optional<date_span> {
    const auto text = in.text(name, rules::date_input, presence::optional);
    if (!text) return std::nullopt;
    auto when = parse_date(*text, time_zone);
    if (!when) in.errors().add(in.path_of(name), "range", "no such day or time");
    return when;
  };
  asked_dates out;
  out.begin = side("startDate");
  out.end = side("endDate");
  if (out.begin && out.end && out.end->last <= out.begin->first) in.errors().add(in.path_of("endDate"), "range", "must be after startDate");
  return out;
}

answer<v1::Interval> within(const asked_dates& asked, const v1::Interval& frame) {
  v1::Interval out;
  if (!asked.begin && !asked.end) return out;
  auto begin = asked.begin ? asked.begin->first : frame.begin_ms();
  auto end = asked.end ? asked.end->last : frame.end_ms();
  if (asked.begin && asked.begin->whole_day && begin < frame.begin_ms() && frame.begin_ms() < asked.begin->last) begin = frame.begin_ms();
  if (asked.end && asked.end->whole_day && frame.end_ms() != 0 && asked.end->first < frame.end_ms() && frame.end_ms() < end)
    end = frame.end_ms();
  field_errors errors;
  if (begin < frame.begin_ms() || (frame.end_ms() != 0 && begin >= frame.end_ms()))
    errors.add("startDate", "conflict", "outside the event's time");
  if (frame.end_ms() != 0 && (end > frame.end_ms() || end <= frame.begin_ms()))
    errors.add("endDate", "conflict", "outside the event's time");
  if (frame.end_ms() == 0 && !asked.end) errors.add("endDate", "required", "this event has no end of its own");
  if (errors.any()) return errors.take();
  if (begin == frame.begin_ms() && end == frame.end_ms()) return out;
  out.set_begin_ms(begin);
  out.set_end_ms(end);
  return out;
}

std::optional<v1::Rejection> touches(const asked_dates& asked, const v1::Interval& frame) {
  if (asked.begin && frame.end_ms() != 0 && asked.begin->first >= frame.end_ms())
    return reject_field("startDate", "conflict", "after the performance");
  if (asked.end && asked.end->last <= frame.begin_ms()) return reject_field("endDate", "conflict", "before the performance");
  return std::nullopt;
}

// ---- alternatives

task<std::vector<v1::Alternative>> find_alternatives(call& c, event_scene scene, wanted want, std::string except_block) {
  std::vector<v1::Alternative> out;
  auto view = co_await complete(c, scene.view());
  if (view) add_from_event(scene, *view, want, except_block, out);
  if (out.empty()) out = co_await other_events(c, scene, want);
  co_return out;
}

task<v1::Rejection> with_alternatives(call& c, v1::Rejection rejection, std::string event, wanted want) {
  if (!is_about_room(rejection.code()) || rejection.alternatives_size() > 0) co_return rejection;
  const auto scene = co_await find_event(c, event, audience::staff);
  if (!scene) co_return rejection;
  const std::string no_block;
  const auto found = co_await find_alternatives(c, *scene, want, no_block);
  for (const auto& one : found) *rejection.add_alternatives() = one;
  co_return rejection;
}

}  // namespace holdfast::gateway::api
