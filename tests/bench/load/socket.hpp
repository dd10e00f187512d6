#pragma once
// A non-blocking TCP connection on the loopback with what is still to be written and what has been read.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::bench {

class tcp_socket {
public:
  tcp_socket() = default;
  tcp_socket(tcp_socket&& other) noexcept { *this = std::move(other); }
  tcp_socket& operator=(tcp_socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(out_, other.out_);
    std::swap(in_, other.in_);
    std::swap(taken_, other.taken_);
    return *this;
  }
  ~tcp_socket();

  /// Blocks until it is connected (loopback: at once), then never blocks again. `source`: 127.x.y.z to come from, host order; guests have
  /// addresses of their own, and the server limits connections per address. Throws load_error.
  static tcp_socket connect(std::uint16_t port, std::uint32_t source = 0x7f000001, int receive_buffer_bytes = 0);

  /// A connected, non-blocking descriptor.
  static tcp_socket adopt(int fd) {
    tcp_socket out;
    out.fd_ = fd;
    return out;
  }

  int fd() const noexcept { return fd_; }
  bool open() const noexcept { return fd_ >= 0; }
  void close() noexcept;

  /// Sends at once what the kernel takes; the rest waits for flush().
  bool send(std::string_view bytes);
  bool flush();
  bool wants_to_write() const noexcept { return !out_.empty(); }

  /// Reads what is there. False: the peer closed or the connection broke.
  bool receive();
  std::string_view received() const noexcept { return std::string_view(in_).substr(taken_); }
  void consume(std::size_t n);

private:
  int fd_ = -1;
  std::string out_;
  std::string in_;
  std::size_t taken_ = 0;
};

}  // namespace holdfast::bench
