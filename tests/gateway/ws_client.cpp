#include "tests/gateway/ws_client.hpp"

namespace holdfast::gateway::test {

std::string ws_handshake(std::string_view path, std::string_view more) {
  return std::string("GET ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
      .append("Sec-WebSocket-Key: ")
      .append(ws_key)
      .append("\r\n")
      .append(more)
      .append("\r\n");
}

std::string encode_frame(opcode op, std::string_view payload, bool final, bool masked) {
  std::string out(1, static_cast<char>((final ? 0x80 : 0) | static_cast<int>(op)));
  const auto mask_bit = masked ? 0x80U : 0U;
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(mask_bit | payload.size()));
  } else if (payload.size() < 65'536) {
    out.push_back(static_cast<char>(mask_bit | 126U));
    out.push_back(static_cast<char>(payload.size() >> 8U));
    out.push_back(static_cast<char>(payload.size() & 0xffU));
  } else {
    out.push_back(static_cast<char>(mask_bit | 127U));
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((payload.size() >> shift) & 0xffU));
  }
  if (!masked) return out.append(payload);
  constexpr std::string_view mask = "\x12\x34\x56\x78";
  out.append(mask);
  for (std::size_t i = 0; i < payload.size(); ++i) out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return out;
}

bool ws_client::open(std::string_view path, std::string_view more) {
  socket.send(ws_handshake(path, more));
  const auto got = socket.receive();
  return got && got->status == 101 && got->header("sec-websocket-accept") == ws_accept;
}

std::optional<ws_frame> ws_client::receive(std::chrono::milliseconds limit) {
  const auto head = socket.receive_bytes(2, limit);
  if (!head) return std::nullopt;
  const auto first = static_cast<unsigned char>((*head)[0]);
  auto length = static_cast<std::uint64_t>(static_cast<unsigned char>((*head)[1]) & 0x7fU);
  if (length > 125) {
    const auto more = socket.receive_bytes(length == 126 ? 2 : 8, limit);
    if (!more) return std::nullopt;
    length = 0;
    for (const char c : *more) length = length * 256 + static_cast<unsigned char>(c);
  }
  auto payload = socket.receive_bytes(length, limit);
  if (!payload) return std::nullopt;
  return ws_frame{static_cast<opcode>(first & 0x0fU), (first & 0x80U) != 0, *std::move(payload)};
}

std::optional<std::string> ws_client::hear(std::chrono::milliseconds limit) {
  while (auto got = receive(limit)) {
    if (got->op == opcode::text) return std::move(got->payload);
    if (got->op != opcode::ping) return std::nullopt;
    socket.send(encode_frame(opcode::pong, got->payload));
  }
  return std::nullopt;
}

}  // namespace holdfast::gateway::test
