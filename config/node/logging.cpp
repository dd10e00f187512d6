#include "config/node/logging.hpp"

#include <spdlog/formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <mutex>

#include "gateway/http/problem.hpp"
#include "protocols/base/log.hpp"

namespace holdfast::node {
namespace {

/// {"time":"…Z","level":"info","part":"mail","message":"…"} per line; the message is escaped, so a log line can never be forged by what it
/// quotes.
class json_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    boost::json::object line;
    const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch());
    line["time"] = gateway::iso_time(at.count());
    const auto level = spdlog::level::to_string_view(message.level);
    line["level"] = boost::json::string_view(level.data(), level.size());
    line["part"] = boost::json::string_view(message.logger_name.data(), message.logger_name.size());
    line["message"] = boost::json::string_view(message.payload.data(), message.payload.size());
    const auto text = boost::json::serialize(line) + "\n";
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_formatter>(); }
};

/// Standard error in pieces: a busy node writes thousands of lines about requests a second, and a system call for each costs more than the
/// line. What must be seen at once is flushed by its logger.
class standard_error final : public spdlog::sinks::base_sink<std::mutex> {
public:
  ~standard_error() override { write_all(); }

protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    formatter_->format(message, lines_);
    if (lines_.size() >= bytes_max) write_all();
  }
  void flush_() override { write_all(); }

private:
  static constexpr std::size_t bytes_max = 32 * 1024;

  /// What cannot be written is lost: there is nowhere else to say so.
  void write_all() noexcept {
    for (std::size_t at = 0; at < lines_.size();) {
      const auto n = ::write(STDERR_FILENO, lines_.data() + at, lines_.size() - at);
      if (n > 0)
        at += static_cast<std::size_t>(n);
      else if (n == 0 || errno != EINTR)
        break;
    }
    lines_.clear();
  }

  spdlog::memory_buf_t lines_;
};

/// In colour for a person.
spdlog::sink_ptr standard_error_sink() {
  if (::isatty(STDERR_FILENO) != 0) return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  return std::make_shared<standard_error>();
}

}  // namespace

std::shared_ptr<spdlog::logger> set_up_logging(const std::string& level, const std::string& format) {
  const auto sink = standard_error_sink();
  if (format == "json")
    sink->set_formatter(std::make_unique<json_formatter>());
  else
    sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %n: %v");
  for (const auto name : part_names) {
    auto log = std::make_shared<spdlog::logger>(std::string(name), sink);
    log->set_level(spdlog::level::from_str(level));
    // Lines about requests wait for the next tick of their lane.
    log->flush_on(name == part_name(part::http) ? spdlog::level::warn : spdlog::level::info);
    spdlog::register_logger(std::move(log));
  }
  auto own = log_of(part::node);
  spdlog::set_default_logger(own);
  return own;
}

}  // namespace holdfast::node
