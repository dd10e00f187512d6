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
  std::string instance;  // of `from`
  std::string to;
  boost::asio::ip::tcp::endpoint where;
  bool packs;  // `from` understands them
};

struct dialled {
  connection_ptr made;  // null when it did not work
  std::string trouble;
  bool nobody_listens = false;  // the host answered, and has no such port
};

/// `attempt` is the connection that is being made, so that somebody else can cut it.
boost::asio::awaitable<dialled> dial(connection_ptr attempt, const dial_request& wanted, const limits& bounds);

/// Whether a host answers at the address and says that nobody listens there. Somebody else may close the `probe`.
boost::asio::awaitable<bool> nobody_listens_at(boost::asio::ip::tcp::endpoint where, std::shared_ptr<boost::asio::ip::tcp::socket> probe,
                                               std::chrono::milliseconds patience);

}  // namespace holdfast::actors::link
