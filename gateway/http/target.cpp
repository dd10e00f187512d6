#include "gateway/http/target.hpp"

#include <array>
#include <cstdint>

#include "gateway/http/ascii.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::size_t parameters_max = 64;

constexpr std::array<bool, 256> allowed = [] {
  std::array<bool, 256> out{};
  for (int c = 0; c < 128; ++c) out[static_cast<std::size_t>(c)] = ascii::digit(static_cast<char>(c)) || ascii::alpha(static_cast<char>(c));
  for (const char c : std::string_view("-._~!$&'()*+,;=:@/?%")) out[static_cast<unsigned char>(c)] = true;
  return out;
}();

enum class part { path, query };

std::optional<std::string> decode(std::string_view text, part where) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (!allowed[static_cast<unsigned char>(c)]) return std::nullopt;
    if (c == '+' && where == part::query) c = ' ';
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = ascii::hex(text[i + 1]);
      const int low = ascii::hex(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
      if (ascii::control(c)) return std::nullopt;
      // An escaped separator means one path to us and another to whoever decodes first.
      if (where == part::path && (c == '/' || c == '\\')) return std::nullopt;
    }
    out.push_back(c);
  }
  if (!valid_utf8(out)) return std::nullopt;
  return out;
}

bool has_dot_segment(std::string_view path) noexcept {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(end);
  }
  return false;
}

bool decode_query(std::string_view text, std::vector<std::pair<std::string, std::string>>& out) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = decode(pair.substr(0, equals), part::query);
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())), part::query);
    if (!name || !value || out.size() == parameters_max) return false;
    out.emplace_back(*std::move(name), *std::move(value));
  }
  return true;
}

bool valid_port(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5) return false;
  unsigned value = 0;
  for (const char c : text) {
    if (!ascii::digit(c)) return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= 65535;
}

std::size_t end_of_host(std::string_view authority) noexcept {
  if (!authority.starts_with('[')) return std::min(authority.find(':'), authority.size());
  const auto close = authority.find(']');
  return close == std::string_view::npos ? authority.size() : close + 1;
}

}  // namespace

bool valid_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80                   ? 0
                             : lead >= 0xc2 && lead < 0xe0 ? 1
                             : lead >= 0xe0 && lead < 0xf0 ? 2
                             : lead >= 0xf0 && lead < 0xf5 ? 3
                                                           : 9;
    if (more == 9 || i + more >= text.size()) return false;
    std::uint32_t value = more == 0 ? lead : lead & (0x3fU >> more);
    for (std::size_t k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0U) != 0x80) return false;
      value = (value << 6U) | (next & 0x3fU);
    }
    const bool overlong = (more == 2 && value < 0x800) || (more == 3 && value < 0x10000);
    if (overlong || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return false;
    i += more + 1;
  }
  return true;
}

std::optional<decoded_target> decode_target(std::string_view target) {
  if (!target.starts_with('/')) return std::nullopt;
  const auto question = std::min(target.find('?'), target.size());
  auto path = decode(target.substr(0, question), part::path);
  if (!path || has_dot_segment(*path)) return std::nullopt;
  decoded_target out{*std::move(path), {}};
  if (question < target.size() && !decode_query(target.substr(question + 1), out.query)) return std::nullopt;
  return out;
}

bool valid_authority(std::string_view text) noexcept {
  if (text.empty() || text.size() > 255) return false;
  const auto end = end_of_host(text);
  const auto host = text.substr(0, end);
  if (end < text.size() && (text[end] != ':' || !valid_port(text.substr(end + 1)))) return false;
  if (host.starts_with('['))
    return host.size() > 3 && host.ends_with(']') &&
           std::all_of(host.begin() + 1, host.end() - 1, [](char c) { return ascii::hex(c) >= 0 || c == ':' || c == '.'; });
  return !host.empty() && std::all_of(host.begin(), host.end(),
                                      [](char c) { return ascii::digit(c) || ascii::alpha(c) || c == '-' || c == '.' || c == '_'; });
}

std::string host_of_authority(std::string_view authority) { return ascii::lower(authority.substr(0, end_of_host(authority))); }

}  // namespace holdfast::gateway
