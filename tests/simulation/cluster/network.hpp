#pragma once
// The links between the nodes of a simulated cluster: what actors/link promises, on virtual time and with all that wires do.
//
// Between two nodes there is one connection at most. What is sent on it arrives in order or not at all; while a direction is cut it waits,
// as TCP does. Each end notices by itself that nothing is heard any more, fails what it asked, and its last word may or may not reach the
// other end. Of two nodes the one whose name sorts first dials; a host whose process has ended refuses, one that lost power does not.
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/link/peer_link.hpp"
#include "actors/link/peers.hpp"
#include "tests/simulation/stage.hpp"

namespace holdfast::simulation {

class network {
public:
  explicit network(random_engine& random) : random_(random) {}

  /// One run of a node, as the network knows it.
  class station;
  struct station_options {
    std::string name;
    std::string instance;
    actors::link::request_handler serve;
    std::function<void(const actors::link::link_event&)> changed;
  };
  std::shared_ptr<station> start(station_options);

  // ---- what happens to nodes
  void set_peers(const std::string& name, std::set<std::string> peers);
  /// As by SIGSTOP: its kernel still takes what arrives.
  void set_paused(const std::string& name, bool paused);
  /// Its process has ended. `refuses`: its host says so to whoever knocks.
  void end(const std::string& name, bool refuses);

  // ---- what happens to wires
  void cut(const std::string& from, const std::string& to);
  void mend(const std::string& from, const std::string& to);
  void mend_all();
  /// One way takes so much longer from now on.
  void slow(const std::string& from, const std::string& to, std::int64_t ms);
  /// The connection is reset: some of what was under way is lost.
  void reset(const std::string& a, const std::string& b);
  /// Of so many messages some are lost alone.
  void drop_some(int messages) { lossy_ = messages; }

  /// Everything that is due at `now`.
  void run(unix_ms now);
  /// When something is due next.
  unix_ms next() const;
  bool quiet() const;

  struct figures {
    std::uint64_t messages = 0, lost = 0, broken = 0, gone = 0;
  };
  const figures& count() const { return figures_; }

private:
  class reply_end;
  enum class kind : std::uint8_t { request, answer, given_up, farewell };
  struct message {
    kind what;
    unix_ms due;
    std::uint64_t connection;
    std::uint64_t id;
    std::string envelope;
    std::chrono::milliseconds patience;
  };
  /// One direction of a wire.
  struct way {
    std::deque<message> under_way;
    bool cut = false;
    std::int64_t extra_ms = 0;
    unix_ms last_due = 0;
  };
  struct asked {
    std::string to;
    std::uint64_t connection;
    unix_ms deadline;
    actors::link::answer_handler handler;  // empty: timed out
  };
  /// What a station believes of its connection to another one.
  struct end_of_line {
    std::uint64_t connection = 0;  // 0: none
    unix_ms heard = 0;
    std::string instance;  // of the last one
    bool may_be_gone = false;
    int looks = 0;
    unix_ms try_at = 0;  // dials or looks again
    std::int64_t pause = 0;
  };
  using station_ptr = std::shared_ptr<station>;

  station_ptr running(const std::string& name) const;
  station_ptr find(const std::string& name) const;
  void ask(station& from, const std::string& to, std::string envelope, std::chrono::milliseconds patience,
           actors::link::answer_handler handler);
  void send(const std::string& from, const std::string& to, message);
  void deliver(const std::string& from, const std::string& to, way&);
  void take(const station_ptr& at, const std::string& from, message);
  void close(const station_ptr& at, const std::string& to, bool say_so);
  void open(const station_ptr& a, const station_ptr& b);
  void expire(const station_ptr&);
  void watch(const station_ptr&, const std::string& peer);
  void dial(const station_ptr&, const std::string& to);
  void look_after(const station_ptr&, const std::string& peer);
  void is_gone(const station_ptr&, const std::string& peer);
  bool passable(const std::string& from, const std::string& to) const;
  std::int64_t delay();
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  random_engine& random_;
  unix_ms now_ = 0;
  std::map<std::string, station_ptr> stations_;  // the last of each name
  std::map<std::pair<std::string, std::string>, way> ways_;
  std::uint64_t connections_ = 0;
  std::uint64_t requests_ = 0;
  unix_ms beat_at_ = 0;
  int lossy_ = 0;
  figures figures_;
};

class network::station final : public actors::link::peers, public std::enable_shared_from_this<station> {
public:
  station(network& in, station_options options) : in_(in), options_(std::move(options)) {}
  void ask(const std::string& node, std::string envelope, std::chrono::milliseconds patience,
           actors::link::answer_handler handler) override {
    in_.ask(*this, node, std::move(envelope), patience, std::move(handler));
  }

private:
  friend class network;
  network& in_;
  station_options options_;
  bool ended_ = false;
  bool refuses_ = false;
  bool paused_ = false;
  std::set<std::string> peers_;
  std::map<std::string, end_of_line> lines_;
  std::map<std::uint64_t, asked> asked_;
};

}  // namespace holdfast::simulation
