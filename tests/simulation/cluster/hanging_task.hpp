#pragma once
// A function that may stop half-way and be taken up again later, as a call does that waits for a server which does not answer. It has a
// thread of its own, but only one of the two ever runs, so the order of everything stays what the seed says.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace holdfast::simulation {

class hanging_task {
public:
  /// Runs nothing yet.
  explicit hanging_task(std::function<void(hanging_task&)> body)
      : thread_([this, body = std::move(body)] {
          wait_for(turn::task);
          body(*this);
          done_ = true;
          pass_to(turn::world);
        }) {}
  /// It must be done.
  ~hanging_task() { thread_.join(); }
  hanging_task(const hanging_task&) = delete;
  hanging_task& operator=(const hanging_task&) = delete;

  /// Until it hangs or is done; true: it is done.
  bool go_on() {
    pass_to(turn::task);
    wait_for(turn::world);
    return done_;
  }
  /// From inside: the world goes on, and some time later so does this.
  void hang() {
    pass_to(turn::world);
    wait_for(turn::task);
  }

private:
  enum class turn { world, task };

  void pass_to(turn next) {
    const std::lock_guard lock(mutex_);
    turn_ = next;
    changed_.notify_all();
  }
  void wait_for(turn mine) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == mine; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  turn turn_ = turn::world;
  bool done_ = false;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace holdfast::simulation
