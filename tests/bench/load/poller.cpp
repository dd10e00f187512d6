#include "tests/bench/load/poller.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace holdfast::bench {
namespace {

constexpr std::size_t ready_max = 1'024;

[[noreturn]] void give_up(const char* what) { throw load_error(std::string(what) + ": " + std::strerror(errno)); }

}  // namespace

poller::poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)), ready_(ready_max) {
  if (epoll_ < 0 || timer_ < 0) give_up("epoll");
  add(timer_, EPOLLIN, timer_tag);
}

poller::~poller() {
  close(timer_);
  close(epoll_);
}

void poller::add(int fd, std::uint32_t events, std::uint64_t tag) {
  epoll_event e{};
  e.events = events;
  e.data.u64 = tag;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e) != 0) give_up("epoll_ctl");
}

void poller::change(int fd, std::uint32_t events, std::uint64_t tag) {
  epoll_event e{};
  e.events = events;
  e.data.u64 = tag;
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &e) != 0) give_up("epoll_ctl");
}

void poller::remove(int fd) noexcept { epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr); }

std::span<const epoll_event> poller::wait(steady::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - steady::now()).count();
  if (left > 0) {
    itimerspec spec{};
    spec.it_value.tv_sec = left / 1'000'000'000;
    spec.it_value.tv_nsec = left % 1'000'000'000;
    timerfd_settime(timer_, 0, &spec, nullptr);
  }
  const int n = epoll_wait(epoll_, ready_.data(), static_cast<int>(ready_.size()), left > 0 ? -1 : 0);
  if (n < 0 && errno != EINTR) give_up("epoll_wait");
  auto end = ready_.begin() + std::max(n, 0);
  end = std::remove_if(ready_.begin(), end, [&](const epoll_event& e) {
    if (e.data.u64 != timer_tag) return false;
    std::uint64_t expirations = 0;
    [[maybe_unused]] const auto ignored = read(timer_, &expirations, sizeof expirations);
    return true;
  });
  return {ready_.data(), static_cast<std::size_t>(end - ready_.begin())};
}

}  // namespace holdfast::bench
