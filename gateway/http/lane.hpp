#pragma once
// A lane is one I/O thread with everything that lives on it: its sockets, their sessions, its share of the live subscriptions. What
// belongs to a lane is touched on that lane only, so it needs no locks.
#include <cstddef>
#include <functional>

namespace holdfast::gateway {

class lane {
public:
  virtual ~lane() = default;

  /// Runs the task on the lane, in order of posting. Thread-safe. False once the lane has stopped: the task is dropped unrun.
  virtual bool post(std::function<void()> task) = 0;

  /// 0, 1, … below the number of lanes of the server.
  virtual std::size_t index() const noexcept = 0;
};

}  // namespace holdfast::gateway
