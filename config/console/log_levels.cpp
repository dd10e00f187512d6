#include "config/console/log_levels.hpp"

#include <algorithm>

#include "protocols/base/log.hpp"

namespace holdfast::console {
namespace {

constexpr std::array<std::string_view, 5> level_names{"trace", "debug", "info", "warn", "error"};

std::string name_of(spdlog::level::level_enum level) {
  // spdlog says "warning"; the settings and the API say "warn". What is quieter than errors is shown as they are.
  return std::string(level_names.at(std::min<std::size_t>(static_cast<std::size_t>(level), level_names.size() - 1)));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> log_levels() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto name : part_names)
    if (const auto log = spdlog::get(std::string(name))) out.emplace_back(name, name_of(log->level()));
  return out;
}

bool set_log_level(const std::string& part, const std::string& level) {
  const auto log = spdlog::get(part);
  const bool known = std::find(part_names.begin(), part_names.end(), part) != part_names.end() &&
                     std::find(level_names.begin(), level_names.end(), level) != level_names.end();
  if (!log || !known) return false;
  log->set_level(spdlog::level::from_str(level));
  return true;
}

}  // namespace holdfast::console
