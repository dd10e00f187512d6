#pragma once
// One link as the actors see it: an actor at each end that knows the other one. It gives CAF one end of a socket pair, asks and answers,
// and notices that the other end is gone. No CAF in this header.
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "actors/link/figures.hpp"
#include "actors/link/limits.hpp"
#include "actors/link/peers.hpp"
#include "actors/link/request_table.hpp"

namespace caf {
class actor_system;
}

namespace holdfast::actors::link {

class outbox;

enum class link_side : std::uint8_t { dialled, accepted };

/// What a session is given; lives until the session has ended. The callbacks come on any thread and must not block.
struct session_surroundings {
  caf::actor_system* system;
  const link::limits* limits;
  link::figures* figures;
  request_handler serve;
  bool packs;  // both sides understand them
  std::function<void()> on_up;
  std::function<void()> on_lost;
  /// A request is due before all others: expire() must run then.
  std::function<void(request_table::time_point)> on_sooner;
};

class session : public std::enable_shared_from_this<session> {
public:
  /// CAF owns the socket from now on: it reads and writes frames there and closes it in the end.
  static std::shared_ptr<session> start(session_surroundings, std::string peer, link_side, int socket_for_caf);
  ~session();
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  void ask(std::string envelope, std::chrono::milliseconds patience, answer_handler handler);
  request_table::time_point expire(request_table::time_point now);
  /// Everything outstanding fails, the actor ends. May be called again.
  void close();
  /// No callback comes any more, nothing is served any more.
  bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }
  request_table::usage used() const { return table_.used(); }

private:
  friend struct session_actor;
  session(session_surroundings around, std::string peer);
  void lost();

  session_surroundings around_;
  std::string peer_;
  request_table table_;
  std::shared_ptr<std::atomic<std::size_t>> serving_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::shared_ptr<outbox> outbox_;
  std::atomic<bool> ended_{false};
};

}  // namespace holdfast::actors::link
