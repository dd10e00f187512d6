#include "gateway/api/views.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "actors/domain/inheritance.hpp"
#include "gateway/api/policy.hpp"
#include "gateway/http/problem.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway::api {
namespace {

template <class Enum>
struct word {
  Enum value;
  std::string_view text;
};

constexpr std::array<word<v1::BookingStatus>, 11> statuses{{
    {v1::BOOKING_HELD, "held"},
    {v1::BOOKING_PENDING_EMAIL, "pending_email"},
    {v1::BOOKING_PENDING_APPROVAL, "pending_approval"},
    {v1::BOOKING_PENDING_PAYMENT, "pending_payment"},
    {v1::BOOKING_CONFIRMED, "confirmed"},
    {v1::BOOKING_CHECKED_IN, "checked_in"},
    {v1::BOOKING_COMPLETED, "completed"},
    {v1::BOOKING_NO_SHOW, "no_show"},
    {v1::BOOKING_CANCELLED, "cancelled"},
    {v1::BOOKING_EXPIRED, "expired"},
    {v1::BOOKING_WAITLISTED, "waitlisted"},
}};
constexpr std::array<word<v1::Flow>, 3> flows{{{v1::FLOW_GROUP, "group"}, {v1::FLOW_SPOT, "spot"}, {v1::FLOW_PERFORMANCE, "performance"}}};

template <class Words, class Enum>
std::string_view text_of(const Words& words, Enum value) noexcept {
  const auto it = std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.value == value; });
  return it == words.end() ? std::string_view() : it->text;
}
template <class Words>
auto value_of(const Words& words, std::string_view text) noexcept {
  const auto it = std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.text == text; });
  return it == words.end() ? decltype(it->value){} : it->value;
}

template <class Texts>
json::array list_json(const Texts& texts) {
  json::array out;
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

void put_time(json::object& out, std::string_view name, unix_ms at) {
  if (at != 0) out[name] = iso_time(at);
}
void put_text(json::object& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}

// A side that is not bounded is left out.
void put_span(json::object& out, const v1::Interval& span) {
  put_time(out, "startDate", span.begin_ms());
  put_time(out, "endDate", span.end_ms());
}

json::object category_json(const v1::CategoryFigures& f, bool in_one_block) {
  json::object out{{"category", f.category()}, {"capacity", f.capacity()}, {"free", f.free()}, {"held", f.held()}, {"taken", f.taken()}};
  if (in_one_block) out["longestFreeRun"] = f.longest_free_run();
  return out;
}

// What the list, the event and its definition have in common.
json::object definition_json(const v1::EventDefinition& event, const v1::TenantDefinition& tenant, bool open, json::array figures) {
  json::object out{
      {"resourceId", event.id()},
      {"title", texts_json(event.title())},
      {"description", texts_json(event.description())},
      {"flow", flow_text(domain::flow_for(event, tenant))},
      {"open", open},
      {"currency", tenant.currency()},
      {"prices", prices_json(event.prices())},
      {"facilities", list_json(event.facilities())},
      {"activities", list_json(event.activities())},
      {"blockIds", list_json(event.block_ids())},
      {"figures", std::move(figures)},
  };
  put_span(out, event.frame());
  put_text(out, "showId", event.show_id());
  put_text(out, "region", event.region());
  put_text(out, "attribution", event.attribution());
  if (event.has_location()) out["location"] = {{"latitude", event.location().latitude()}, {"longitude", event.location().longitude()}};
  if (auto sales = span_json(event.sales()); !sales.empty()) out["sales"] = std::move(sales);
  return out;
}

json::object block_figures_json(const v1::BlockFigures& block) {
  return {
      {"blockId", block.block_id()}, {"title", block.title()}, {"version", block.version()}, {"figures", figures_json(block.figures())}};
}

json::array sums_json(const v1::EventView& view) {
  std::vector<v1::CategoryFigures> sums;  // in order of first appearance
  for (const auto& block : view.blocks()) {
    for (const auto& f : block.figures()) {
      auto it = std::find_if(sums.begin(), sums.end(), [&](const auto& s) { return s.category() == f.category(); });
      if (it == sums.end()) {
        sums.push_back(f);
        continue;
      }
      it->set_capacity(it->capacity() + f.capacity());
      it->set_free(it->free() + f.free());
      it->set_held(it->held() + f.held());
      it->set_taken(it->taken() + f.taken());
    }
  }
  json::array out;
  for (const auto& s : sums) out.push_back(category_json(s, false));
  return out;
}

json::object contact_json(const v1::Contact& contact) {
  json::object out{{"firstName", contact.first_name()}, {"lastName", contact.last_name()}, {"email", contact.email()}};
  put_text(out, "phone", contact.phone());
  put_text(out, "language", contact.language());
  return out;
}

}  // namespace

