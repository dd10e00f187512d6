#pragma once
// Dates and local times of a tenant. The only file that knows of a time zone library; everywhere else times are Unix milliseconds.
#include <optional>
#include <string_view>

#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

/// The machine's time zone data has this name.
bool known_time_zone(std::string_view name);

/// What "2026-07-03" (a whole day), "2026-07-03T12:00" (local) or "2026-07-03T12:00:00+02:00" means in a time zone: [first, last) are
/// the moments it covers; for a date-time both are the same moment. A local time that the change to summer time skips is read as
/// the moment of the change, one that comes twice as the first. Empty: no such day or time, a year outside 1970 to 9998, or an
/// unknown time zone.
struct date_span {
  unix_ms first = 0;
  unix_ms last = 0;
  bool whole_day = false;
};
std::optional<date_span> parse_date(std::string_view text, std::string_view time_zone);

}  // namespace holdfast::gateway::api
