#include "persistence/postgresql/watchdog.hpp"

#include <sys/socket.h>

#include <algorithm>

namespace holdfast::persistence::postgresql {

watchdog::~watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

watchdog::leash watchdog::arm(int socket, std::chrono::milliseconds limit) {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
  const auto deadline = clock::now() + limit;
  calls_.emplace(++last_id_, call{deadline, socket});
  if (deadline < wakes_at_) changed_.notify_all();
  return {*this, last_id_};
}

void watchdog::disarm(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  calls_.erase(id);
}

// Calls mostly end long before their deadline, so the thread sleeps to the deadline it last knew of and looks again.
void watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = clock::now();
    wakes_at_ = clock::time_point::max();
    for (auto& [id, call] : calls_) {
      if (call.deadline <= now) {
        ::shutdown(call.socket, SHUT_RDWR);
        call.deadline = clock::time_point::max();
      }
      wakes_at_ = std::min(wakes_at_, call.deadline);
    }
    if (wakes_at_ == clock::time_point::max())
      changed_.wait(lock);
    else
      changed_.wait_until(lock, wakes_at_);
  }
}

}  // namespace holdfast::persistence::postgresql
