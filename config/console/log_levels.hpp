#pragma once
// How closely each part of the process is listened to, until it ends (protocols/base/log.hpp).
#include <string>
#include <utility>
#include <vector>

namespace holdfast::console {

/// Parts and their least levels.
std::vector<std::pair<std::string, std::string>> log_levels();
/// False: there is no such part or level, or nobody has set it up.
bool set_log_level(const std::string& part, const std::string& level);

}  // namespace holdfast::console
