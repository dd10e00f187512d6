#pragma once
// The loggers of the process (protocols/base/log.hpp), all of them on standard error: a supervisor or a shell redirects it.
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace holdfast::node {

/// Answers that of the node itself, which becomes the default one. `format`: "text" or "json"; `level` as in the settings.
std::shared_ptr<spdlog::logger> set_up_logging(const std::string& level, const std::string& format);

}  // namespace holdfast::node
