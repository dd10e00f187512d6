#pragma once
// One TLS connection between two nodes and, later, the socket pair to CAF beside it. Everything here runs on the link's thread.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/link/credentials.hpp"
#include "actors/link/figures.hpp"
#include "actors/link/frame_filter.hpp"
#include "actors/link/greeting.hpp"

namespace holdfast::actors::link {

class connection : public std::enable_shared_from_this<connection> {
public:
  using tcp = boost::asio::ip::tcp;
  using local_socket = boost::asio::local::stream_protocol::socket;
  using error_code = boost::system::error_code;

  connection(tcp::socket socket, const tls_context& tls, figures& count);

  tcp::socket& socket() { return stream_.next_layer(); }
  /// "10.0.0.7:40112", for logs; fixed once connected.
  void note_remote();
  const std::string& remote() const noexcept { return remote_; }

  /// TLS. Empty: the peer's certificate is from our authority and valid now. Otherwise what went wrong.
  boost::asio::awaitable<std::string> shake_hands(boost::asio::ssl::stream_base::handshake_type side);
  std::vector<std::string> certified_names() { return peer_nodes(stream_.native_handle()); }

  boost::asio::awaitable<bool> write(const std::string& bytes);
  /// The next length-prefixed message; empty when there is none within the bounds.
  boost::asio::awaitable<std::optional<std::string>> read_prefixed();

  /// Ends the connection with "deadline" unless keep() comes before.
  void cut_after(std::chrono::milliseconds);
  void keep() { deadline_.cancel(); }
  /// Ends it now. The first reason stays.
  void cut(std::string reason);
  bool is_cut() const noexcept { return cut_; }
  bool missed_deadline() const noexcept { return missed_deadline_; }
  /// An inbound frame broke a rule.
  bool broke_a_rule() const noexcept { return broke_a_rule_; }
  const std::string& reason() const noexcept { return reason_; }
  /// Which run of the other node this leads to.
  void note_instance(std::string instance) { instance_ = std::move(instance); }
  const std::string& instance() const noexcept { return instance_; }
  void note_packs(bool understands) noexcept { packs_ = understands; }
  bool packs() const noexcept { return packs_; }
  void note_up() noexcept { was_up_ = true; }
  bool was_up() const noexcept { return was_up_; }

  /// Carries frames between the peer and CAF until either side ends, then waits until CAF has closed its end too: only then may a new
  /// connection to the same node be given to it. `space` is read at a time; what the other side does not take is not read.
  /// A peer of which nothing is heard for `silence_max` is cut off, whatever CAF thinks of it.
  boost::asio::awaitable<void> carry(local_socket caf_side, frame_filter filter, std::chrono::milliseconds silence_max);

private:
  boost::asio::awaitable<void> carry_in(frame_filter& filter);
  boost::asio::awaitable<void> carry_out();
  void listen_for_silence(std::chrono::milliseconds silence_max);

  boost::asio::ssl::stream<tcp::socket> stream_;
  local_socket caf_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer outward_ended_;
  figures& figures_;
  std::string remote_;
  std::string reason_;
  std::string instance_;
  bool packs_ = false;
  bool cut_ = false;
  bool missed_deadline_ = false;
  bool broke_a_rule_ = false;
  bool was_up_ = false;
  bool outward_running_ = false;
  bool reading_ = false;  // waiting for the peer, not for CAF
  int silent_spells_ = 0;
};

using connection_ptr = std::shared_ptr<connection>;

}  // namespace holdfast::actors::link
