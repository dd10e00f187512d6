#pragma once
// One attempt to reach one node: connect, TLS, check the name in its certificate, greeting, welcome; all of it under one deadline.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

#include "actors/link/connection.hpp"
#include "actors/link/limits.hpp"

namespace holdfast::actors::link {

struct dial_request {
  std::string cluster;
  std::string from;
  std::string to;
  boost::asio::ip::tcp::endpoint where;
};

struct dialled {
  connection_ptr made;  // null when it did not work
  std::string trouble;
};

/// `attempt` is the connection that is being made, so that somebody else can cut it.
boost::asio::awaitable<dialled> dial(connection_ptr attempt, const dial_request& wanted, const limits& bounds);

}  // namespace holdfast::actors::link
