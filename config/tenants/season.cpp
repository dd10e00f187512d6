// [[season]]: performances of one show in one room, from a list of dates or from weekdays between two dates. Each becomes an event
// "<show>-<yyyy>-<mm>-<dd>-<hhmm>" with one block "floor" that holds one spot "seat" of the room's capacity.
#include <algorithm>
#include <set>
#include <tuple>

#include "actors/domain/inheritance.hpp"
#include "config/tenants/local_time.hpp"
#include "config/tenants/parts.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::config {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t season_days_max = 3 * 366;

struct season {
  const v1::Show* show = nullptr;
  std::string category = "seat";
  std::int64_t capacity = 0;
  std::int64_t duration_minutes = 0;
  std::string room;
  bool published = true;
  std::vector<v1::CategoryPrice> prices;
  v1::BookingPolicy policy;
  unix_ms sales_from = 0;
};

std::string two(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string performance_id(const std::string& show, const local_time& t) {
  return show + "-" + std::to_string(t.year) + "-" + two(t.month) + "-" + two(t.day) + "-" + two(t.hour) + two(t.minute);
}

const v1::Show* find_show(const file_facts& facts, const std::string& id) {
  for (const auto& show : facts.tenant.shows())
    if (show.id() == id) return &show;
  return nullptr;
}

/// 0 = Monday; 7 when it is none.
unsigned weekday_number(const std::string& name) {
  static const std::vector<std::string> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return static_cast<unsigned>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::int64_t day_of(const toml::date& date) { return day_number(date.year, date.month, date.day); }

/// from, until, weekdays, at, except
void read_repetition(table_reader& in, std::vector<local_time>& out) {
  toml::date from;
  toml::date until;
  toml::time at;
  std::vector<std::string> weekdays;
  std::vector<toml::date> except;
  const bool complete = in.read("from", from, need::required) && in.read("until", until, need::required) &&
                        in.read("weekdays", weekdays, need::required) && in.read("at", at, need::required);
  in.read("except", except);
  if (!complete) return;
  std::set<unsigned> wanted;
  for (const auto& name : weekdays) {
    if (weekday_number(name) == 7) in.complain("weekdays", "\"" + name + "\" is none of mon, tue, wed, thu, fri, sat, sun");
    wanted.insert(weekday_number(name));
  }
  std::set<std::int64_t> skipped;
  for (const auto& day : except) skipped.insert(day_of(day));
  if (day_of(until) < day_of(from) || day_of(until) - day_of(from) > season_days_max) {
    in.complain("until", "is before from, or more than three years after it");
    return;
  }
  for (auto day = day_of(from); day <= day_of(until); ++day) {
    if (wanted.count(weekday_of(day)) == 0 || skipped.count(day) != 0) continue;
    auto moment = date_of(day);
    moment.hour = at.hour;
    moment.minute = at.minute;
    out.push_back(moment);
  }
}

std::vector<local_time> read_moments(table_reader& in) {
  std::vector<local_time> out;
  std::vector<toml::date_time> dates;
  in.read("dates", dates);
  out.reserve(dates.size());
  for (const auto& d : dates) out.push_back({d.date.year, d.date.month, d.date.day, d.time.hour, d.time.minute, 0});
  if (in.has("from") || in.has("weekdays") || !in.has("dates")) read_repetition(in, out);
  const auto key = [](const local_time& t) { return std::tuple(t.year, t.month, t.day, t.hour, t.minute); };
  std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return out;
}

void read_show_of(table_reader& in, const file_facts& facts, season& out) {
  std::string id;
  if (!in.read("show", id, need::required)) return;
  out.show = find_show(facts, id);
  if (out.show == nullptr) in.complain("show", "there is no [[show]] with the id \"" + id + "\"");
}

season read_head(table_reader& in, const file_facts& facts) {
  season out;
  read_show_of(in, facts, out);
  in.read("capacity", out.capacity, {1, 1'000'000}, need::required);
  in.read("duration_minutes", out.duration_minutes, {1, 7 * 24 * 60}, need::required);
  in.read("room", out.room);
  in.read("published", out.published);
  if (in.read("category", out.category) || !facts.prices.empty()) {
    if (facts.price_of(out.category) == nullptr) in.complain("category", "there is no [[category]] with the id \"" + out.category + "\"");
  }
  read_event_prices(in, facts, out.prices);
  if (auto policy = in.table("policy")) read_policy(*policy, out.policy);
  read_moment(in, "sales_from", facts, out.sales_from, need::optional);
  return out;
}

event_bundle make_performance(const file_facts& facts, const season& of, const local_time& local, unix_ms starts) {
  event_bundle out;
  auto& event = out.event;
  event.set_id(performance_id(of.show->id(), local));
  event.set_show_id(of.show->id());
  *event.mutable_title() = of.show->title();
  *event.mutable_description() = of.show->description();
  event.mutable_frame()->set_begin_ms(starts);
  event.mutable_frame()->set_end_ms(starts + of.duration_minutes * minute_ms);
  event.mutable_sales()->set_begin_ms(of.sales_from);
  event.mutable_sales()->set_end_ms(starts);
  event.set_flow(v1::FLOW_PERFORMANCE);
  *event.mutable_policy() = of.policy;
  for (const auto& price : of.prices) *event.add_prices() = price;
  event.set_region(of.room);
  event.set_published(of.published && of.show->published());
  event.add_block_ids(event.id() + ".floor");

  auto& block = out.blocks.emplace_back();
  block.set_id(event.id() + ".floor");
  block.set_title(of.room.empty() ? "Floor" : of.room);
  auto& spot = *block.add_spots();
  spot.set_label("seat");
  spot.set_category(of.category);
  spot.set_capacity(static_cast<std::uint32_t>(of.capacity));
  domain::inherit(block, event, facts.tenant);
  return out;
}

}  // namespace

void read_season(table_reader& in, const file_facts& facts, tenant_bundle& out) {
  const auto head = read_head(in, facts);
  const auto moments = read_moments(in);
  in.finish();
  if (facts.tenant.flow() != v1::FLOW_PERFORMANCE) in.complain("show", "only a tenant with flow = \"performance\" has seasons");
  if (head.show == nullptr) return;
  if (moments.empty()) in.complain("show", "this season has no performance");
  for (const auto& local : moments) {
    const auto starts = to_utc(facts.tenant.time_zone(), local);
    if (!starts) {
      in.complain("show", performance_id(head.show->id(), local) + ": " + starts.error().detail);
      continue;
    }
    out.events.push_back(make_performance(facts, head, local, *starts));
  }
}

}  // namespace holdfast::config
