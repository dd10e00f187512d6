#pragma once
// A WebSocket over Beast: handshake, framing, limits, ping and pong, closing. Compression is compiled out: it would cost memory per socket
// and a deflate per socket and change, where the same bytes can go to all.
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>
#include <string>
#include <utility>

#include "gateway/http/io_lane.hpp"
#include "gateway/http/stream_rules.hpp"

namespace holdfast::gateway {

void count_websocket(server_core&, int change);  // keeps the gauge's header out of here

template <class Stream>
class websocket_link final : public socket_link, public watched, public std::enable_shared_from_this<websocket_link<Stream>> {
  using error_code = boost::system::error_code;
  using frame_stream = boost::beast::websocket::stream<Stream, false>;

public:
  websocket_link(Stream&& stream, std::shared_ptr<server_core> core, std::shared_ptr<io_lane> on, std::shared_ptr<socket_session> session,
                 admission place)
      : core_(std::move(core)),
        lane_(std::move(on)),
        socket_(std::move(stream)),
        session_(std::move(session)),
        admission_(std::move(place)) {}

  void start(const request& asked) {
    namespace http = boost::beast::http;
    lane_->watch(*this);
    // What lies in the system's buffer can no longer be replaced by something newer.
    stream_rules<Stream>::limit_send_buffer(socket_.next_layer(), core_->settings.websocket_send_buffer_bytes);
    configure(asked.request_id);
    handshake_ = std::make_unique<http::request<http::empty_body>>(http::verb::get, asked.path, 11);
    for (const auto& [name, value] : asked.headers)
      if (name != "sec-websocket-extensions") handshake_->insert(name, value);
    socket_.async_accept(*handshake_, [self = this->shared_from_this()](error_code ec) {
      self->handshake_.reset();
      ec ? self->end() : self->opened();
    });
  }

  void send(std::shared_ptr<const std::string> text) override {
    sending_ = std::move(text);
    socket_.async_write(boost::asio::buffer(*sending_), [self = this->shared_from_this()](error_code ec, std::size_t) {
      self->sending_.reset();
      if (self->ended_) return;
      if (ec) return self->end();
      if (!self->closing_) self->session_->on_sent();
    });
  }

  void resume_reading() override {
    if (!reading_) read();
  }

  void close(socket_close why) override {
    if (ended_ || !start_closing()) return;
    socket_.async_close(static_cast<boost::beast::websocket::close_code>(why),
                        [self = this->shared_from_this()](error_code) { self->end(); });
  }

  void abort() override { end(); }

  void on_tick(time_point now) override {
    if (closing_ && now >= close_deadline_) return end();
    if (open_ && !closing_) session_->on_tick(now);
  }
  void on_stop() override { open_ ? close(socket_close::going_away) : end(); }
  void on_abort() override { end(); }

private:
  static constexpr std::chrono::seconds close_ms_max{2};
  static constexpr std::size_t kept_buffer_bytes_max = 2048;

  void configure(const std::string& request_id) {
    namespace websocket = boost::beast::websocket;
    const auto& s = core_->settings;
    websocket::stream_base::timeout limits{};
    limits.handshake_timeout = std::chrono::milliseconds(s.head_ms_max);
    limits.idle_timeout = std::chrono::milliseconds(s.websocket_idle_ms_max);
    limits.keep_alive_pings = true;
    socket_.set_option(limits);
    socket_.set_option(
        websocket::stream_base::decorator([request_id](websocket::response_type& out) { out.set("Request-Id", request_id); }));
    socket_.read_message_max(s.websocket_message_bytes_max);
    socket_.auto_fragment(false);  // a fragment buffer per socket, and a copy, for nothing
    socket_.text(true);
    // Beast answers a close frame by itself and then waits for the peer to hang up; not for ever.
    socket_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
      if (kind == websocket::frame_type::close) start_closing();
    });
  }

  bool start_closing() {
    if (std::exchange(closing_, true)) return false;
    close_deadline_ = lane_->now() + close_ms_max;
    return true;
  }

  void opened() {
    if (ended_) return;
    open_ = true;
    count_websocket(*core_, +1);
    session_->on_open(*this);
    resume_reading();
  }

  void read() {
    if (ended_ || closing_) return;
    reading_ = true;
    socket_.async_read(buffer_, [self = this->shared_from_this()](error_code ec, std::size_t) {
      self->reading_ = false;
      ec ? self->end() : self->received();
    });
  }

  void received() {
    if (ended_) return;
    if (closing_) return read_until_closed();
    if (!socket_.got_text()) return close(socket_close::unsupported_data);
    const auto bytes = buffer_.cdata();
    const bool more = session_->on_text({static_cast<const char*>(bytes.data()), bytes.size()});
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kept_buffer_bytes_max) buffer_.shrink_to_fit();
    if (more) resume_reading();
  }

  void read_until_closed() { buffer_.consume(buffer_.size()); }  // async_close reads on by itself

  void end() {
    if (std::exchange(ended_, true)) return;
    stream_rules<Stream>::close(socket_.next_layer());
    lane_->unwatch(*this);
    if (std::exchange(open_, false)) {
      count_websocket(*core_, -1);
      session_->on_closed();
    }
    session_.reset();
    admission_.release();
  }

  const std::shared_ptr<server_core> core_;
  const std::shared_ptr<io_lane> lane_;
  frame_stream socket_;
  std::shared_ptr<socket_session> session_;
  admission admission_;
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<const std::string> sending_;
  std::unique_ptr<boost::beast::http::request<boost::beast::http::empty_body>> handshake_;
  bool open_ = false, closing_ = false, ended_ = false, reading_ = false;
  time_point close_deadline_{};
};

}  // namespace holdfast::gateway
