#pragma once
// What goes to one peer. CAF's multiplexer works on every message by itself, so what gathers while it is busy goes as one (LinkPack); what
// comes alone goes at once and by itself, as it does to a peer that does not understand packs.
#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/atom.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace holdfast::actors::link {

using ask_atom = caf::atom_constant<caf::atom("linkask")>;
using answer_atom = caf::atom_constant<caf::atom("linkanswer")>;
using pack_atom = caf::atom_constant<caf::atom("linkpack")>;

/// How a request ended on the other side; part of what crosses the wire.
enum class verdict : std::uint8_t {
  answered = 0,
  overloaded = 1,  // not taken
  too_late = 2,    // not taken
  given_up = 3,    // taken, and nobody knows
};

struct outgoing_ask {
  std::uint64_t id;
  std::chrono::steady_clock::time_point deadline;
  std::string envelope;
};
struct outgoing_answer {
  std::uint64_t id;
  verdict how;
  std::string envelope;
};

/// Thread-safe. What waits in it is bounded by the credit windows of both sides.
class outbox : public std::enable_shared_from_this<outbox> {
public:
  outbox(caf::actor_system& system, caf::actor own, bool packs) : system_(system), own_(std::move(own)), packs_(packs) {}

  /// Once, before anything is sent.
  void open(caf::actor remote) { remote_ = std::move(remote); }
  bool is_open() const { return static_cast<bool>(remote_); }
  const caf::actor& own() const noexcept { return own_; }

  void send(outgoing_ask ask) { add(std::move(ask)); }
  void send(outgoing_answer answer) { add(std::move(answer)); }

private:
  using item = std::variant<outgoing_ask, outgoing_answer>;
  void add(item);
  void send_gathered();
  void send_alone(item) const;

  caf::actor_system& system_;
  const caf::actor own_;
  const bool packs_;
  caf::actor remote_;
  std::mutex mutex_;
  std::vector<item> gathered_;  // with anything in it, send_gathered() is on its way
};

}  // namespace holdfast::actors::link
