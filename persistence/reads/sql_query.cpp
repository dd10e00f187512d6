#include "persistence/reads/sql_query.hpp"

#include <algorithm>

#include "persistence/reads/geo.hpp"
#include "persistence/text/fold.hpp"

namespace holdfast::persistence {
namespace {

void add_page(sql_query& query, page wanted) {
  const std::int64_t limit = std::clamp<std::uint32_t>(wanted.limit, 1, page_limit_max);
  const std::int64_t number = std::max<std::uint32_t>(wanted.number, 1);
  query.add(" limit ? offset ?", {limit, (number - 1) * limit});
}

// The second condition says what the first implies: that the index, which leaves such rows out, may be used.
void add_named(sql_query& query, const char* column, const std::string& value) {
  query.add(" and ").add(column).add(" = ?", {value});
  if (!value.empty()) query.add(" and ").add(column).add(" <> ''");
}

void add_status(sql_query& query, v1::BookingStatus status) {
  static_assert(v1::BOOKING_CONFIRMED == 5);
  query.add(" and status = ?", {static_cast<std::int64_t>(status)});
  if (status != v1::BOOKING_CONFIRMED) query.add(" and status <> 5");
}

void add_where(sql_query& query, const booking_filter& filter) {
  query.add(" from booking where tenant = ?", {filter.tenant});
  if (filter.user_id) add_named(query, "user_id", *filter.user_id);
  if (filter.event_id) query.add(" and event_id = ?", {*filter.event_id});
  if (filter.email) add_named(query, "email", fold_email(*filter.email));
  if (filter.confirmation_code) add_named(query, "confirmation_code", *filter.confirmation_code);
  if (filter.status) add_status(query, *filter.status);
}

void add_tag(sql_query& query, const char* kind, const std::optional<std::string>& text) {
  if (!text) return;
  query.add(" and exists (select 1 from event_tag t where t.tenant = e.tenant and t.event_id = e.event_id and t.kind = ? and t.value = ?)",
            {std::string(kind), fold_text(*text)});
}

// The blocks that the event's definition lists, and what they count.
constexpr std::string_view figures_of_event =
    " from event_tag b join block_figure f on f.tenant = b.tenant and f.block_id = b.value"
    " where b.tenant = e.tenant and b.event_id = e.event_id and b.kind = 'block'";

void add_capacity(sql_query& query, const event_filter& filter) {
  if (filter.category) {
    query.add(" and exists (select 1").add(figures_of_event).add(" and f.category = ?)", {*filter.category});
  }
  if (!filter.free_at_least) return;
  query.add(" and (select coalesce(sum(f.free), 0)").add(figures_of_event);
  if (filter.category) query.add(" and f.category = ?", {*filter.category});
  query.add(") >= ?", {static_cast<std::int64_t>(*filter.free_at_least)});
}

void add_near(sql_query& query, const event_filter& filter) {
  if (!filter.near) return;
  const double lat = filter.near->latitude();
  const double lon = filter.near->longitude();
  const auto box = box_around(lat, lon, filter.radius_km);
  query.add(" and e.latitude between ? and ?", {box.south, box.north});
  query.add(box.west <= box.east ? " and e.longitude between ? and ?" : " and (e.longitude >= ? or e.longitude <= ?)",
            {box.west, box.east});
  query.add(" and haversine_km(e.latitude, e.longitude, ?, ?) <= ?", {lat, lon, filter.radius_km});
}

void add_where(sql_query& query, const event_filter& filter) {
  query.add(" from event e where e.tenant = ?", {filter.tenant});
  if (filter.published_only) query.add(" and e.published = 1");
  if (filter.show_id) query.add(" and e.show_id = ?", {*filter.show_id});
  if (filter.ends_after) query.add(" and e.end_ms > ?", {*filter.ends_after});
  if (filter.begins_before) query.add(" and e.begin_ms < ?", {*filter.begins_before});
  // Folded words are letters and digits only: nothing to escape.
  for (const auto& word : fold_words(filter.text)) query.add(" and e.search like ?", {"%" + word + "%"});
  add_tag(query, "facility", filter.facility);
  add_tag(query, "activity", filter.activity);
  add_tag(query, "region", filter.region);
  add_near(query, filter);
  add_capacity(query, filter);
}

}  // namespace

sql_query& sql_query::add(std::string_view sql, std::vector<sql_value> with) {
  for (const char c : sql) {
    if (c != '?') {
      text += c;
      continue;
    }
    values.push_back(std::move(with.front()));
    with.erase(with.begin());
    text.append("$").append(std::to_string(values.size()));
  }
  return *this;
}

sql_query select_bookings(const booking_filter& filter, page wanted) {
  sql_query query;
  query.add("select view, tenant, event_id, user_id");
  add_where(query, filter);
  query.add(" order by created_ms desc, booking_id desc");
  add_page(query, wanted);
  return query;
}

sql_query count_bookings(const booking_filter& filter) {
  sql_query query;
  query.add("select count(*)");
  add_where(query, filter);
  return query;
}

sql_query select_bookings_after(const std::string& tenant, const std::string& booking_id, std::int64_t limit) {
  sql_query query;
  query.add("select view, tenant, event_id, user_id from booking where (booking_id, tenant) > (?, ?) order by booking_id, tenant limit ?",
            {booking_id, tenant, limit});
  return query;
}

sql_query select_events(const event_filter& filter, page wanted) {
  sql_query query;
  query.add("select e.definition, e.open, e.event_id");
  add_where(query, filter);
  query.add(" order by e.begin_ms, e.sort_title, e.event_id");
  add_page(query, wanted);
  return query;
}

sql_query count_events(const event_filter& filter) {
  sql_query query;
  query.add("select count(*)");
  add_where(query, filter);
  return query;
}

sql_query select_figures(const std::string& tenant, const std::vector<std::string>& event_ids) {
  sql_query query;
  query.add(
      "select b.event_id, f.category, sum(f.capacity), sum(f.free), sum(f.held), sum(f.taken), max(f.longest_free_run)"
      " from event_tag b join block_figure f on f.tenant = b.tenant and f.block_id = b.value"
      " where b.tenant = ? and b.kind = 'block' and b.event_id in (",
      {tenant});
  for (std::size_t i = 0; i < event_ids.size(); ++i) query.add(i == 0 ? "?" : ", ?", {event_ids[i]});
  query.add(") group by b.event_id, f.category order by b.event_id, f.category");
  return query;
}

}  // namespace holdfast::persistence
