#pragma once
// The words that the server itself says, one JSON catalogue per language (messages/<language>.json), in ICU message syntax so that
// plurals come out right: say("da", "seats", {{"n", 1}}) → "1 plads".
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace holdfast::text {

using argument = std::pair<std::string_view, std::variant<std::string, std::int64_t>>;

/// Aborts on a key that the catalogue lacks: a programming error that the tests reach for every key.
std::string say(std::string_view language, std::string_view key, std::span<const argument> arguments = {});
std::string say(std::string_view language, std::string_view key, std::initializer_list<argument> arguments);

/// Languages we ship words for; the first is the fallback.
std::span<const std::string_view> languages() noexcept;

/// The language to answer in: what the guest wants if we and the tenant speak it ("da-DK" counts as "da"), else the tenant's first one
/// that we speak, else the fallback. An empty `offered` means the tenant does not restrict.
std::string_view choose_language(std::string_view wanted, std::span<const std::string> offered) noexcept;

/// Every key of the fallback language, sorted (tests compare the catalogues).
std::vector<std::string> keys(std::string_view language);

}  // namespace holdfast::text
