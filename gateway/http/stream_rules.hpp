#pragma once
// What differs between the streams a connection may run over: the handshake and the way to end. Specialised next to each stream.
#include <poll.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace holdfast::gateway {

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

template <class Stream>
struct stream_rules;

template <>
struct stream_rules<tcp_socket> {
  static constexpr bool has_handshake = false;

  static void close(tcp_socket& s) {
    boost::system::error_code ignored;
    s.close(ignored);
  }
  static void limit_send_buffer(tcp_socket& s, int bytes) {
    boost::system::error_code ignored;
    s.set_option(boost::asio::socket_base::send_buffer_size(bytes), ignored);
  }
  static bool peer_left(tcp_socket& s) {
    pollfd asked{s.native_handle(), POLLRDHUP, 0};
    return ::poll(&asked, 1, 0) > 0;
  }
  static bool is_end(boost::system::error_code ec) { return ec == boost::asio::error::eof; }

  /// Our half is closed; unread bytes of the peer would turn into a reset that can overtake the answer, so they are read first.
  template <class Done>
  static void finish(tcp_socket& s, Done done) {
    boost::system::error_code ec;
    s.shutdown(tcp_socket::shutdown_send, ec);
    done(!ec);
  }
};

}  // namespace holdfast::gateway
