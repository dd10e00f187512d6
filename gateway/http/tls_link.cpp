#include <boost/asio/ssl/error.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "gateway/http/links.hpp"

namespace holdfast::gateway {

using tls_stream = boost::beast::ssl_stream<tcp_socket>;

template <>
struct stream_rules<tls_stream> {
  static constexpr bool has_handshake = true;

  static void close(tls_stream& s) { stream_rules<tcp_socket>::close(s.next_layer()); }
  static bool peer_left(tls_stream& s) { return stream_rules<tcp_socket>::peer_left(s.next_layer()); }
  static void limit_send_buffer(tls_stream& s, int bytes) { stream_rules<tcp_socket>::limit_send_buffer(s.next_layer(), bytes); }
  /// Many clients cut the connection without a close_notify; HTTP's own framing already tells a cut message from a whole one.
  static bool is_end(boost::system::error_code ec) {
    return ec == boost::asio::error::eof || ec == boost::asio::ssl::error::stream_truncated;
  }

  template <class Done>
  static void handshake(tls_stream& s, Done done) {
    s.async_handshake(boost::asio::ssl::stream_base::server, std::move(done));
  }

  template <class Done>
  static void finish(tls_stream& s, Done done) {
    s.async_shutdown([done = std::move(done)](boost::system::error_code) mutable { done(false); });
  }
};

}  // namespace holdfast::gateway

#include "gateway/http/stream_link.hpp"

namespace holdfast::gateway {

void start_tls(accepted a, boost::asio::ssl::context& context) {
  std::make_shared<stream_link<tls_stream>>(tls_stream(std::move(a.socket), context), std::move(a.core), std::move(a.on),
                                            peer{std::move(a.address), true}, std::move(a.place))
      ->start(a.refusal);
}

}  // namespace holdfast::gateway
