// dialling node                                             accepting node
//   session ─ connect ─▶ BASP ◀═ socketpair ═ link ═ TLS ═ link ═ socketpair ═▶ BASP ◀─ publish ─ session
//   session ─ hello ───────────────────────────────────────────────────────────────────────────▶ session
//   both monitor each other: a DOWN is the end of the link
//   session ─ ask(id, µs left, envelope) ──────────────────────────────────────────────────────▶ session ─▶ request_handler
//   session ◀────────────────────────────────────────────────────── answer(id, verdict, envelope) ─ any thread
//
// Asking and answering go from the caller's thread straight to the other node's proxy; the actor only receives.
#include "actors/link/session.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/network/multiplexer.hpp>
#include <caf/send.hpp>
#include <exception>
#include <set>

#include "protocols/base/log.hpp"

namespace holdfast::actors::link {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

using hello_atom = caf::atom_constant<caf::atom("linkhello")>;
using ask_atom = caf::atom_constant<caf::atom("linkask")>;
using answer_atom = caf::atom_constant<caf::atom("linkanswer")>;
using begin_atom = caf::atom_constant<caf::atom("linkbegin")>;  // internal
using late_atom = caf::atom_constant<caf::atom("linklate")>;    // internal: no hello came
using leave_atom = caf::atom_constant<caf::atom("linkleave")>;  // internal

/// How a request ended on the other side; part of what crosses the wire.
enum class verdict : std::uint8_t {
  answered = 0,
  overloaded = 1,  // not taken
  too_late = 2,    // not taken
  given_up = 3,    // taken, and nobody knows
};

/// Every publication takes this number: CAF writes the handshake in the same step, so no two are ever looked up at once.
constexpr std::uint16_t virtual_port = 1;
constexpr milliseconds patience_max = std::chrono::hours{1};

link_error error_of(std::uint8_t verdict_code) {
  switch (static_cast<verdict>(verdict_code)) {
    case verdict::overloaded:
      return link_error::window_full;
    case verdict::too_late:
      return link_error::timed_out;
    default:
      return link_error::peer_lost;
  }
}

void answer_peer(const caf::actor& from, const caf::actor& to, std::uint64_t id, verdict v, std::string envelope = {}) {
  caf::send_as(from, to, answer_atom::value, id, static_cast<std::uint8_t>(v), std::move(envelope));
}

class answer_to_peer final : public reply_path::end {
public:
  answer_to_peer(caf::actor from, caf::actor to, std::uint64_t id, std::size_t bytes_max, std::shared_ptr<std::atomic<std::size_t>> serving)
      : from_(std::move(from)), to_(std::move(to)), id_(id), bytes_max_(bytes_max), serving_(std::move(serving)) {
    serving_->fetch_add(1, std::memory_order_relaxed);
  }
  ~answer_to_peer() override {
    if (!sent_.exchange(true)) answer_peer(from_, to_, id_, verdict::given_up);
    serving_->fetch_sub(1, std::memory_order_relaxed);
  }
  void send(std::string envelope) override {
    if (sent_.exchange(true)) return;
    if (envelope.size() <= bytes_max_) return answer_peer(from_, to_, id_, verdict::answered, std::move(envelope));
    log_of(part::link)->error("an answer of {} bytes is too large for the link", envelope.size());
    answer_peer(from_, to_, id_, verdict::given_up);
  }

private:
  caf::actor from_, to_;
  std::uint64_t id_;
  std::size_t bytes_max_;
  std::shared_ptr<std::atomic<std::size_t>> serving_;
  std::atomic<bool> sent_{false};
};

caf::actor basp_of(caf::actor_system& system) { return system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP")); }

}  // namespace

struct session::handles {
  caf::actor own;
  caf::actor remote;  // set before the table opens, then only read
};

/// The receiving half of a session; a friend of it because both are one thing.
struct session_actor {
  std::shared_ptr<session> of;

  void up(caf::event_based_actor* self, caf::actor remote) const {
    self->monitor(remote);
    of->handles_->remote = std::move(remote);
    of->table_.open();
    of->around_.on_up();
  }

  void serve(caf::event_based_actor* self, std::uint64_t id, std::int64_t left_us, std::string envelope) const {
    auto& around = of->around_;
    const caf::actor own(self);
    const auto& remote = of->handles_->remote;
    if (of->serving_->load(std::memory_order_relaxed) >= around.limits->window_requests_max)
      return answer_peer(own, remote, id, verdict::overloaded);
    if (left_us <= 0) return answer_peer(own, remote, id, verdict::too_late);
    around.figures->requests_served.fetch_add(1, std::memory_order_relaxed);
    reply_path reply(std::make_shared<answer_to_peer>(own, remote, id, around.limits->envelope_bytes_max, of->serving_));
    const auto left = std::chrono::ceil<milliseconds>(microseconds(left_us));
    try {
      around.serve({of->peer_, std::move(envelope), std::min(left, patience_max), std::move(reply)});
    } catch (const std::exception& error) {
      log_of(part::link)->error("a request of {} could not be served: {}", of->peer_, error.what());
    }
  }

