#include "config/node/supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace holdfast::node {
namespace {

/// 0 where the variable is not there or no number.
std::int64_t number_of(const char* variable) {
  const char* text = std::getenv(variable);
  std::int64_t out = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), out);
  return out;
}

}  // namespace

void notify_supervisor(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const auto size = std::strlen(path);
  if (size < 2 || size >= sizeof to.sun_path) return;
  std::memcpy(to.sun_path, path, size);
  if (path[0] == '@') to.sun_path[0] = '\0';  // abstract socket
  const int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (file < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  sendto(file, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), length);
  close(file);
}

std::optional<std::chrono::milliseconds> watchdog_patience() {
  const auto us = number_of("WATCHDOG_USEC");
  if (us <= 0 || (std::getenv("WATCHDOG_PID") != nullptr && number_of("WATCHDOG_PID") != getpid())) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(us));
}

void supervision::turn(const std::string& status, std::chrono::milliseconds silent_for) {
  if (status != status_) {
    status_ = status;
    notify_supervisor("STATUS=" + status);
  }
  const auto now = std::chrono::steady_clock::now();
  if (!patience_ || silent_for > *patience_ / 2 || now - fed_at_ < *patience_ / 4) return;
  fed_at_ = now;
  notify_supervisor("WATCHDOG=1");
}

}  // namespace holdfast::node
