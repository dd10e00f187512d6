#include "config/cli/definition_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>
#include <cmath>
#include <map>
#include <string>

#include "config/tenants/local_time.hpp"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

json::object texts(const google::protobuf::Map<std::string, std::string>& of) {
  json::object out;
  for (const auto& [key, value] : std::map<std::string, std::string>(of.begin(), of.end())) out[key] = value;
  return out;
}

template <class Repeated>
json::array strings(const Repeated& of) {
  json::array out;
  for (const auto& s : of) out.emplace_back(s);
  return out;
}

void put(json::object& out, const char* key, const std::string& value) {
  if (!value.empty()) out[key] = value;
}

void put(json::object& out, const char* key, json::object value) {
  if (!value.empty()) out[key] = std::move(value);
}

json::object policy(const v1::BookingPolicy& p) {
  json::object out;
  const auto put_number = [&](const char* key, std::int64_t value) {
    if (value != 0) out[key] = value;
  };
  put_number("holdTtlMs", p.hold_ttl_ms());
  put_number("holdLifeMaxMs", p.hold_life_max_ms());
  put_number("emailConfirmTtlMs", p.email_confirm_ttl_ms());
  put_number("cancelUntilBeforeStartMs", p.cancel_until_before_start_ms());
  put_number("checkInOpensBeforeMs", p.check_in_opens_before_ms());
  put_number("checkInClosesAfterMs", p.check_in_closes_after_ms());
  put_number("spotsPerBookingMax", p.spots_per_booking_max());
  return out;
}

const char* flow(v1::Flow f) {
  switch (f) {
    case v1::FLOW_GROUP:
      return "group";
    case v1::FLOW_SPOT:
      return "spot";
    case v1::FLOW_PERFORMANCE:
      return "performance";
    default:
      return "";
  }
}

/// Open sides are left out.
json::object frame(const v1::Interval& i) {
  json::object out;
  if (i.begin_ms() != 0) out["startDate"] = config::to_iso(i.begin_ms());
  if (i.end_ms() != 0) out["endDate"] = config::to_iso(i.end_ms());
  return out;
}

/// Whole numbers stay whole, so that 10 is written as 10 and not as 1E1.
json::value plain_number(double value) {
  return value == std::floor(value) ? json::value(static_cast<std::int64_t>(value)) : json::value(value);
}

json::array prices(const google::protobuf::RepeatedPtrField<v1::CategoryPrice>& of) {
  json::array out;
  for (const auto& p : of) {
    json::object price{{"category", p.category()}, {"priceMinor", p.price_minor()}};
    put(price, "title", texts(p.title()));
    out.push_back(std::move(price));
  }
  return out;
}

}  // namespace

json::object to_json(const v1::TenantDefinition& t) {
  json::object out{
      {"slug", t.slug()}, {"name", t.name()}, {"flow", flow(t.flow())}, {"currency", t.currency()}, {"timeZone", t.time_zone()}};
  out["languages"] = strings(t.languages());
  put(out, "policy", policy(t.policy()));
  auto& shows = out["shows"].emplace_array();
  for (const auto& s : t.shows()) {
    json::object show{{"id", s.id()}, {"title", texts(s.title())}, {"published", s.published()}};
    put(show, "description", texts(s.description()));
    shows.push_back(std::move(show));
  }
  put(out, "intro", texts(t.intro()));
  put(out, "accentColor", t.accent_color());
  put(out, "mailFrom", t.mail_from());
  put(out, "attribution", t.attribution());
  put(out, "mailTemplates", texts(t.mail_templates()));
  return out;
}

json::object to_json(const v1::EventDefinition& e) {
  json::object out{{"id", e.id()}, {"title", texts(e.title())}, {"frame", frame(e.frame())}, {"published", e.published()}};
  put(out, "showId", e.show_id());
  put(out, "description", texts(e.description()));
  put(out, "sales", frame(e.sales()));
  put(out, "flow", std::string(flow(e.flow())));
  put(out, "policy", policy(e.policy()));
  out["prices"] = prices(e.prices());
  if (e.has_location())
    out["location"] = {{"latitude", plain_number(e.location().latitude())}, {"longitude", plain_number(e.location().longitude())}};
  put(out, "region", e.region());
  out["facilities"] = strings(e.facilities());
  out["activities"] = strings(e.activities());
  put(out, "attribution", e.attribution());
  put(out, "externalId", e.external_id());
  out["blockIds"] = strings(e.block_ids());
  return out;
}

json::object to_json(const v1::BlockDefinition& b) {
  json::object out{{"id", b.id()}, {"title", b.title()}};
  out["mapWidth"] = plain_number(static_cast<double>(b.map_width()));
  out["mapHeight"] = plain_number(static_cast<double>(b.map_height()));
  auto& spots = out["spots"].emplace_array();
  spots.reserve(static_cast<std::size_t>(b.spots_size()));
  for (const auto& s : b.spots()) {
    json::object spot{{"label", s.label()}, {"category", s.category()}, {"capacity", s.capacity()}};
    put(spot, "row", s.row());
    spot["x"] = plain_number(static_cast<double>(s.x()));
    spot["y"] = plain_number(static_cast<double>(s.y()));
    if (s.closed()) spot["closed"] = true;
    spots.push_back(std::move(spot));
  }
  return out;
}

}  // namespace holdfast::cli
