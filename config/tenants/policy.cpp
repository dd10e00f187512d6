// Rules with numbers, prices, texts and moments: the small tables that tenant, event and season share.
#include <algorithm>
#include <array>

#include "config/tenants/local_time.hpp"
#include "config/tenants/money.hpp"
#include "config/tenants/parts.hpp"

namespace holdfast::config {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;

struct duration_key {
  const char* key;  // unit last in the name
  std::int64_t unit_ms;
  range allowed;
  void (v1::BookingPolicy::*set)(std::int64_t);
};

const std::array<duration_key, 6> durations{{
    {"hold_minutes", minute_ms, {1, 24 * 60}, &v1::BookingPolicy::set_hold_ttl_ms},
    {"hold_life_max_minutes", minute_ms, {1, 24 * 60}, &v1::BookingPolicy::set_hold_life_max_ms},
    {"email_confirm_hours", hour_ms, {1, 24 * 30}, &v1::BookingPolicy::set_email_confirm_ttl_ms},
    {"cancel_until_hours_before_start", hour_ms, {0, 24 * 365}, &v1::BookingPolicy::set_cancel_until_before_start_ms},
    {"check_in_opens_minutes_before_start", minute_ms, {0, 366 * 24 * 60}, &v1::BookingPolicy::set_check_in_opens_before_ms},
    {"check_in_closes_minutes_after_end", minute_ms, {0, 30 * 24 * 60}, &v1::BookingPolicy::set_check_in_closes_after_ms},
}};

}  // namespace

const v1::CategoryPrice* file_facts::price_of(const std::string& category) const {
  const auto found = std::find_if(prices.begin(), prices.end(), [&](const auto& price) { return price.category() == category; });
  return found == prices.end() ? nullptr : &*found;
}

std::vector<std::string> file_facts::categories() const {
  std::vector<std::string> out;
  for (const auto& price : prices) out.push_back(price.category());
  return out;
}

void read_policy(table_reader& in, v1::BookingPolicy& out) {
  for (const auto& [key, unit_ms, allowed, set] : durations) {
    std::int64_t value = 0;
    if (in.read(key, value, allowed)) (out.*set)(value * unit_ms);
  }
  std::int64_t spots = 0;
  if (in.read("spots_per_booking_max", spots, {1, spots_per_block_max})) out.set_spots_per_booking_max(static_cast<std::uint32_t>(spots));
  if (out.hold_life_max_ms() != 0 && out.hold_life_max_ms() < out.hold_ttl_ms())
    in.complain("hold_life_max_minutes", "is shorter than hold_minutes");
  in.finish();
}

void read_texts(table_reader& in, std::string_view key, const file_facts& facts, need wanted,
                google::protobuf::Map<std::string, std::string>& out) {
  std::map<std::string, std::string> texts;
  if (!in.read(key, texts, wanted)) return;
  const auto& languages = facts.tenant.languages();
  for (const auto& language : languages)
    if (texts.find(language) == texts.end()) in.complain(key, "has no text for \"" + language + "\"");
  for (auto& [language, text] : texts) {
    if (std::find(languages.begin(), languages.end(), language) == languages.end())
      in.complain(key, "\"" + language + "\" is not one of the tenant's languages");
    out[language] = std::move(text);
  }
}

bool read_amount(table_reader& in, std::string_view key, const file_facts& facts, std::int64_t& out, need wanted) {
  std::string text;
  if (!in.read(key, text, wanted)) return false;
  const auto minor = parse_amount(text, facts.currency_digits);
  if (!minor) in.complain(key, "\"" + text + "\" is not an amount like \"" + format_amount(12500, facts.currency_digits) + "\"");
  out = minor.value_or(0);
  return minor.has_value();
}

void read_categories(table_reader& top, file_facts& facts) {
  for (auto& in : top.tables("category")) {
    v1::CategoryPrice category;
    if (in.read("id", *category.mutable_category(), need::required) && facts.price_of(category.category()) != nullptr)
      in.complain("id", "another category has the id \"" + category.category() + "\" already");
    read_texts(in, "title", facts, need::required, *category.mutable_title());
    std::int64_t price = 0;
    if (read_amount(in, "price", facts, price, need::required)) category.set_price_minor(price);
    in.finish();
    facts.prices.push_back(std::move(category));
  }
}

void read_event_prices(table_reader& in, const file_facts& facts, std::vector<v1::CategoryPrice>& out) {
  out = facts.prices;
  auto prices = in.table("prices");
  if (!prices) return;
  for (auto& price : out) {
    std::int64_t minor = 0;
    if (read_amount(*prices, price.category(), facts, minor, need::optional)) price.set_price_minor(minor);
  }
  prices->finish();
}

bool read_moment(table_reader& in, std::string_view key, const file_facts& facts, unix_ms& out, need wanted) {
  toml::date_time value;
  if (!in.read(key, value, wanted)) return false;
  const local_time local{value.date.year, value.date.month, value.date.day, value.time.hour, value.time.minute, value.time.second};
  const auto at = to_utc(value.offset ? std::string("UTC") : facts.tenant.time_zone(), local);
  if (!at) {
    in.complain(key, at.error().detail);
    return false;
  }
  out = *at - (value.offset ? value.offset->minutes * minute_ms : 0);
  return true;
}

}  // namespace holdfast::config