std::string_view status_text(v1::BookingStatus status) noexcept { return text_of(statuses, status); }
std::string_view flow_text(v1::Flow flow) noexcept { return text_of(flows, flow); }
v1::BookingStatus status_of(std::string_view text) noexcept { return value_of(statuses, text); }
v1::Flow flow_of(std::string_view text) noexcept { return value_of(flows, text); }

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

json::object policy_json(const v1::BookingPolicy& p) {
  json::object out;
  for (const auto& rule : duration_rules)
    if (const auto value = (p.*rule.get)(); value != 0) out.emplace(rule.name, value);
  if (p.spots_per_booking_max() != 0) out["spotsPerBookingMax"] = p.spots_per_booking_max();
  return out;
}

json::array prices_json(const google::protobuf::RepeatedPtrField<v1::CategoryPrice>& prices) {
  json::array out;
  for (const auto& p : prices) {
    json::object one{{"category", p.category()}, {"priceMinor", p.price_minor()}};
    if (!p.title().empty()) one["title"] = texts_json(p.title());
    out.push_back(std::move(one));
  }
  return out;
}

json::array figures_json(const google::protobuf::RepeatedPtrField<v1::CategoryFigures>& figures) {
  json::array out;
  for (const auto& f : figures) out.push_back(category_json(f, true));
  return out;
}

json::object span_json(const v1::Interval& span) {
  json::object out;
  put_span(out, span);
  return out;
}

bool open_now(const v1::EventView& view, unix_ms now) noexcept {
  const auto& sales = view.definition().sales();
  return view.open() && now >= sales.begin_ms() && (sales.end_ms() == 0 || now < sales.end_ms());
}

json::object tenant_json(const v1::TenantDefinition& tenant) {
  json::array shows;
  for (const auto& show : tenant.shows())
    if (show.published())
      shows.push_back(
          json::object{{"id", show.id()}, {"title", texts_json(show.title())}, {"description", texts_json(show.description())}});
  json::object out{
      {"slug", tenant.slug()},
      {"name", tenant.name()},
      {"flow", flow_text(tenant.flow())},
      {"languages", list_json(tenant.languages())},
      {"currency", tenant.currency()},
      {"timeZone", tenant.time_zone()},
      {"intro", texts_json(tenant.intro())},
      {"shows", std::move(shows)},
      {"policy", policy_json(domain::policy_for(tenant))},
  };
  put_text(out, "accentColor", tenant.accent_color());
  put_text(out, "attribution", tenant.attribution());
  return out;
}

json::object event_summary_json(const persistence::event_row& row, const v1::TenantDefinition& tenant, unix_ms now) {
  json::array figures;
  for (const auto& f : row.figures) figures.push_back(category_json(f, false));
  v1::EventView view;
  *view.mutable_definition()->mutable_sales() = row.definition.sales();
  view.set_open(row.open);
  return definition_json(row.definition, tenant, open_now(view, now), std::move(figures));
}

