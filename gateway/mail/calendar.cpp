#include "gateway/mail/calendar.hpp"

#include <chrono>
#include <cstdio>
#include <string_view>

namespace holdfast::mail {
namespace {

std::string utc(unix_ms at) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds(at)};
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(moment - day));
  char out[40];
  std::snprintf(out, sizeof out, "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) >= ' ')
      out += c;
  }
  return out;
}

// A line holds at most 75 octets; a continuation starts with a space and no UTF-8 character is cut.
void add_line(std::string& out, std::string_view line) {
  constexpr std::size_t octets_max = 75;
  auto room = octets_max;
  while (line.size() > room) {
    auto cut = room;
    while (cut > 1 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
    out.append(line.substr(0, cut)).append("\r\n ");
    line.remove_prefix(cut);
    room = octets_max - 1;
  }
  out.append(line).append("\r\n");
}

void add_text(std::string& out, std::string_view name, const std::string& value) {
  if (!value.empty()) add_line(out, std::string(name) + ':' + escaped(value));
}

}  // namespace

std::string calendar_object(const calendar_entry& entry) {
  std::string out;
  add_line(out, "BEGIN:VCALENDAR");
  add_line(out, "VERSION:2.0");
  add_line(out, "PRODID:-//Holdfast//Booking//EN");
  add_line(out, entry.cancelled ? "METHOD:CANCEL" : "METHOD:PUBLISH");
  add_line(out, "BEGIN:VEVENT");
  add_line(out, "UID:" + escaped(entry.uid));
  add_line(out, "DTSTAMP:" + utc(entry.stamp));
  add_line(out, "DTSTART:" + utc(entry.begin));
  add_line(out, "DTEND:" + utc(entry.end));
  add_line(out, entry.cancelled ? "SEQUENCE:1" : "SEQUENCE:0");
  add_line(out, entry.cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
  add_text(out, "SUMMARY", entry.summary);
  add_text(out, "LOCATION", entry.location);
  add_text(out, "DESCRIPTION", entry.description);
  if (!entry.url.empty()) add_line(out, "URL:" + entry.url);  // a URI is not escaped
  add_line(out, "END:VEVENT");
  add_line(out, "END:VCALENDAR");
  return out;
}

}  // namespace holdfast::mail
