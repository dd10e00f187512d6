#pragma once
// One HTTP/1.1 connection as a state machine without a socket. Bytes, time and answers come in; reads, writes and closing go out through
// byte_link. Everything happens on one lane; only the responder given to a handler may be called from elsewhere.
//
//   reading_head ─→ reading_body ─→ handling ─→ writing ─→ reading_head …
//        │   (100-continue: sending_continue)      │
//        │ malformed, too slow                     ├─→ finishing ─→ closed     (Connection: close, refusals)
//        └──────────────── answer ─────────────────┘
//        └─→ upgraded (WebSocket)
//
// Requests on a connection are served one after the other. What a pipelining client sends ahead waits in the read buffer, then in the
// system's: nothing is read while a request is being served, so the limit is the buffer's size.
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/http/body_reader.hpp"
#include "gateway/http/lane.hpp"
#include "gateway/http/server_core.hpp"

namespace holdfast::gateway {

class connection;

/// What a connection may do with its socket. At most one read and one write at a time; buffers stay valid until the call back.
class byte_link {
public:
  virtual ~byte_link() = default;
  virtual void read(std::span<char> into) = 0;                           // → on_read, on_end or on_failed
  virtual void write(std::string_view head, std::string_view body) = 0;  // → on_written or on_failed
  /// Nothing more is sent; what still comes is thrown away until the peer closes or close() is called.
  virtual void finish() = 0;
  virtual void close() = 0;
  /// The peer has ended its half, whatever of it was not read yet.
  virtual bool peer_left() = 0;
  virtual void upgrade(const request&, std::shared_ptr<socket_session>, admission) = 0;
  /// Keeps link and connection alive.
  virtual std::shared_ptr<connection> keep() = 0;
};

/// The lane as a connection sees it.
class connection_lane : public lane {
public:
  using time_point = std::chrono::steady_clock::time_point;
  virtual time_point now() const noexcept = 0;
  /// How long the lane had not looked at its sockets before this moment: nothing when all is well, much after the process was stopped.
  /// What is read now may have lain in the kernel for so long.
  virtual std::chrono::milliseconds stood_still() const noexcept = 0;
  virtual std::string_view http_date() = 0;  // IMF-fixdate of now
  virtual route_metrics& routes() noexcept = 0;
};

struct peer {
  std::string address;
  bool secure = false;
};

class connection {
public:
  using time_point = connection_lane::time_point;

  connection(std::shared_ptr<server_core>, std::shared_ptr<connection_lane>, byte_link&, peer, admission);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void start();
  /// Instead of start(): answers 503 whatever the peer wants and closes.
  void start_refusal();

  void on_read(std::size_t n);
  void on_end();
  void on_written();
  void on_failed();
  void on_tick(time_point now);
  /// The server stops: closes when idle, otherwise after the answer.
  void on_stop();
  /// Answer to the exchange of that number; a late one is dropped.
  void on_answer(std::uint64_t exchange, response);
  /// The link closed the socket for whatever reason.
  void on_closed();

private:
  enum class phase : std::uint8_t { reading_head, sending_continue, reading_body, handling, writing, finishing, closed, upgraded };

  void enter(phase, std::int64_t ms_max);
  void read_more();
  void continue_head();
  void accept_head(std::size_t head_size);
  void begin_exchange(request_head);
  void continue_body();
  bool take_body_bytes(std::int64_t n);
  void give_back_body();
  void skip_head_of_refused(const request_head&);
  void dispatch();
  bool is_stale();
  void open_socket(const server_core::socket_route&);
  void refuse(v1::ErrorCode, std::string_view detail);
  void answer(response, std::string_view route);
  void record(int status);
  void after_answer();
  void close();

  std::string_view buffered() const noexcept { return {buffer_.data() + begin_, end_ - begin_}; }

  const std::shared_ptr<server_core> core_;
  const std::shared_ptr<connection_lane> lane_;
  byte_link& link_;
  const peer peer_;
  admission admission_;

  phase phase_ = phase::reading_head;
  time_point deadline_{};
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0, scanned_ = 0;
  bool reading_ = false;
  bool close_after_ = false;
  bool head_only_ = false;  // HEAD: no body in the answer
  bool keep_alive_1_0_ = false;
  bool wants_websocket_ = false;
  bool expects_continue_ = false;
  std::uint32_t served_ = 0;

  std::uint64_t exchange_ = 0;
  std::shared_ptr<request> request_;
  std::string request_id_;
  std::string raw_path_;
  std::unique_ptr<body_reader> reader_;
  std::int64_t body_bytes_taken_ = 0;
  time_point began_{};
  std::string_view route_;
  response response_;
  std::string head_;
  std::size_t sent_ = 0;
};

}  // namespace holdfast::gateway