json::object event_json(const v1::EventView& view, const v1::TenantDefinition& tenant, unix_ms now, audience who) {
  auto out = definition_json(view.definition(), tenant, open_now(view, now), sums_json(view));
  json::array blocks;
  for (const auto& block : view.blocks()) blocks.push_back(block_figures_json(block));
  out["blocks"] = std::move(blocks);
  out["policy"] = policy_json(domain::policy_for(view.definition(), tenant));
  out["version"] = view.version();
  if (who == audience::staff) out["published"] = view.definition().published();
  return out;
}

json::object availability_json(const v1::EventView& view, unix_ms now) {
  json::array blocks;
  for (const auto& block : view.blocks()) blocks.push_back(block_figures_json(block));
  return {{"resourceId", view.definition().id()},
          {"open", open_now(view, now)},
          {"version", view.version()},
          {"figures", sums_json(view)},
          {"blocks", std::move(blocks)}};
}

json::object block_frame_json(const v1::BlockView& view) {
  const auto& block = view.definition();
  json::object out{
      {"blockId", block.id()},
      {"eventId", event_of_block(block.id())},
      {"title", block.title()},
      {"flow", flow_text(block.flow())},
      {"open", view.open()},
      {"version", view.version()},
      {"currency", block.currency()},
      {"prices", prices_json(block.prices())},
      {"policy", policy_json(block.policy())},
      {"mapWidth", block.map_width()},
      {"mapHeight", block.map_height()},
      {"figures", figures_json(view.figures())},
  };
  put_span(out, block.frame());
  if (auto sales = span_json(block.sales()); !sales.empty()) out["sales"] = std::move(sales);
  return out;
}

json::object booking_json(const v1::BookingView& b, std::string_view tenant, audience who) {
  const auto block = block_of_booking(b.booking_id());
  json::array spots;
  for (const auto& s : b.spots()) spots.push_back(json::object{{"spot", s.spot()}, {"quantity", s.quantity()}});
  json::object out{
      {"bookingId", b.booking_id()},
      {"eventId", event_of_block(block)},
      {"resourceId", block},
      {"status", status_text(b.status())},
      {"spots", std::move(spots)},
      {"quantity", b.quantity()},
      {"totalPrice", b.total().minor()},
      {"currency", b.total().currency()},
      {"createdAt", iso_time(b.created_at_ms())},
      {"assigned", b.assigned()},
      {"adjacent", b.adjacent()},
      {"emailConfirmed", b.email_confirmed()},
      {"version", b.version()},
  };
  put_span(out, b.interval());
  if (!b.contact().email().empty()) out["userDetails"] = contact_json(b.contact());
  if (b.email_confirmed()) out["userId"] = persistence::user_id_for(tenant, b.contact().email());
  put_text(out, "confirmationCode", b.confirmation_code());
  if (b.status() == v1::BOOKING_HELD || b.status() == v1::BOOKING_PENDING_EMAIL) put_time(out, "expiresAt", b.expires_at_ms());
  put_time(out, "confirmedAt", b.confirmed_at_ms());
  put_time(out, "cancelledAt", b.cancelled_at_ms());
  put_time(out, "checkedInAt", b.checked_in_at_ms());
  put_text(out, "gate", b.checked_in_gate());
  put_text(out, "party", b.party());
  if (who == audience::staff) put_text(out, "checkedInBy", b.checked_in_by());
  return out;
}

json::object availability_changes_json(std::span<const v1::LiveChange* const> changes) {
  json::array blocks;
  std::unordered_set<std::string_view> seen;
  // NOLINTNEXTLINE(modernize-loop-convert): clang-tidy 14 cannot read the ranges of GCC 12
  for (auto at = changes.rbegin(); at != changes.rend(); ++at) {
    const auto& change = (*at)->event();
    if (change.has_block() && seen.insert(change.block().block_id()).second) blocks.push_back(block_figures_json(change.block()));
  }
  return {{"blocks", std::move(blocks)}, {"open", changes.back()->event().open()}};
}

}  // namespace holdfast::gateway::api
