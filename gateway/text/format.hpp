#pragma once
// Money and moments as people write them in their language, through ICU. No value here is ever parsed back or compared: ICU puts
// no-break spaces where a language wants them and its versions differ.
#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/base/seams.hpp"

namespace holdfast::text {

/// Minor units to text: (12050, "DKK", "da") → "120,50 kr.", (1200, "JPY", "en") → "JP¥1,200". An unknown currency code is shown as it is.
std::string money(std::int64_t minor, std::string_view currency, std::string_view language);

/// Digits after the decimal mark of an ISO 4217 currency: DKK 2, JPY 0, KWD 3.
int currency_digits(std::string_view currency);

/// "lørdag den 3. juli 2027 kl. 19.30" in the IANA zone.
std::string moment(unix_ms at, std::string_view time_zone, std::string_view language);

/// Begin to end, saying the date once when both fall on one day.
std::string interval(unix_ms begin, unix_ms end, std::string_view time_zone, std::string_view language);

/// "Denmark Time": which clock a moment is meant by.
std::string zone_name(std::string_view time_zone, std::string_view language);

/// False for a name that the zone database does not have; such a zone is treated as UTC.
bool known_time_zone(std::string_view time_zone);

}  // namespace holdfast::text
