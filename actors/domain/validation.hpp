#pragma once
// What every command's fields must be. Errors are collected, so that a guest sees all that needs attention at once; field names are
// the JSON paths of the HTTP API.
#include <cstdint>
#include <string>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::domain {

inline constexpr std::size_t text_max = 200;          // characters of a name, a title, a reason
inline constexpr std::size_t long_text_max = 10'000;  // characters of a description
inline constexpr int field_errors_max = 50;           // more help nobody
inline constexpr std::uint32_t capacity_max = 1'000'000;
inline constexpr std::int64_t price_minor_max = 1'000'000'000'000;
inline constexpr std::int64_t moment_max = 253'402'300'799'999;  // the last millisecond of the year 9999
inline constexpr std::int64_t policy_ms_max = 10LL * 366 * 24 * 3600 * 1000;

class field_errors {
public:
  void add(std::string field, const char* code, std::string detail);
  bool any() const noexcept { return rejection_.fields_size() > 0; }
  v1::Rejection take() { return std::move(rejection_); }

private:
  v1::Rejection rejection_;
};

// ---- what a text must look like
std::size_t characters(std::string_view utf8) noexcept;
bool blank(std::string_view) noexcept;
/// No control characters: nothing that could start a header line or a second row.
bool single_line(std::string_view) noexcept;
/// addr-spec in its usual ASCII form, with a domain of at least two labels, at most 254 characters.
bool email(std::string_view) noexcept;
bool currency(std::string_view) noexcept;           // three capitals
bool language(std::string_view) noexcept;           // BCP 47: "da", "pt-BR"
bool color(std::string_view) noexcept;              // "#rrggbb"
bool confirmation_code(std::string_view) noexcept;  // 8 letters or digits

// ---- checks that note what is wrong
void check_required(field_errors&, std::string_view field, std::string_view text, std::size_t max = text_max);
void check_optional(field_errors&, std::string_view field, std::string_view text, std::size_t max = text_max);
/// Language → text; `required`: at least one, none of them blank.
template <class Map>
void check_texts(field_errors& errors, std::string_view field, const Map& texts, bool required, std::size_t max = text_max);

/// 0 leaves a side open; what is given must not be negative and must be in order.
void check_frame(field_errors&, std::string_view field, const v1::Interval&);
void check_policy(field_errors&, std::string_view field, const v1::BookingPolicy&);
void check_prices(field_errors&, std::string_view field, const google::protobuf::RepeatedPtrField<v1::CategoryPrice>&);
void check_contact(field_errors&, const v1::Contact&);
/// 32 bytes of digest and 16 of nonce.
void check_digest(field_errors&, std::string_view field, const v1::TokenDigest&);
bool known_flow(v1::Flow) noexcept;

// ---- implementation
void check_text_entry(field_errors&, std::string_view field, std::string_view language, std::string_view text, bool required,
                      std::size_t max);

template <class Map>
void check_texts(field_errors& errors, std::string_view field, const Map& texts, bool required, std::size_t max) {
  if (required && texts.empty()) errors.add(std::string(field), "required", "in at least one language");
  for (const auto& [tag, text] : texts) check_text_entry(errors, field, tag, text, required, max);
}

}  // namespace holdfast::domain
