#pragma once
// "295.00" in a file → minor units. Prices are texts in quotes: a floating-point number cannot say 0.10.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::config {

/// Decimal places of an ISO 4217 currency; empty for a code that does not exist.
std::optional<int> currency_digits(const std::string& code);

/// Digits, then at most `digits` decimals after a point; empty for anything else, for negative amounts and for overflow.
std::optional<std::int64_t> parse_amount(std::string_view text, int digits);

/// 29500 with 2 digits → "295.00"
std::string format_amount(std::int64_t minor, int digits);

}  // namespace holdfast::config
