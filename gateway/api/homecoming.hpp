#pragma once
// Where a request goes on when an answer has arrived: on the thread of its connection. An entity's actor answers hundreds of guests after
// each commit; it must not write their JSON too while the next ones wait for its decisions.
#include <coroutine>
#include <functional>
#include <memory>
#include <utility>

#include "gateway/http/lane.hpp"

namespace holdfast::gateway::api {

/// Runs exactly once: when told, or at the latest when it is dropped.
class errand {
public:
  explicit errand(std::function<void()> what) : what_(std::move(what)) {}
  errand(const errand&) = delete;
  errand& operator=(const errand&) = delete;
  ~errand() { run(); }
  void run() {
    if (const auto what = std::exchange(what_, nullptr)) what();
  }

private:
  std::function<void()> what_;
};

/// On the lane; here, at once, where there is none or it has stopped.
inline void run_at(const std::shared_ptr<lane>& home, std::function<void()> what) {
  if (!home) return what();
  home->post([todo = std::make_shared<errand>(std::move(what))] { todo->run(); });
}

/// Takes its own share of the lane: once the coroutine goes on, whoever asked may be gone.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
inline void resume_at(std::shared_ptr<lane> home, std::coroutine_handle<> waiting) {
  run_at(home, [waiting] { waiting.resume(); });
}

}  // namespace holdfast::gateway::api
