#pragma once
// The threads that carry a membership: one goes from round to round and may hang in the store, the other ticks whatever happens.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "actors/cluster/membership.hpp"

namespace holdfast::actors::cluster {

class driver {
public:
  /// Both functions are called after the membership's own, on its thread; neither may block.
  driver(membership&, std::chrono::milliseconds tick_ms, std::function<void()> after_tick, std::function<void()> after_round);
  ~driver();  // after the round under way
  driver(const driver&) = delete;
  driver& operator=(const driver&) = delete;

  /// From any thread, never blocks: the next round begins at once.
  void prompt();
  /// Waits for `done`, which is looked at after each round and tick. False: the time is over.
  bool wait_for(std::chrono::milliseconds, const std::function<bool()>& done);

private:
  void rounds();
  void ticks();

  membership& member_;
  const std::chrono::milliseconds tick_ms_;
  const std::function<void()> after_tick_;
  const std::function<void()> after_round_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable passed_;
  bool prompted_ = false;
  bool stopping_ = false;
  std::thread rounds_;
  std::thread ticks_;
};

}  // namespace holdfast::actors::cluster
