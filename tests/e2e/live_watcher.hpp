#pragma once
// A WebSocket client that watches topics of one tenant, as a browser would.
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace holdfast::e2e {

class live_watcher {
public:
  /// Connects; throws std::runtime_error when that fails.
  live_watcher(const std::string& url, const std::string& tenant);
  ~live_watcher();
  live_watcher(const live_watcher&) = delete;
  live_watcher& operator=(const live_watcher&) = delete;

  void subscribe(const std::string& topic);

  using predicate = std::function<bool(const boost::json::object& message)>;
  /// Reads until a message satisfies it; empty when the time is over.
  std::optional<boost::json::object> wait_for(const predicate&, std::chrono::milliseconds limit = std::chrono::seconds(5));
  std::size_t messages() const noexcept;

private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::e2e
