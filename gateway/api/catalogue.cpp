// What can be booked: the tenant, its events, their figures, the maps of blocks.
#include <charconv>

#include "gateway/api/events.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/paging.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api::handlers {
namespace {

struct search {
  persistence::event_filter filter;
  persistence::page at;
};

void read_near(query_reader& in, persistence::event_filter& out) {
  const auto text = in.text("near", rules::coordinates);
  const auto radius = in.integer("radiusKm", 1, 2'000);
  if (radius) out.radius_km = static_cast<double>(*radius);
  if (!text) {
    if (radius) in.errors().add("radiusKm", "conflict", "needs near");
    return;
  }
  const auto comma = text->find(',');
  double latitude = 0, longitude = 0;
  std::from_chars(text->data(), text->data() + comma, latitude);
  std::from_chars(text->data() + comma + 1, text->data() + text->size(), longitude);
  if (latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180) return in.errors().add("near", "range", "not on this planet");
  out.near.emplace();
  out.near->set_latitude(latitude);
  out.near->set_longitude(longitude);
}

std::optional<unix_ms> read_day(query_reader& in, std::string_view name, std::string_view zone, unix_ms date_span::*edge) {
  const auto text = in.text(name, rules::date_input);
  if (!text) return std::nullopt;
  const auto when = parse_date(*text, zone);
  if (when) return (*when).*edge;
  in.errors().add(std::string(name), "range", "no such day or time");
  return std::nullopt;
}

search read_search(query_reader& in, const std::string& tenant, std::string_view zone) {
  search out;
  auto& filter = out.filter;
  filter.tenant = tenant;
  filter.text = in.text("q", rules::search_text).value_or("");
  filter.category = in.text("category", rules::category);
  filter.facility = in.text("facility", rules::keyword);
  filter.activity = in.text("activity", rules::keyword);
  filter.region = in.text("region", rules::keyword);
  filter.show_id = in.text("showId", rules::event_id);
  read_near(in, filter);
  filter.ends_after = read_day(in, "startDate", zone, &date_span::first);
  filter.begins_before = read_day(in, "endDate", zone, &date_span::last);
  if (filter.ends_after && filter.begins_before && *filter.begins_before <= *filter.ends_after)
    in.errors().add("endDate", "range", "must be after startDate");
  if (const auto quantity = in.integer("quantity", 1, 100'000)) filter.free_at_least = static_cast<std::uint32_t>(*quantity);
  out.at = read_page(in);
  return out;
}

task<response> page_of_events(call& c, tenant_ptr tenant, search asked) {
  const auto query = [asked](persistence::read_model& model) { return model.events(asked.filter, asked.at); };
  const auto found = co_await c.list<persistence::page_of<persistence::event_row>>(query);
  if (!found) co_return c.refuse(found.error());
  co_return c.ok(page_json(*found, asked.at, [&](const auto& row) { return event_summary_json(row, *tenant, c.now()); }));
}

}  // namespace

task<response> get_tenant(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  if (const auto refusal = c.no_query()) co_return c.refuse(*refusal);
  co_return c.ok(tenant_json(**tenant));
}

task<response> search_resources(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  auto asked = c.parameters([&](query_reader& in) { return read_search(in, c.tenant_slug(), (*tenant)->time_zone()); });
  if (!asked) co_return c.refuse(asked.error());
  co_return co_await page_of_events(c, *tenant, std::move(*asked));
}

task<response> list_events(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  auto asked = c.parameters([&](query_reader& in) {
    search out;
    out.filter.tenant = c.tenant_slug();
    out.filter.show_id = in.text("showId", rules::event_id);
    if (in.boolean("upcoming").value_or(false)) out.filter.ends_after = c.now();
    out.at = read_page(in);
    return out;
  });
  if (!asked) co_return c.refuse(asked.error());
  co_return co_await page_of_events(c, *tenant, std::move(*asked));
}

namespace {

// The event with every figure known, as get_event and get_event_availability show it.
struct full_event {
  event_scene scene;
  v1::EventView view;
  audience who = audience::guest;
};

task<answer<full_event>> look_at_event(call& c) {
  if (auto refusal = c.no_query()) co_return std::move(*refusal);
  const auto who = who_looks(c);
  if (!who) co_return who.error();
  auto scene = co_await find_event(c, c.at.at("event"), *who);
  if (!scene) co_return std::move(scene).error();
  auto view = co_await complete(c, scene->view());
  if (!view) co_return std::move(view).error();
  full_event out;
  out.scene = std::move(*scene);
  out.view = std::move(*view);
  out.who = *who;
  co_return out;
}

}  // namespace

task<response> get_event(call& c) {
  const auto event = co_await look_at_event(c);
  if (!event) co_return c.refuse(event.error());
  co_return c.ok(event_json(event->view, *event->scene.tenant, c.now(), event->who));
}

task<response> get_event_availability(call& c) {
  const auto event = co_await look_at_event(c);
  if (!event) co_return c.refuse(event.error());
  co_return c.ok(availability_json(event->view, c.now()));
}

task<response> get_block(call& c) {
  if (const auto refusal = c.no_query()) co_return c.refuse(*refusal);
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto& id = c.at.at("block");
  if (!valid_block(id)) co_return c.refuse(v1::NOT_FOUND);
  const auto entity = block_entity(c.tenant_slug(), id);
  const auto seen = co_await c.look_at(entity);
  if (const auto* refusal = std::get_if<v1::Rejection>(&seen)) co_return c.refuse(*refusal);
  co_return c.show(*std::get<map_ptr>(seen));
}

}  // namespace holdfast::gateway::api::handlers
