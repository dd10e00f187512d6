#include "gateway/api/time.hpp"

#include <date/tz.h>

#include <charconv>
#include <stdexcept>
#include <string>

namespace holdfast::gateway::api {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const date::time_zone* find_zone(std::string_view name) {
  try {
    return name.empty() ? nullptr : date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

// Digits at a fixed place; the text has the shape that rules::date_input asks for.
int number_at(std::string_view text, std::size_t at, std::size_t n) {
  int out = 0;
  std::from_chars(text.data() + at, text.data() + at + n, out);
  return out;
}

std::optional<date::local_days> parse_day(std::string_view text) {
  const auto day = date::year(number_at(text, 0, 4)) / number_at(text, 5, 2) / number_at(text, 8, 2);
  const auto year = static_cast<int>(day.year());
  if (!day.ok() || year < 1970 || year > 9998) return std::nullopt;
  return date::local_days(day);
}

struct time_of_day {
  milliseconds since_midnight;
  std::string_view zone;  // "", "Z", "+02:00"
};

std::optional<time_of_day> parse_time(std::string_view text) {
  const auto h = number_at(text, 0, 2), m = number_at(text, 3, 2);
  int s = 0, ms = 0;
  text.remove_prefix(5);
  if (text.starts_with(':')) {
    s = number_at(text, 1, 2);
    text.remove_prefix(3);
    if (text.starts_with('.')) {
      std::size_t n = 1;
      for (int scale = 100; n < text.size() && n <= 3 && text[n] >= '0' && text[n] <= '9'; ++n, scale /= 10) ms += (text[n] - '0') * scale;
      text.remove_prefix(n);
    }
  }
  if (h > 23 || m > 59 || s > 59) return std::nullopt;
  return time_of_day{hours(h) + minutes(m) + seconds(s) + milliseconds(ms), text};
}

std::optional<minutes> parse_offset(std::string_view text) {
  if (text == "Z") return minutes(0);
  const auto h = number_at(text, 1, 2), m = number_at(text, 4, 2);
  if (h > 14 || m > 59) return std::nullopt;
  return (hours(h) + minutes(m)) * (text[0] == '-' ? -1 : 1);
}

unix_ms to_utc(const date::time_zone& zone, date::local_time<milliseconds> local) {
  return zone.to_sys(local, date::choose::earliest).time_since_epoch().count();
}

std::optional<date_span> at(unix_ms moment) {
  if (moment < 0) return std::nullopt;
  return date_span{moment, moment, false};
}

}  // namespace

bool known_time_zone(std::string_view name) { return find_zone(name) != nullptr; }

std::optional<date_span> parse_date(std::string_view text, std::string_view time_zone) {
  if (text.size() < 10) return std::nullopt;
  const auto* zone = find_zone(time_zone);
  const auto day = parse_day(text);
  if (zone == nullptr || !day) return std::nullopt;
  if (text.size() == 10) {
    const date_span out{to_utc(*zone, *day), to_utc(*zone, *day + date::days(1)), true};
    return out.first < 0 ? std::nullopt : std::optional(out);
  }
  const auto time = parse_time(text.substr(11));
  if (!time) return std::nullopt;
  if (time->zone.empty()) return at(to_utc(*zone, *day + time->since_midnight));
  const auto offset = parse_offset(time->zone);
  if (!offset) return std::nullopt;
  return at(milliseconds(day->time_since_epoch() + time->since_midnight - *offset).count());
}

}  // namespace holdfast::gateway::api
