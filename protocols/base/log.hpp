#pragma once
// Who says something in the log. Each part of a node has a logger of its own over the same sinks, so that operators can listen to one of
// them more closely while the node runs. For libraries that link spdlog.
#include <spdlog/spdlog.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast {

enum class part : std::uint8_t { node, http, api, actors, link, mail, lists, console };

inline constexpr std::array<std::string_view, 8> part_names{"node", "http", "api", "actors", "link", "mail", "lists", "console"};

inline std::string_view part_name(part who) { return part_names.at(static_cast<std::size_t>(who)); }

/// The default logger where nobody has set the parts up (tests, the command line).
inline std::shared_ptr<spdlog::logger> log_of(part who) {
  auto own = spdlog::get(std::string(part_name(who)));
  return own ? own : spdlog::default_logger();
}

}  // namespace holdfast
