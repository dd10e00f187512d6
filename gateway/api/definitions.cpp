#include "gateway/api/definitions.hpp"

#include <set>

#include "actors/domain/inheritance.hpp"
#include "gateway/api/policy.hpp"
#include "gateway/api/time.hpp"
#include "gateway/api/views.hpp"
#include "gateway/mail/templates.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway::api {
namespace {

constexpr auto required = presence::required;
constexpr auto optional = presence::optional;
constexpr std::size_t languages_max = 20, shows_max = 500, prices_max = 100, keywords_max = 100, blocks_max = 1000, spots_max = 1024;
constexpr std::size_t mail_templates_max = 100;
constexpr std::int64_t duration_ms_max = 366LL * 24 * 3600 * 1000;
constexpr std::int64_t price_minor_max = 1'000'000'000'000;
constexpr std::int64_t count_max = 1'000'000;
constexpr double map_max = 1e6;

void put_map(const std::map<std::string, std::string>& from, google::protobuf::Map<std::string, std::string>& to) {
  for (const auto& [key, text] : from) to[key] = text;
}

void read_titles(object_reader& in, std::string_view name, presence wanted, google::protobuf::Map<std::string, std::string>& out) {
  const auto texts = in.text_map(name, rules::language, rules::title, languages_max, wanted);
  if (in.is_empty_object(name)) in.errors().add(in.path_of(name), "range", "at least one language");
  put_map(texts, out);
}

void read_texts(object_reader& in, std::string_view name, google::protobuf::Map<std::string, std::string>& out) {
  put_map(in.text_map(name, rules::language, rules::prose, languages_max, optional), out);
}

// An id in the body is only a cross-check of the one in the path.
void read_same_id(object_reader& in, std::string_view name, const text_rule& rule, std::string_view id) {
  const auto given = in.text(name, rule, optional);
  if (given && *given != id) in.errors().add(in.path_of(name), "conflict", "the address says " + std::string(id));
}

void read_policy(object_reader& in, v1::BookingPolicy& out) {
  in.object("policy", optional, [&](object_reader& policy) {
    for (const auto& rule : duration_rules)
      if (const auto value = policy.integer(rule.name, 0, duration_ms_max, optional)) (out.*rule.set)(*value);
    if (const auto n = policy.integer("spotsPerBookingMax", 0, 100'000, optional))
      out.set_spots_per_booking_max(static_cast<std::uint32_t>(*n));
  });
}

void read_prices(object_reader& in, google::protobuf::RepeatedPtrField<v1::CategoryPrice>& out) {
  std::set<std::string> seen;
  in.objects("prices", 0, prices_max, optional, [&](object_reader& price) {
    auto& one = *out.Add();
    if (auto category = price.text("category", rules::category, required)) {
      if (!seen.insert(*category).second) price.errors().add(price.path_of("category"), "duplicate", "has a price already");
      one.set_category(std::move(*category));
    }
    one.set_price_minor(price.integer("priceMinor", 0, price_minor_max, required).value_or(0));
    read_titles(price, "title", optional, *one.mutable_title());
  });
}

// A whole day given as the end includes that day.
void read_frame(object_reader& in, std::string_view name, presence wanted, std::string_view zone, v1::Interval& out) {
  in.object(name, wanted, [&](object_reader& frame) {
    const auto side = [&](std::string_view field, presence needed) -> std::optional<date_span> {
      const auto text = frame.text(field, rules::date_input, needed);
      if (!text) return std::nullopt;
      auto when = parse_date(*text, zone);
      if (!when) frame.errors().add(frame.path_of(field), "range", "no such day or time");
      return when;
    };
    const auto begin = side("startDate", wanted);
    const auto end = side("endDate", optional);
    if (begin) out.set_begin_ms(begin->first);
    if (end) out.set_end_ms(end->last);
    if (begin && end && end->last <= begin->first) frame.errors().add(frame.path_of("endDate"), "range", "must be after the start");
  });
}

void read_show(object_reader& in, v1::Show& out) {
  out.set_id(in.text("id", rules::event_id, required).value_or(""));
  read_titles(in, "title", required, *out.mutable_title());
  read_texts(in, "description", *out.mutable_description());
  out.set_published(in.boolean("published", optional).value_or(false));
}

void read_shows(object_reader& in, v1::TenantDefinition& out) {
  std::set<std::string> seen;
  in.objects("shows", 0, shows_max, optional, [&](object_reader& show) {
    auto& one = *out.add_shows();
    read_show(show, one);
    if (!one.id().empty() && !seen.insert(one.id()).second) show.errors().add(show.path_of("id"), "duplicate", "is there already");
  });
}

void read_time_zone(object_reader& in, v1::TenantDefinition& out) {
  auto zone = in.text("timeZone", rules::time_zone, required);
  if (!zone) return;
  if (!known_time_zone(*zone)) in.errors().add(in.path_of("timeZone"), "unknown", "there is no such time zone");
  out.set_time_zone(std::move(*zone));
}

void read_place(object_reader& in, v1::EventDefinition& out) {
  in.object("location", optional, [&](object_reader& place) {
    out.mutable_location()->set_latitude(place.number("latitude", -90, 90, required).value_or(0));
    out.mutable_location()->set_longitude(place.number("longitude", -180, 180, required).value_or(0));
  });
  out.set_region(in.text("region", rules::line, optional).value_or(""));
  for (auto& word : in.texts("facilities", rules::keyword, 0, keywords_max, optional)) out.add_facilities(std::move(word));
  for (auto& word : in.texts("activities", rules::keyword, 0, keywords_max, optional)) out.add_activities(std::move(word));
}

void read_flow(object_reader& in, const v1::TenantDefinition& tenant, v1::EventDefinition& out) {
  const auto text = in.text("flow", rules::flow, optional);
  if (!text) return;
  const auto flow = flow_of(*text);
  if (flow != tenant.flow() && flow != v1::FLOW_PERFORMANCE)
    in.errors().add(in.path_of("flow"), "conflict", "this tenant sells by " + std::string(flow_text(tenant.flow())));
  out.set_flow(flow);
}

void read_blocks(object_reader& in, std::string_view event, const v1::TenantDefinition& tenant, v1::EventDefinition& out) {
  std::set<std::string> seen;
  std::size_t i = 0;
  for (auto& id : in.texts("blockIds", rules::block_id, 0, blocks_max, required)) {
    const auto path = in.path_of("blockIds") + "[" + std::to_string(i++) + "]";
    if (event_of_block(id) != event) in.errors().add(path, "conflict", "must begin with \"" + std::string(event) + ".\"");
    if (!seen.insert(id).second) in.errors().add(path, "duplicate", "is there already");
    out.add_block_ids(std::move(id));
  }
  if (domain::flow_for(out, tenant) == v1::FLOW_PERFORMANCE && out.block_ids_size() > 1)
    in.errors().add(in.path_of("blockIds"), "conflict", "a performance has one block");
}

void read_spot(object_reader& in, v1::SpotDefinition& out) {
  out.set_label(in.text("label", rules::spot_label, required).value_or(""));
  out.set_category(in.text("category", rules::category, required).value_or(""));
  out.set_capacity(static_cast<std::uint32_t>(in.integer("capacity", 1, count_max, optional).value_or(1)));
  out.set_row(in.text("row", rules::row, optional).value_or(""));
  out.set_x(static_cast<float>(in.number("x", -map_max, map_max, optional).value_or(0)));
  out.set_y(static_cast<float>(in.number("y", -map_max, map_max, optional).value_or(0)));
  out.set_closed(in.boolean("closed", optional).value_or(false));
}

}  // namespace

v1::TenantDefinition read_tenant(object_reader& in, std::string_view slug) {
  v1::TenantDefinition out;
  out.set_slug(std::string(slug));
  read_same_id(in, "slug", rules::tenant_slug, slug);
  out.set_name(in.text("name", rules::name, required).value_or(""));
  out.set_flow(flow_of(in.text("flow", rules::flow, required).value_or("")));
  out.set_currency(in.text("currency", rules::currency, required).value_or(""));
  read_time_zone(in, out);
  for (auto& language : in.texts("languages", rules::language, 1, languages_max, required)) out.add_languages(std::move(language));
  read_policy(in, *out.mutable_policy());
  read_shows(in, out);
  read_texts(in, "intro", *out.mutable_intro());
  out.set_accent_color(in.text("accentColor", rules::colour, optional).value_or(""));
  out.set_mail_from(in.text("mailFrom", rules::email, optional).value_or(""));
  out.set_attribution(in.text("attribution", rules::attribution, optional).value_or(""));
  put_map(in.text_map("mailTemplates", rules::mail_template_key, rules::mail_template, mail_templates_max, optional),
          *out.mutable_mail_templates());
  for (const auto& [key, text] : out.mail_templates())
    for (auto& problem : mail::check_override(key, text)) in.errors().add("mailTemplates." + key, "format", std::move(problem));
  return out;
}

v1::EventDefinition read_event(object_reader& in, std::string_view event, const v1::TenantDefinition& tenant) {
  v1::EventDefinition out;
  out.set_id(std::string(event));
  read_same_id(in, "id", rules::event_id, event);
  out.set_show_id(in.text("showId", rules::event_id, optional).value_or(""));
  read_titles(in, "title", required, *out.mutable_title());
  read_texts(in, "description", *out.mutable_description());
  read_frame(in, "frame", required, tenant.time_zone(), *out.mutable_frame());
  read_frame(in, "sales", optional, tenant.time_zone(), *out.mutable_sales());
  read_flow(in, tenant, out);
  read_policy(in, *out.mutable_policy());
  read_prices(in, *out.mutable_prices());
  read_place(in, out);
  out.set_attribution(in.text("attribution", rules::attribution, optional).value_or(""));
  out.set_published(in.boolean("published", optional).value_or(false));
  read_blocks(in, event, tenant, out);
  out.set_external_id(in.text("externalId", rules::line, optional).value_or(""));
  return out;
}

v1::BlockDefinition read_block(object_reader& in, std::string_view block) {
  v1::BlockDefinition out;
  out.set_id(std::string(block));
  read_same_id(in, "id", rules::block_id, block);
  out.set_title(in.text("title", rules::title, required).value_or(""));
  std::set<std::string> seen;
  in.objects("spots", 1, spots_max, required, [&](object_reader& spot) {
    auto& one = *out.add_spots();
    read_spot(spot, one);
    if (!one.label().empty() && !seen.insert(one.label()).second) spot.errors().add(spot.path_of("label"), "duplicate", "is there already");
  });
  out.set_map_width(static_cast<float>(in.number("mapWidth", 0, map_max, optional).value_or(0)));
  out.set_map_height(static_cast<float>(in.number("mapHeight", 0, map_max, optional).value_or(0)));
  return out;
}

json::object tenant_definition_json(const v1::TenantDefinition& tenant) {
  json::array languages, shows;
  for (const auto& language : tenant.languages()) languages.emplace_back(language);
  for (const auto& show : tenant.shows()) {
    json::object one{{"id", show.id()}, {"title", texts_json(show.title())}, {"published", show.published()}};
    if (!show.description().empty()) one["description"] = texts_json(show.description());
    shows.push_back(std::move(one));
  }
  json::object out{
      {"slug", tenant.slug()},
      {"name", tenant.name()},
      {"flow", flow_text(tenant.flow())},
      {"currency", tenant.currency()},
      {"timeZone", tenant.time_zone()},
      {"languages", std::move(languages)},
      {"policy", policy_json(tenant.policy())},
      {"shows", std::move(shows)},
      {"intro", texts_json(tenant.intro())},
      {"mailTemplates", texts_json(tenant.mail_templates())},
  };
  if (!tenant.accent_color().empty()) out["accentColor"] = tenant.accent_color();
  if (!tenant.mail_from().empty()) out["mailFrom"] = tenant.mail_from();
  if (!tenant.attribution().empty()) out["attribution"] = tenant.attribution();
  return out;
}

}  // namespace holdfast::gateway::api
