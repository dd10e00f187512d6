#pragma once
// The reachable port of a node. Whoever connects has so long to show a certificate of the cluster and the name of a node that is expected;
// of those who have not yet, only so many are kept, and the oldest goes first: a real node needs milliseconds.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <list>
#include <string>

#include "actors/link/connection.hpp"
#include "actors/link/limits.hpp"
#include "actors/link/refusal_log.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::actors::link {

struct listener_surroundings {
  std::string cluster;
  std::string node;
  const link::limits& limits;
  link::figures& figures;
  link::credentials& credentials;
  refusal_log& refusals;
  /// Whether it is a node of the cluster, as far as this one has heard.
  std::function<bool(const std::string& node)> expected;
  /// Takes over a peer that is known; its deadline still runs and no welcome was sent.
  std::function<void(connection_ptr, const std::string& node)> taken;
};

/// Lives on the link's thread, as long as its io_context.
class listener {
public:
  listener(boost::asio::io_context& io, listener_surroundings around);

  /// An IP address; port 0 takes any free one.
  result<std::uint16_t> open(const std::string& address, std::uint16_t port);
  void close();

private:
  using tcp = boost::asio::ip::tcp;
  boost::asio::awaitable<void> accept_all();
  boost::asio::awaitable<void> receive(connection_ptr peer);
  boost::asio::awaitable<void> refuse(connection_ptr peer, refusal kind, std::string why);
  boost::asio::awaitable<void> get_to_know(connection_ptr peer);
  boost::asio::awaitable<bool> is_expected(connection_ptr peer, std::string node);

  boost::asio::io_context& io_;
  listener_surroundings around_;
  tcp::acceptor acceptor_;
  std::list<connection_ptr> half_open_;
};

}  // namespace holdfast::actors::link
