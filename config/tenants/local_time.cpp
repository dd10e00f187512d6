#include "config/tenants/local_time.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <chrono>
#include <exception>

namespace holdfast::config {
namespace {

date::year_month_day as_date(const local_time& t) { return date::year(t.year) / date::month(t.month) / date::day(t.day); }

date::local_seconds as_local(const local_time& t) {
  return date::local_days(as_date(t)) + std::chrono::hours(t.hour) + std::chrono::minutes(t.minute) + std::chrono::seconds(t.second);
}

template <class TimePoint>
local_time split(TimePoint t) {
  const auto day = date::floor<date::days>(t);
  const date::year_month_day ymd(day);
  const date::hh_mm_ss time(date::floor<std::chrono::seconds>(t - day));
  return {int(ymd.year()),
          unsigned(ymd.month()),
          unsigned(ymd.day()),
          static_cast<unsigned>(time.hours().count()),
          static_cast<unsigned>(time.minutes().count()),
          static_cast<unsigned>(time.seconds().count())};
}

date::sys_time<std::chrono::milliseconds> as_instant(unix_ms at) {
  return date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(at));
}

std::string pad(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

bool known_zone(const std::string& name) {
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::exception&) {  // the library's way of saying no
    return false;
  }
}

result<unix_ms> to_utc(const std::string& zone, const local_time& t) {
  if (!as_date(t).ok() || t.hour > 23 || t.minute > 59 || t.second > 59)
    return fail(failure_code::invalid_argument, "this is not a date and time");
  try {
    const auto local = as_local(t);
    const auto info = date::locate_zone(zone)->get_info(local);
    if (info.result == date::local_info::nonexistent)
      return fail(failure_code::invalid_argument, "the clocks skip this time in " + zone + " (start of daylight saving)");
    return std::chrono::duration_cast<std::chrono::milliseconds>(local.time_since_epoch() - info.first.offset).count();
  } catch (const std::exception& error) {
    return fail(failure_code::invalid_argument, error.what());
  }
}

local_time to_local(const std::string& zone, unix_ms at) { return split(date::locate_zone(zone)->to_local(as_instant(at))); }

std::string to_iso(unix_ms at) {
  const auto t = split(as_instant(at));
  return std::to_string(t.year) + "-" + pad(t.month) + "-" + pad(t.day) + "T" + pad(t.hour) + ":" + pad(t.minute) + ":" + pad(t.second) +
         "Z";
}

std::int64_t day_number(int year, unsigned month, unsigned day) {
  return date::sys_days(date::year(year) / date::month(month) / date::day(day)).time_since_epoch().count();
}

local_time date_of(std::int64_t number) { return split(date::sys_days(date::days(number))); }

unsigned weekday_of(std::int64_t number) { return date::weekday(date::sys_days(date::days(number))).iso_encoding() - 1; }

bool valid_date(int year, unsigned month, unsigned day) { return (date::year(year) / date::month(month) / date::day(day)).ok(); }

}  // namespace holdfast::config
