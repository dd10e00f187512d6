#include "actors/link/node_name.hpp"

#include <algorithm>

namespace holdfast::actors::link {
namespace {

constexpr std::string_view prefix = "urn:holdfast:node:";
constexpr std::size_t name_size_max = 63;

constexpr bool letter_or_digit(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool valid_node_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= name_size_max && letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return letter_or_digit(c) || c == '-'; });
}

std::string node_uri(std::string_view name) { return std::string(prefix) + std::string(name); }

std::string_view node_of_uri(std::string_view uri) noexcept {
  if (!uri.starts_with(prefix)) return {};
  const auto name = uri.substr(prefix.size());
  return valid_node_name(name) ? name : std::string_view{};
}

}  // namespace holdfast::actors::link
