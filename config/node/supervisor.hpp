#pragma once
// Tells systemd (or whoever set NOTIFY_SOCKET) how the node is doing. Nothing happens where nobody listens.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::node {

/// "READY=1", "STOPPING=1", "STATUS=…", "WATCHDOG=1" (sd_notify(3)).
void notify_supervisor(std::string_view state);

/// Where the supervisor wants to hear WATCHDOG=1 from this process: how long it waits for the next one (sd_watchdog_enabled(3)).
std::optional<std::chrono::milliseconds> watchdog_patience();

/// What the main loop tells while the node serves: a status that has changed, and that it is alive, as long as it is.
class supervision {
public:
  explicit supervision(std::string status) : status_(std::move(status)), patience_(watchdog_patience()) {}

  bool watched() const noexcept { return patience_.has_value(); }
  /// Now and then, several times within the supervisor's patience. `silent_for`: since the node's last sign of life. When that is longer
  /// than half of the patience, the supervisor is left to find out.
  void turn(const std::string& status, std::chrono::milliseconds silent_for);

private:
  std::string status_;
  std::optional<std::chrono::milliseconds> patience_;
  std::chrono::steady_clock::time_point fed_at_;
};

}  // namespace holdfast::node
