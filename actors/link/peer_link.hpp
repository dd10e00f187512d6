#pragma once
// The links of one node to all others of its cluster: listens, dials, keeps trying, carries requests.
//
//   auto link = peer_link::start(system, options);          // prepare_for_links() was called on the system's configuration
//   link->set_peers({{"node-2", "10.0.0.2:7101"}, …});      // whoever is a node now; call again when that changes
//   link->ask("node-2", envelope, 2s, handler);
//   link->stop();                                           // every handler has been called; then the actor system may go
//
// Of two nodes the one whose name sorts first dials, so there is one connection between them. CAF's own messages travel on it (BASP); CAF
// itself never sees a network socket.
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/link/credentials.hpp"
#include "actors/link/figures.hpp"
#include "actors/link/limits.hpp"
#include "actors/link/peers.hpp"
#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace caf {
class actor_system;
}

namespace holdfast::actors::link {

enum class link_change : std::uint8_t {
  up,
  down,  // follows up; the peer may be dead, slow or cut off
  gone,  // follows down: its host says that nothing listens there any more; a process that is only stopped, or cut off, never gets here
};

struct link_event {
  link_change change;
  std::string node;
  std::string instance;  // which run of it the link led to
};

struct link_options {
  std::string cluster = "holdfast";   // nodes of another one are refused
  std::string node;                   // this node's name; must stand in its certificate
  std::string instance;               // names this run of the node to its peers; at most 64 bytes, may be empty
  std::string address = "127.0.0.1";  // where to listen: an IP address
  std::uint16_t port = 0;             // 0: any free one
  credential_files files;
  link::limits limits;
  request_handler serve;
  bool packs = true;  // tells peers that LinkPack is understood; version 0.1 did not
  /// On the link's thread, must not block. May be null.
  std::function<void(const link_event&)> changed;
  const wall_clock* clock = &system_clock();
};

struct peer_address {
  std::string node;
  std::string where;  // "10.0.0.2:7101", "[fd00::2]:7101"; IP only, so that no name server stands between a failure and a takeover
};

struct peer_state {
  std::string node;
  std::string where;
  bool up = false;
  std::string instance;  // of the last link
  unix_ms since = 0;     // of `up` being what it is
  std::string trouble;   // why the last attempt failed or the last link ended
  std::size_t requests_outstanding = 0;
  std::size_t bytes_outstanding = 0;
};

class peer_link final : public peers {
public:
  static result<std::unique_ptr<peer_link>> start(caf::actor_system&, link_options);
  ~peer_link() override;
  peer_link(const peer_link&) = delete;
  peer_link& operator=(const peer_link&) = delete;

  std::uint16_t port() const noexcept;
  /// All other nodes of the cluster; this node itself may be among them. A node that is not listed any more is cut off. Thread-safe.
  result<void> set_peers(const std::vector<peer_address>&);
  void ask(const std::string& node, std::string envelope, std::chrono::milliseconds patience, answer_handler handler) override;
  /// Reads the certificate files again: from now on handshakes use them. On a failure the former ones stay. Thread-safe.
  result<void> reload_certificates();

  const link::figures& figures() const noexcept;
  std::vector<peer_state> states() const;

  /// Ends all links and calls every handler. Takes at most a few seconds. Answers that others still owe go nowhere.
  void stop();

private:
  struct impl;
  explicit peer_link(std::unique_ptr<impl>);
  std::unique_ptr<impl> impl_;
};

}  // namespace holdfast::actors::link
