#include "config/node/logging.hpp"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/serialize.hpp>
#include <ctime>

#include "protocols/base/log.hpp"

namespace holdfast::node {
namespace {

/// {"time":"…Z","level":"info","part":"mail","message":"…"} per line; the message is escaped, so a log line can never be forged by what it
/// quotes.
class json_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    boost::json::object line;
    line["time"] = timestamp(message.time);
    const auto level = spdlog::level::to_string_view(message.level);
    line["level"] = boost::json::string_view(level.data(), level.size());
    line["part"] = boost::json::string_view(message.logger_name.data(), message.logger_name.size());
    line["message"] = boost::json::string_view(message.payload.data(), message.payload.size());
    const auto text = boost::json::serialize(line) + "\n";
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_formatter>(); }

private:
  static std::string timestamp(spdlog::log_clock::time_point at) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                       parts.tm_min, parts.tm_sec, ms % 1000);
  }
};

}  // namespace

std::shared_ptr<spdlog::logger> set_up_logging(const std::string& level, const std::string& format) {
  const auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  if (format == "json")
    sink->set_formatter(std::make_unique<json_formatter>());
  else
    sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %n: %v");
  for (const auto name : part_names) {
    auto log = std::make_shared<spdlog::logger>(std::string(name), sink);
    log->set_level(spdlog::level::from_str(level));
    log->flush_on(spdlog::level::info);
    spdlog::register_logger(std::move(log));
  }
  auto own = log_of(part::node);
  spdlog::set_default_logger(own);
  return own;
}

}  // namespace holdfast::node
