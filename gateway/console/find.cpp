// From what somebody on the telephone can tell to the entity that knows about it.
#include <algorithm>

#include "gateway/api/paging.hpp"
#include "gateway/api/views.hpp"
#include "gateway/console/entity_views.hpp"
#include "gateway/console/handlers.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::console::handlers {
namespace {

namespace json = boost::json;

/// Of tenants that are looked through for a code; more than that is another tool's business.
constexpr std::size_t tenants_searched_max = 10'000;

struct found {
  std::string entity;
  std::string title = {};
  std::string booking = {};
  v1::BookingStatus status = v1::BOOKING_STATUS_UNSPECIFIED;
};
using found_page = persistence::page_of<found>;

struct question {
  std::optional<std::string> tenant, event, id, code;
  persistence::page at;
};

std::string any_text(const google::protobuf::Map<std::string, std::string>& texts) {
  const auto english = texts.find("en");
  return english != texts.end() ? english->second : texts.empty() ? std::string() : texts.begin()->second;
}

question read_question(api::query_reader& in) {
  question out;
  out.tenant = in.text("tenant", api::rules::tenant_slug);
  out.event = in.text("event", api::rules::event_id);
  out.id = in.text("id", api::rules::entity_name);
  out.code = in.text("confirmationCode", api::rules::confirmation_code);
  out.at = api::read_page(in);
  if (out.event && !out.tenant) in.errors().add("tenant", "required", "an event is a tenant's");
  if (out.id && !out.tenant && !parse_entity(*out.id)) in.errors().add("tenant", "required", "unless id is the whole id of an entity");
  return out;
}

// ---- by id

std::vector<found> named(const question& asked) {
  const auto& id = *asked.id;
  if (parse_entity(id)) return {{id}};
  const auto& tenant = *asked.tenant;
  if (valid_event(id)) return {{event_entity(tenant, id).value}};
  if (valid_block(id)) return {{block_entity(tenant, id).value}};
  if (valid_booking(id)) return {{block_entity(tenant, block_of_booking(id)).value, {}, id}};
  return {};
}

// ---- from the lists

result<std::vector<std::string>> tenants_to_search(persistence::read_model& model, const std::optional<std::string>& one) {
  if (one) return std::vector<std::string>{*one};
  auto all = model.tenants();
  if (all && all->size() > tenants_searched_max) all->resize(tenants_searched_max);
  return all;
}

result<found_page> by_code(persistence::read_model& model, const question& asked) {
  std::vector<found> out;
  const auto tenants = tenants_to_search(model, asked.tenant);
  if (!tenants) return tenants.error();
  for (const auto& tenant : *tenants) {
    persistence::booking_filter filter;
    filter.tenant = tenant;
    filter.confirmation_code = api::upper(*asked.code);
    const auto rows = model.bookings(filter, {1, 100});
    if (!rows) return rows.error();
    for (const auto& row : rows->rows) {
      const auto& id = row.booking.booking_id();
      out.push_back({block_entity(tenant, block_of_booking(id)).value, {}, id, row.booking.status()});
    }
  }
  return api::cut(std::move(out), asked.at);
}

result<found_page> events_of(persistence::read_model& model, const question& asked) {
  persistence::event_filter filter;
  filter.tenant = *asked.tenant;
  filter.published_only = false;
  const auto rows = model.events(filter, asked.at);
  if (!rows) return rows.error();
  found_page out{{}, rows->total};
  for (const auto& row : rows->rows)
    out.rows.push_back({event_entity(filter.tenant, row.definition.id()).value, any_text(row.definition.title())});
  return out;
}

result<found_page> all_tenants(persistence::read_model& model, const question& asked) {
  auto slugs = model.tenants();
  if (!slugs) return slugs.error();
  std::sort(slugs->begin(), slugs->end());
  std::vector<found> out;
  for (const auto& slug : *slugs) out.push_back({tenant_entity(slug).value});
  return api::cut(std::move(out), asked.at);
}

result<found_page> from_lists(persistence::read_model& model, const question& asked) {
  if (asked.code) return by_code(model, asked);
  return asked.tenant ? events_of(model, asked) : all_tenants(model, asked);
}

// ---- of an event: exact, asked of itself

task<answer<found_page>> with_blocks(call& c, question asked) {
  auto get = c.query(event_entity(*asked.tenant, *asked.event));
  get.mutable_get_event();
  const auto reply = co_await c.ask(std::move(get), v1::Reply::kEvent);
  if (!reply && reply.error().code() == v1::NOT_FOUND) co_return found_page();
  if (!reply) co_return reply.error();
  const auto& event = (*reply)->event();
  std::vector<found> out{{event_entity(*asked.tenant, *asked.event).value, any_text(event.definition().title())}};
  for (const auto& id : event.definition().block_ids()) {
    const auto known = std::find_if(event.blocks().begin(), event.blocks().end(), [&](const auto& b) { return b.block_id() == id; });
    out.push_back({block_entity(*asked.tenant, id).value, known == event.blocks().end() ? std::string() : known->title()});
  }
  co_return api::cut(std::move(out), asked.at);
}

task<answer<found_page>> look_up(call& c, question asked) {
  if (asked.id) co_return api::cut(named(asked), asked.at);
  if (asked.event && !asked.code) co_return co_await with_blocks(c, std::move(asked));
  const api::reads::query<found_page> query = [asked](persistence::read_model& model) { return from_lists(model, asked); };
  co_return co_await c.list<found_page>(query);
}

}  // namespace

task<response> find_entities(call& c, surroundings& o) {
  const auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  const auto asked = c.parameters(read_question);
  if (!asked) co_return c.refuse(asked.error());
  const auto page = co_await look_up(c, *asked);
  if (!page) co_return c.refuse(page.error());
  co_return c.ok(api::page_json(*page, asked->at, [&](const found& row) {
    auto out = reference_json(row.entity, o.nodes);
    if (!row.title.empty()) out["title"] = row.title;
    if (!row.booking.empty()) out["bookingId"] = row.booking;
    if (row.status != v1::BOOKING_STATUS_UNSPECIFIED) out["status"] = api::status_text(row.status);
    return out;
  }));
}

}  // namespace holdfast::gateway::console::handlers
