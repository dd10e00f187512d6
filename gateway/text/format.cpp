#include "gateway/text/format.hpp"

#include <unicode/datefmt.h>
#include <unicode/dtitvfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <unicode/ucurr.h>

#include <map>
#include <memory>
#include <utility>

namespace holdfast::text {
namespace {

// "en" alone would mean American dates; our guests read day before month and a 24-hour clock.
icu::Locale locale_of(std::string_view language) {
  if (language == "en") return icu::Locale("en", "GB");
  if (language == "da") return icu::Locale("da", "DK");
  auto status = U_ZERO_ERROR;
  auto found = icu::Locale::forLanguageTag(icu::StringPiece(language.data(), static_cast<std::int32_t>(language.size())), status);
  return U_SUCCESS(status) && *found.getLanguage() != '\0' ? found : icu::Locale("en", "GB");
}

icu::UnicodeString wide(std::string_view s) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(s.data(), static_cast<std::int32_t>(s.size())));
}

std::string narrow(const icu::UnicodeString& s) {
  std::string out;
  s.toUTF8String(out);
  return out;
}

std::unique_ptr<icu::TimeZone> zone_of(std::string_view name) {
  return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(wide(name)));
}

// Making a formatter costs about a thousand uses of it, so each thread keeps those it used; tenants bring few (language, zone) pairs.
template <class Formatter, class Make>
Formatter* kept(std::map<std::pair<std::string, std::string>, std::unique_ptr<Formatter>>& cache, std::string_view language,
                std::string_view zone, Make make) {
  constexpr std::size_t formatters_max = 32;
  std::pair<std::string, std::string> key(language, zone);
  if (const auto it = cache.find(key); it != cache.end()) return it->second.get();
  if (cache.size() >= formatters_max) cache.clear();
  return cache.emplace(std::move(key), make()).first->second.get();
}

icu::DateFormat* moment_format(std::string_view language, std::string_view zone) {
  thread_local std::map<std::pair<std::string, std::string>, std::unique_ptr<icu::DateFormat>> cache;
  return kept(cache, language, zone, [&] {
    std::unique_ptr<icu::DateFormat> made(
        icu::DateFormat::createDateTimeInstance(icu::DateFormat::kFull, icu::DateFormat::kShort, locale_of(language)));
    if (made) made->adoptTimeZone(zone_of(zone).release());
    return made;
  });
}

icu::DateIntervalFormat* interval_format(std::string_view language, std::string_view zone) {
  thread_local std::map<std::pair<std::string, std::string>, std::unique_ptr<icu::DateIntervalFormat>> cache;
  return kept(cache, language, zone, [&] {
    auto status = U_ZERO_ERROR;
    std::unique_ptr<icu::DateIntervalFormat> made(icu::DateIntervalFormat::createInstance(u"EEEEdMMMMyjm", locale_of(language), status));
    if (U_FAILURE(status)) made.reset();
    if (made) made->adoptTimeZone(zone_of(zone).release());
    return made;
  });
}

}  // namespace

int currency_digits(std::string_view currency) {
  auto status = U_ZERO_ERROR;
  const auto code = wide(currency);
  const auto digits = ucurr_getDefaultFractionDigits(icu::UnicodeString(code).getTerminatedBuffer(), &status);
  return U_SUCCESS(status) && digits >= 0 ? digits : 2;
}

std::string money(std::int64_t minor, std::string_view currency, std::string_view language) {
  // Decimal text from the integer, so that no amount ever passes through a double.
  const auto digits = static_cast<std::size_t>(currency_digits(currency));
  auto units = std::to_string(minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor));
  if (units.size() <= digits) units.insert(0, digits + 1 - units.size(), '0');
  if (digits > 0) units.insert(units.size() - digits, 1, '.');
  if (minor < 0) units.insert(0, 1, '-');

  if (currency.size() != 3) return units + ' ' + std::string(currency);  // ICU would take the first three letters
  auto status = U_ZERO_ERROR;
  const auto code = wide(currency);
  const icu::CurrencyUnit unit(icu::UnicodeString(code).getTerminatedBuffer(), status);
  if (U_FAILURE(status)) return units + ' ' + std::string(currency);
  const auto text = icu::number::NumberFormatter::withLocale(locale_of(language)).unit(unit).formatDecimal(units, status).toString(status);
  return U_SUCCESS(status) ? narrow(text) : units + ' ' + std::string(currency);
}

std::string moment(unix_ms at, std::string_view time_zone, std::string_view language) {
  auto* format = moment_format(language, time_zone);
  if (format == nullptr) return {};
  icu::UnicodeString out;
  format->format(static_cast<UDate>(at), out);
  return narrow(out);
}

std::string interval(unix_ms begin, unix_ms end, std::string_view time_zone, std::string_view language) {
  auto* format = interval_format(language, time_zone);
  if (format == nullptr || end <= begin) return moment(begin, time_zone, language);
  auto status = U_ZERO_ERROR;
  icu::UnicodeString out;
  icu::FieldPosition ignored;
  const icu::DateInterval both(static_cast<UDate>(begin), static_cast<UDate>(end));
  format->format(&both, out, ignored, status);
  return U_SUCCESS(status) ? narrow(out) : moment(begin, time_zone, language);
}

std::string zone_name(std::string_view time_zone, std::string_view language) {
  icu::UnicodeString out;
  zone_of(time_zone)->getDisplayName(false, icu::TimeZone::GENERIC_LOCATION, locale_of(language), out);
  return narrow(out);
}

bool known_time_zone(std::string_view time_zone) { return *zone_of(time_zone) != icu::TimeZone::getUnknown(); }

}  // namespace holdfast::text
