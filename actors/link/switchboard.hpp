#pragma once
// Which peers there are, and the one link to each of them. Dials those this node has to dial, takes over those who were accepted, replaces
// an old link by a newer one. The coroutines run on the link's thread; what is said to be thread-safe is.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "actors/link/connection.hpp"
#include "actors/link/peer_link.hpp"
#include "actors/link/refusal_log.hpp"
#include "actors/link/session.hpp"

namespace holdfast::actors::link {

class switchboard {
public:
  switchboard(boost::asio::io_context& io, caf::actor_system& system, const link_options& options, link::credentials& credentials,
              link::figures& count, refusal_log& refusals);

  struct address {
    std::string node;
    std::string text;
    boost::asio::ip::tcp::endpoint where;
  };
  void set_peers(std::vector<address> all);
  bool expects(const std::string& node) const;
  void take_over(connection_ptr accepted, const std::string& node);
  void stop();
  /// Coroutines that have not ended.
  std::size_t running() const noexcept { return running_; }

  /// Thread-safe.
  std::shared_ptr<session> find(const std::string& node) const;
  std::vector<peer_state> states() const;

private:
  struct peer {
    std::string node;
    address at;
    bool wanted = false;
    bool dialling = false;
    bool may_be_gone = false;                             // its link ended, and nobody knows why
    std::string instance;                                 // of the last link that was up
    std::uint64_t newest = 0;                             // of all connections that wanted to be its link
    connection_ptr link;                                  // the one that is
    connection_ptr attempt;                               // being dialled
    std::shared_ptr<boost::asio::ip::tcp::socket> probe;  // looks whether anybody listens there
    boost::asio::steady_timer pause;
    explicit peer(boost::asio::io_context& io) : pause(io) {}
  };
  using peer_ptr = std::shared_ptr<peer>;

  /// What other threads see of a peer.
  struct view {
    std::string where;
    bool up = false;
    std::string instance;
    unix_ms since = 0;
    std::string trouble;
    std::shared_ptr<link::session> session;
  };

  void let_go(const peer_ptr& whom, const std::string& why);
  void spawn(boost::asio::awaitable<void> task);
  boost::asio::awaitable<void> keep_dialled(peer_ptr to);
  boost::asio::awaitable<bool> be_link(connection_ptr connected, peer_ptr to, link_side side);
  boost::asio::awaitable<void> take_over_task(connection_ptr accepted, peer_ptr from);
  boost::asio::awaitable<bool> replace_former(connection_ptr connected, peer_ptr to);
  boost::asio::awaitable<void> until_ended(std::shared_ptr<session> actors);
  session_surroundings surround(const connection_ptr& connected, const peer_ptr& to);
  void trouble_with(const peer_ptr& with, const std::string& why);
  boost::asio::awaitable<void> look_after(peer_ptr lost);
  void is_gone(const peer_ptr& whom);
  void tell(link_change change, const peer_ptr& about);
  void went_up(const peer_ptr& with, const connection_ptr& connected);
  bool went_down(const peer_ptr& with, const connection_ptr& connected);

  boost::asio::io_context& io_;
  caf::actor_system& system_;
  const link_options& options_;
  link::credentials& credentials_;
  link::figures& figures_;
  refusal_log& refusals_;
  std::map<std::string, peer_ptr> peers_;  // all there ever were: a link that ends must be found by the one that follows
  std::size_t running_ = 0;
  bool stopping_ = false;

  mutable std::mutex mutex_;
  std::map<std::string, view> views_;
};

}  // namespace holdfast::actors::link
