#pragma once
// Puts an accepted socket to work on its lane. One source file per kind of stream: each takes the compiler a while.
#include <boost/asio/ssl/context.hpp>

#include "gateway/http/io_lane.hpp"
#include "gateway/http/stream_rules.hpp"

namespace holdfast::gateway {

struct accepted {
  tcp_socket socket;
  std::shared_ptr<server_core> core;
  std::shared_ptr<io_lane> on;
  std::string address;
  admission place;
  bool refusal = false;  // over the limit: say 503 and go
};

/// On the lane.
void start_plain(accepted);
void start_tls(accepted, boost::asio::ssl::context&);

}  // namespace holdfast::gateway
