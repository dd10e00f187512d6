#pragma once
// The client's side of a WebSocket (RFC 6455), as small as ten thousand watchers in one process need it.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/bench/load/socket.hpp"

namespace holdfast::bench {

class watching_socket {
public:
  enum class state : std::uint8_t { upgrading, open, closed };

  explicit watching_socket(tcp_socket socket) : socket_(std::move(socket)) {}

  void ask_upgrade(std::string_view path, std::string_view tenant);
  void send_text(std::string_view text);

  /// Reads what is there and hands over the beginning of each text message (its first frame). False: the connection ended.
  bool receive(const std::function<void(std::string_view text)>& visit);

  state phase() const noexcept { return state_; }
  int fd() const noexcept { return socket_.fd(); }
  tcp_socket& socket() noexcept { return socket_; }

private:
  bool take_answer();
  bool take_frame(const std::function<void(std::string_view)>& visit);
  void send_frame(std::uint8_t opcode, std::string_view payload);

  tcp_socket socket_;
  state state_ = state::upgrading;
};

}  // namespace holdfast::bench
