#include "tests/bench/load/websocket.hpp"

#include "tests/bench/load/poller.hpp"

namespace holdfast::bench {
namespace {

enum opcode : std::uint8_t { continuation = 0, text = 1, close = 8, ping = 9, pong = 10 };

constexpr std::uint64_t payload_max = std::uint64_t{1} << 24U;

}  // namespace

void watching_socket::ask_upgrade(std::string_view path, std::string_view tenant) {
  std::string out = "GET ";
  out.append(path).append(" HTTP/1.1\r\nHost: localhost\r\nHoldfast-Tenant: ").append(tenant);
  // The key proves only that the server read it; a load generator that knows its server need not check the answer's hash.
  out.append(
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: aG9sZGZhc3QtYmVuY2ghIQ==\r\n\r\n");
  if (!socket_.send(out)) throw load_error("the server closed a socket before the upgrade");
}

void watching_socket::send_text(std::string_view payload) { send_frame(text, payload); }

void watching_socket::send_frame(std::uint8_t code, std::string_view payload) {
  if (payload.size() > 0xffff) throw load_error("a client frame that is too long");
  std::string out;
  out += static_cast<char>(0x80U | code);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80U | payload.size());
  } else {
    out += static_cast<char>(0x80U | 126U);
    out += static_cast<char>(payload.size() >> 8U);
    out += static_cast<char>(payload.size() & 0xffU);
  }
  out.append(4, '\0');  // a mask of zeroes: masked as the protocol demands, and the payload stays as it is
  out += payload;
  if (!socket_.send(out)) state_ = state::closed;
}

bool watching_socket::receive(const std::function<void(std::string_view)>& visit) {
  const bool alive = socket_.receive();
  if (state_ == state::upgrading && !take_answer()) return alive;
  while (state_ == state::open && take_frame(visit)) {
  }
  if (!alive) state_ = state::closed;
  return state_ != state::closed;
}

bool watching_socket::take_answer() {
  const auto received = socket_.received();
  const auto end = received.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  if (!received.starts_with("HTTP/1.1 101 ")) throw load_error("no WebSocket: " + std::string(received.substr(0, 400)));
  socket_.consume(end + 4);
  state_ = state::open;
  return true;
}

bool watching_socket::take_frame(const std::function<void(std::string_view)>& visit) {
  const auto in = socket_.received();
  if (in.size() < 2) return false;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(in[i])); };
  const auto code = static_cast<std::uint8_t>(byte(0) & 0x0fU);
  std::uint64_t length = byte(1) & 0x7fU;
  std::size_t head = 2;
  const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (in.size() < head + extended) return false;
  if (extended > 0) {
    length = 0;
    for (std::size_t i = 0; i < extended; ++i) length = (length << 8U) | byte(head + i);
    head += extended;
  }
  if (length > payload_max) throw load_error("a frame that is too long");
  if (in.size() < head + length) return false;
  const auto payload = in.substr(head, length);
  if (code == text) visit(payload);
  if (code == ping) send_frame(pong, payload);
  if (code == close) state_ = state::closed;
  socket_.consume(head + length);
  return true;
}

}  // namespace holdfast::bench
