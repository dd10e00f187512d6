#pragma once
// libpq waits for an answer without a limit of its own: a server that is stopped or cut off would hold the caller for minutes. The
// watchdog shuts the socket of a call that is past its deadline, and the call ends as on any lost connection.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace holdfast::persistence::postgresql {

class watchdog {
public:
  using clock = std::chrono::steady_clock;

  watchdog() = default;
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  /// Disarms when it goes.
  class leash {
  public:
    leash(watchdog& dog, std::uint64_t id) : dog_(&dog), id_(id) {}
    leash(leash&& other) noexcept : dog_(std::exchange(other.dog_, nullptr)), id_(other.id_) {}
    leash& operator=(leash&&) = delete;
    ~leash() {
      if (dog_ != nullptr) dog_->disarm(id_);
    }

  private:
    watchdog* dog_;
    std::uint64_t id_;
  };

  /// `socket` must stay open until the leash is gone; make it a duplicate, so that the number cannot come to mean something else.
  leash arm(int socket, std::chrono::milliseconds limit);

private:
  struct call {
    clock::time_point deadline;
    int socket;
  };

  void disarm(std::uint64_t id);
  void watch();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, call> calls_;
  clock::time_point wakes_at_ = clock::time_point::max();
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // started with the first call
};

}  // namespace holdfast::persistence::postgresql
