#include "config/tenants/money.hpp"

#include <unicode/ucurr.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace holdfast::config {

std::optional<int> currency_digits(const std::string& code) {
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return std::nullopt;
  auto text = icu::UnicodeString::fromUTF8(code);
  auto status = U_ZERO_ERROR;
  if (ucurr_getNumericCode(text.getTerminatedBuffer()) == 0) return std::nullopt;
  const auto digits = ucurr_getDefaultFractionDigits(text.getTerminatedBuffer(), &status);
  return U_FAILURE(status) ? std::nullopt : std::optional<int>(digits);
}

std::optional<std::int64_t> parse_amount(std::string_view text, int digits) {
  const auto point = std::min(text.find('.'), text.size());
  const auto decimals = point < text.size() ? text.size() - point - 1 : 0;
  if (point == 0 || point + 1 == text.size() || decimals > static_cast<std::size_t>(digits)) return std::nullopt;
  std::string plain(text.substr(0, point));
  if (decimals > 0) plain += text.substr(point + 1);
  plain.append(static_cast<std::size_t>(digits) - decimals, '0');
  std::int64_t out = 0;
  for (const char c : plain) {
    if (c < '0' || c > '9') return std::nullopt;
    if (__builtin_mul_overflow(out, 10, &out) || __builtin_add_overflow(out, c - '0', &out)) return std::nullopt;
  }
  return out;
}

std::string format_amount(std::int64_t minor, int digits) {
  auto text = std::to_string(minor < 0 ? -minor : minor);
  const auto wanted = static_cast<std::size_t>(digits) + 1;
  if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
  if (digits > 0) text.insert(text.size() - static_cast<std::size_t>(digits), 1, '.');
  return (minor < 0 ? "-" : "") + text;
}

}  // namespace holdfast::config
