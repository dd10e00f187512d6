#pragma once
// A connection's socket: the one place where HTTP meets Asio. A template, so that the same code runs over a plain socket, over TLS and over
// Beast's test stream, which can be told to fail at the n-th operation.
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/http/io_lane.hpp"
#include "gateway/http/websocket_link.hpp"

namespace holdfast::gateway {

template <class Stream>
class stream_link final : public byte_link, public watched, public std::enable_shared_from_this<stream_link<Stream>> {
public:
  stream_link(Stream&& stream, std::shared_ptr<server_core> core, std::shared_ptr<io_lane> on, peer from, admission place)
      : core_(core),
        lane_(on),
        stream_(std::move(stream)),
        connection_(std::move(core), std::move(on), *this, std::move(from), std::move(place)) {}

  /// On the lane. `refusal`: say 503 and go.
  void start(bool refusal) {
    lane_->watch(*this);
    if (lane_->aborted()) return close();
    if constexpr (stream_rules<Stream>::has_handshake) {
      handshake_deadline_ = lane_->now() + std::chrono::milliseconds(core_->settings.tls_handshake_ms_max);
      shaking_hands_ = true;
      stream_rules<Stream>::handshake(stream_, [self = this->shared_from_this(), refusal](boost::system::error_code ec) {
        self->shaking_hands_ = false;
        ec ? self->close() : self->begin(refusal);
      });
    } else {
      begin(refusal);
    }
  }

  void read(std::span<char> into) override {
    reading_ = true;
    stream_.async_read_some(boost::asio::buffer(into.data(), into.size()),
                            [self = this->shared_from_this()](boost::system::error_code ec, std::size_t n) { self->on_read(ec, n); });
  }

  void write(std::string_view head, std::string_view body) override {
    const std::array<boost::asio::const_buffer, 2> parts{boost::asio::buffer(head), boost::asio::buffer(body)};
    boost::asio::async_write(stream_, parts, [self = this->shared_from_this()](boost::system::error_code ec, std::size_t) {
      if (self->closed_) return;
      ec ? self->connection_.on_failed() : self->connection_.on_written();
    });
  }

  void finish() override {
    finishing_ = true;
    stream_rules<Stream>::finish(stream_, [self = this->shared_from_this()](bool peer_may_send) {
      if (self->closed_) return;
      if (!peer_may_send) return self->close();
      if (!self->reading_) self->discard();
    });
  }

  void close() override {
    if (std::exchange(closed_, true)) return;
    if (!moved_) stream_rules<Stream>::close(stream_);
    lane_->unwatch(*this);
    connection_.on_closed();
  }

  bool peer_left() override { return stream_rules<Stream>::peer_left(stream_); }

  void upgrade(const request& asked, std::shared_ptr<socket_session> session, admission place) override {
    moved_ = closed_ = true;
    lane_->unwatch(*this);
    std::make_shared<websocket_link<Stream>>(std::move(stream_), core_, lane_, std::move(session), std::move(place))->start(asked);
  }

  std::shared_ptr<connection> keep() override { return {this->shared_from_this(), &connection_}; }

  void on_tick(time_point now) override {
    if (!shaking_hands_) return connection_.on_tick(now);
    if (now >= handshake_deadline_) close();
  }
  void on_stop() override { shaking_hands_ ? close() : connection_.on_stop(); }
  void on_abort() override { close(); }

private:
  void begin(bool refusal) {
    if (closed_) return;
    refusal ? connection_.start_refusal() : connection_.start();
  }

  void on_read(boost::system::error_code ec, std::size_t n) {
    reading_ = false;
    if (closed_) return;
    if (finishing_) return ec ? close() : discard();
    if (!ec) return connection_.on_read(n);
    stream_rules<Stream>::is_end(ec) ? connection_.on_end() : connection_.on_failed();
  }

  void discard() {
    if (!scratch_) scratch_ = std::make_unique<std::array<char, 1024>>();
    read(*scratch_);
  }

  const std::shared_ptr<server_core> core_;
  const std::shared_ptr<io_lane> lane_;
  Stream stream_;
  connection connection_;
  bool closed_ = false, moved_ = false, reading_ = false, finishing_ = false, shaking_hands_ = false;
  time_point handshake_deadline_{};
  std::unique_ptr<std::array<char, 1024>> scratch_;
};

}  // namespace holdfast::gateway