  void dial(caf::event_based_actor* self, int socket) const {
    auto scribe = self->system().middleman().backend().new_scribe(socket);
    self->request(basp_of(self->system()), of->around_.limits->connect_ms_max, caf::connect_atom::value, std::move(scribe), virtual_port)
        .then(
            [self, *this](caf::node_id&, caf::strong_actor_ptr& remote, std::set<std::string>&) {
              if (!remote) return self->quit();
              const auto handle = caf::actor_cast<caf::actor>(remote);
              self->send(handle, hello_atom::value);
              up(self, handle);
            },
            [self](caf::error&) { self->quit(); });
  }

  void publish(caf::event_based_actor* self, int socket) const {
    auto scribe = self->system().middleman().backend().new_scribe(socket);
    caf::anon_send(basp_of(self->system()), caf::publish_atom::value, std::move(scribe), virtual_port,
                   caf::actor_cast<caf::strong_actor_ptr>(self), std::set<std::string>{});
    self->delayed_send(self, of->around_.limits->handshake_ms_max, late_atom::value);
  }

  caf::behavior make(caf::event_based_actor* self, link_side side) const {
    self->set_default_handler(caf::drop);
    self->set_down_handler([self](caf::down_msg&) { self->quit(); });
    self->attach_functor([s = of] { s->lost(); });
    return {
        [self, side, *this](begin_atom, int socket) { side == link_side::dialled ? dial(self, socket) : publish(self, socket); },
        [self, side, *this](hello_atom) {
          const auto sender = caf::actor_cast<caf::actor>(self->current_sender());
          if (side == link_side::accepted && sender && !of->handles_->remote) up(self, sender);
        },
        [self, *this](ask_atom, std::uint64_t id, std::int64_t left_us, std::string& envelope) {
          if (of->handles_->remote) serve(self, id, left_us, std::move(envelope));
        },
        [*this](answer_atom, std::uint64_t id, std::uint8_t code, std::string& envelope) {
          if (static_cast<verdict>(code) == verdict::answered)
            of->table_.answered(id, std::move(envelope));
          else
            of->table_.answered(id, error_of(code));
        },
        [self, *this](late_atom) {
          if (!of->handles_->remote) self->quit();
        },
        [self](leave_atom) { self->quit(); },
    };
  }
};

session::session(session_surroundings around, std::string peer)
    : around_(std::move(around)),
      peer_(std::move(peer)),
      table_({around_.limits->window_requests_max, around_.limits->window_bytes_max}),
      handles_(std::make_unique<handles>()) {}

session::~session() = default;

std::shared_ptr<session> session::start(session_surroundings around, std::string peer, link_side side, int socket_for_caf) {
  auto& system = *around.system;
  std::shared_ptr<session> made(new session(std::move(around), std::move(peer)));
  made->handles_->own = system.spawn(
      [](caf::event_based_actor* self, const session_actor& half, link_side s) { return half.make(self, s); }, session_actor{made}, side);
  caf::anon_send(made->handles_->own, begin_atom::value, socket_for_caf);  // only now, so that the actor finds its own handle
  return made;
}

void session::ask(std::string envelope, milliseconds patience, answer_handler handler) {
  auto& count = *around_.figures;
  if (envelope.size() > around_.limits->envelope_bytes_max) return handler(link_error::too_large);
  if (patience <= milliseconds::zero()) return handler(link_error::timed_out);
  patience = std::min(patience, patience_max);
  const auto deadline = steady_clock::now() + patience;
  const auto got = table_.add(handler, envelope.size(), deadline);
  if (const auto* error = std::get_if<link_error>(&got)) {
    if (*error == link_error::window_full) count.requests_window_full.fetch_add(1, std::memory_order_relaxed);
    return handler(*error);
  }
  count.requests.fetch_add(1, std::memory_order_relaxed);
  const auto [id, sooner] = std::get<request_table::admitted>(got);
  const std::int64_t left_us = microseconds(patience).count();
  caf::send_as(handles_->own, handles_->remote, ask_atom::value, id, left_us, std::move(envelope));
  if (sooner) around_.on_sooner(deadline);
}

request_table::time_point session::expire(request_table::time_point now) {
  const auto [next, failed] = table_.expire(now);
  around_.figures->requests_timed_out.fetch_add(failed, std::memory_order_relaxed);
  return next;
}

/// The actor's last step.
void session::lost() {
  around_.figures->requests_peer_lost.fetch_add(table_.close(link_error::peer_lost), std::memory_order_relaxed);
  around_.on_lost();
  ended_.store(true, std::memory_order_release);
}

void session::close() {
  around_.figures->requests_peer_lost.fetch_add(table_.close(link_error::peer_lost), std::memory_order_relaxed);
  caf::anon_send(handles_->own, leave_atom::value);
}

}  // namespace holdfast::actors::link
