#pragma once
// One logger for the process, on standard error: a supervisor or a shell redirects it.
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace holdfast::node {

/// Becomes the default logger. `format`: "text" or "json"; `level` as in the settings.
std::shared_ptr<spdlog::logger> set_up_logging(const std::string& level, const std::string& format);

}  // namespace holdfast::node
