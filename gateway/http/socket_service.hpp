#pragma once
// A WebSocket as the parts above see it: whole text messages in and out, free of Beast. The server does the handshake, framing, ping and
// pong, limits and closing.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/http/exchange.hpp"
#include "gateway/http/lane.hpp"

namespace holdfast::gateway {

enum class socket_close : std::uint16_t {
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  policy_violation = 1008,
  internal_error = 1011,
  try_again_later = 1013,
};

/// What a session may do with its socket; only on its lane, only between on_open and on_closed.
class socket_link {
public:
  virtual ~socket_link() = default;
  /// One message at a time: on_sent follows before the next may be sent. The bytes are not copied.
  virtual void send(std::shared_ptr<const std::string> text) = 0;
  /// After on_text answered false: ready for the next message.
  virtual void resume_reading() = 0;
  /// With a close frame; on_closed follows.
  virtual void close(socket_close why) = 0;
  /// Without any courtesy, for a peer that does not read; on_closed follows.
  virtual void abort() = 0;
};

class socket_session {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~socket_session() = default;
  virtual void on_open(socket_link&) = 0;
  /// False: send no more messages before resume_reading().
  virtual bool on_text(std::string_view message) = 0;
  virtual void on_sent() = 0;
  /// Every 100 ms or so.
  virtual void on_tick(time_point now) = 0;
  /// Last call. The link must not be used any more.
  virtual void on_closed() = 0;
};

class socket_service {
public:
  virtual ~socket_service() = default;
  /// Takes the socket or says why not. Called on the lane that the socket will live on.
  virtual std::variant<std::shared_ptr<socket_session>, response> open(const request&, const std::shared_ptr<lane>&) = 0;
};

}  // namespace holdfast::gateway
