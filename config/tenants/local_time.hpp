#pragma once
// Local wall time of a tenant → UTC. The system's zone files are read by the tz library; nothing else in the tree knows it.
#include <cstdint>
#include <string>

#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::config {

struct local_time {
  int year = 1970;
  unsigned month = 1, day = 1, hour = 0, minute = 0, second = 0;
};

/// IANA name, e.g. "Europe/Copenhagen".
bool known_zone(const std::string& name);

/// A time that the clocks skip is refused; of a time that happens twice the first is meant.
result<unix_ms> to_utc(const std::string& zone, const local_time&);

/// The wall time that a clock in `zone` shows.
local_time to_local(const std::string& zone, unix_ms);

/// "2027-01-08T19:30:00Z"
std::string to_iso(unix_ms);

/// Days since 1970-01-01 and back: seasons count in days, not in milliseconds (a day of clock change has not 24 hours).
std::int64_t day_number(int year, unsigned month, unsigned day);
local_time date_of(std::int64_t day_number);
/// 0 = Monday.
unsigned weekday_of(std::int64_t day_number);
bool valid_date(int year, unsigned month, unsigned day);

}  // namespace holdfast::config
