#pragma once
// One thread, many sockets: epoll, and a timer fine enough for a schedule of thousands per second.
#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include <sys/epoll.h>

namespace holdfast::bench {

using steady = std::chrono::steady_clock;

inline std::int64_t micros(steady::duration d) { return std::chrono::duration_cast<std::chrono::microseconds>(d).count(); }

/// What stops the load generator: its message goes to the driver.
class load_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

class poller {
public:
  poller();
  ~poller();
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  void add(int fd, std::uint32_t events, std::uint64_t tag);
  void change(int fd, std::uint32_t events, std::uint64_t tag);
  void remove(int fd) noexcept;

  /// Waits until something is ready or `until` has come. The span lives until the next call.
  std::span<const epoll_event> wait(steady::time_point until);

private:
  static constexpr std::uint64_t timer_tag = ~std::uint64_t{0};
  int epoll_ = -1;
  int timer_ = -1;
  std::vector<epoll_event> ready_;
};

}  // namespace holdfast::bench
