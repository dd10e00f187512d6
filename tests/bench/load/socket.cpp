#include "tests/bench/load/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "tests/bench/load/poller.hpp"

namespace holdfast::bench {
namespace {

constexpr std::size_t kept_bytes_max = 32'768;

sockaddr_in address(std::uint32_t host, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(host);
  out.sin_port = htons(port);
  return out;
}

}  // namespace

tcp_socket::~tcp_socket() { close(); }

void tcp_socket::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

tcp_socket tcp_socket::connect(std::uint16_t port, std::uint32_t source, int receive_buffer_bytes) {
  tcp_socket out;
  out.fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto fail = [](const char* what) { throw load_error(std::string(what) + ": " + std::strerror(errno)); };
  if (out.fd_ < 0) fail("socket");
  const int on = 1;
  setsockopt(out.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(out.fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (receive_buffer_bytes > 0) setsockopt(out.fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  const auto from = address(source, 0);
  if (bind(out.fd_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) fail("bind");
  const auto to = address(INADDR_LOOPBACK, port);
  if (::connect(out.fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
  fcntl(out.fd_, F_SETFL, fcntl(out.fd_, F_GETFL) | O_NONBLOCK);
  return out;
}

bool tcp_socket::send(std::string_view bytes) {
  if (!out_.empty()) {
    out_ += bytes;
    return true;
  }
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  out_ += bytes;
  return true;
}

bool tcp_socket::flush() {
  const auto waiting = std::exchange(out_, {});
  return send(waiting);
}

bool tcp_socket::receive() {
  std::array<char, 16'384> chunk;
  for (;;) {
    const auto n = recv(fd_, chunk.data(), chunk.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return false;
    in_.append(chunk.data(), static_cast<std::size_t>(n));
    if (static_cast<std::size_t>(n) < chunk.size()) return true;
  }
}

void tcp_socket::consume(std::size_t n) {
  taken_ += n;
  if (taken_ == in_.size()) {
    in_.clear();
    taken_ = 0;
    if (in_.capacity() > kept_bytes_max) in_.shrink_to_fit();  // ten thousand sockets that each got a large snapshot
  } else if (taken_ > kept_bytes_max) {
    in_.erase(0, taken_);
    taken_ = 0;
  }
}

}  // namespace holdfast::bench
