#pragma once
// A WebSocket client of a page's kind, written from RFC 6455 and able to break its rules.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/gateway/raw_client.hpp"

namespace holdfast::gateway::test {

inline constexpr std::string_view ws_key = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view ws_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // the example of RFC 6455 §1.3

/// The handshake; `more` are further header lines.
std::string ws_handshake(std::string_view path, std::string_view more = {});

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct ws_frame {
  opcode op;
  bool final = true;
  std::string payload;

  int close_code() const {
    return payload.size() < 2 ? 0 : static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
  }
};

/// As a client sends it, masked unless told otherwise.
std::string encode_frame(opcode, std::string_view payload, bool final = true, bool masked = true);

class ws_client {
public:
  explicit ws_client(std::uint16_t port, int receive_buffer = 0) : socket(port, receive_buffer) {}

  /// True when the server agreed.
  bool open(std::string_view path, std::string_view more = {});
  void say(std::string_view text) { socket.send(encode_frame(opcode::text, text)); }
  std::optional<ws_frame> receive(std::chrono::milliseconds limit = 5s);
  /// The next text message, pings answered meanwhile; empty for anything else.
  std::optional<std::string> hear(std::chrono::milliseconds limit = 5s);

  raw_client socket;
};

}  // namespace holdfast::gateway::test
