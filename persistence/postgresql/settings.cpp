#include "persistence/postgresql/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace holdfast::persistence::postgresql {
namespace {

using parameter = std::pair<std::string_view, std::string_view>;

// A server that is gone must be noticed by TCP itself within seconds, also while nothing is being sent.
constexpr std::array<parameter, 7> defaults{{
    {"connect_timeout", "3"},
    {"tcp_user_timeout", "5000"},
    {"keepalives", "1"},
    {"keepalives_idle", "5"},
    {"keepalives_interval", "2"},
    {"keepalives_count", "3"},
    {"application_name", "holdfast"},
}};

bool valid_schema(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !name.empty() && name.size() <= 63 && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// The text of a URI's query, cut at "&". libpq's own URIs may name several hosts, which general URL parsers refuse.
std::vector<parameter> parameters_of(std::string_view query) {
  std::vector<parameter> out;
  while (!query.empty()) {
    const auto piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), piece.size() + 1));
    const auto equals = std::min(piece.find('='), piece.size());
    if (!piece.empty()) out.emplace_back(piece.substr(0, equals), piece.substr(std::min(piece.size(), equals + 1)));
  }
  return out;
}

// "options" reach the server as command-line switches; %20 and %3D are a space and "=".
std::string session_options(const settings& out) {
  return "-csearch_path%3D" + out.schema + "%20-cstatement_timeout%3D" + std::to_string(out.deadline.count()) + "%20-cjit%3Doff";
}

result<void> take_own(settings& out, const parameter& given) {
  const auto& [name, value] = given;
  if (name == "holdfast_schema") {
    if (!valid_schema(value)) return fail(failure_code::invalid_argument, "holdfast_schema must be [a-z_][a-z0-9_]{0,62}");
    out.schema = value;
    return {};
  }
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ms);
  if (error != std::errc() || end != value.data() + value.size() || ms < 100 || ms > 600'000)
    return fail(failure_code::invalid_argument, "holdfast_deadline_ms must be a number from 100 to 600000");
  out.deadline = std::chrono::milliseconds(ms);
  return {};
}

}  // namespace

result<settings> parse_settings(std::string_view url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
    return fail(failure_code::invalid_argument, "a PostgreSQL URL begins with postgresql://");
  settings out;
  const auto question = std::min(url.find('?'), url.size());
  std::vector<parameter> passed;
  std::string options;
  for (const auto& given : parameters_of(url.substr(std::min(url.size(), question + 1)))) {
    if (given.first == "holdfast_schema" || given.first == "holdfast_deadline_ms") {
      if (auto taken = take_own(out, given); !taken) return taken.error();
    } else if (given.first.starts_with("holdfast_")) {
      return fail(failure_code::invalid_argument, "unknown parameter " + std::string(given.first));
    } else if (given.first == "options") {
      options.append(given.second).append("%20");
    } else {
      passed.push_back(given);
    }
  }
  for (const auto& one : defaults)
    if (std::none_of(passed.begin(), passed.end(), [&](const parameter& given) { return given.first == one.first; })) passed.push_back(one);
  out.conninfo = url.substr(0, question);
  char separator = '?';
  for (const auto& [name, value] : passed) {
    out.conninfo.append(1, std::exchange(separator, '&')).append(name).append("=").append(value);
  }
  out.conninfo.append("&options=").append(options).append(session_options(out));
  return out;
}

}  // namespace holdfast::persistence::postgresql
