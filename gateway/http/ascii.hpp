#pragma once
// Character classes of HTTP, independent of any locale.
#include <algorithm>
#include <string>
#include <string_view>

namespace holdfast::gateway::ascii {

constexpr bool digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool alpha(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// tchar of RFC 9110.
constexpr bool token(char c) noexcept {
  return digit(c) || alpha(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr int hex(char c) noexcept {
  if (digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

inline bool all_token(std::string_view text) noexcept { return !text.empty() && std::all_of(text.begin(), text.end(), token); }

inline std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

inline bool equal(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Calls `each` with every trimmed, non-empty element of a comma-separated list.
template <class Each>
void split_list(std::string_view list, Each each) {
  while (true) {
    const auto comma = list.find(',');
    if (const auto item = trim(list.substr(0, comma)); !item.empty()) each(item);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace holdfast::gateway::ascii
