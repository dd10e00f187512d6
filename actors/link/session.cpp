// dialling node                                             accepting node
//   session ─ connect ─▶ BASP ◀═ socketpair ═ link ═ TLS ═ link ═ socketpair ═▶ BASP ◀─ publish ─ session
//   session ─ hello ───────────────────────────────────────────────────────────────────────────▶ session
//   both monitor each other: a DOWN is the end of the link
//   outbox ─ ask(id, µs left, envelope) ───────────────────────────────────────────────────────▶ session ─▶ request_handler
//   session ◀─────────────────────────────────────────────────────── answer(id, verdict, envelope) ─ outbox
//
// Asking and answering go from the caller's thread through the outbox to the other node's proxy; the actor only receives.
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

#include "actors/link/outbox.hpp"
#include "holdfast/v1/link.pb.h"
#include "protocols/base/log.hpp"

namespace holdfast::actors::link {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

using hello_atom = caf::atom_constant<caf::atom("linkhello")>;
using begin_atom = caf::atom_constant<caf::atom("linkbegin")>;  // internal
using late_atom = caf::atom_constant<caf::atom("linklate")>;    // internal: no hello came
using leave_atom = caf::atom_constant<caf::atom("linkleave")>;  // internal

/// Every publication takes this number: CAF writes the handshake in the same step, so no two are ever looked up at once.
constexpr std::uint16_t virtual_port = 1;
constexpr milliseconds patience_max = std::chrono::hours{1};

link_error error_of(std::uint32_t verdict_code) {
  switch (static_cast<verdict>(verdict_code)) {
    case verdict::overloaded:
      return link_error::window_full;
    case verdict::too_late:
      return link_error::timed_out;
    default:
      return link_error::peer_lost;
  }
}

class answer_to_peer final : public reply_path::end {
public:
  answer_to_peer(std::shared_ptr<outbox> to, std::uint64_t id, std::size_t bytes_max, std::shared_ptr<std::atomic<std::size_t>> serving)
      : to_(std::move(to)), id_(id), bytes_max_(bytes_max), serving_(std::move(serving)) {
    serving_->fetch_add(1, std::memory_order_relaxed);
  }
  ~answer_to_peer() override {
    if (!sent_.exchange(true)) to_->send(outgoing_answer{id_, verdict::given_up, {}});
    serving_->fetch_sub(1, std::memory_order_relaxed);
  }
  void send(std::string envelope) override {
    if (sent_.exchange(true)) return;
    if (envelope.size() <= bytes_max_) return to_->send(outgoing_answer{id_, verdict::answered, std::move(envelope)});
    log_of(part::link)->error("an answer of {} bytes is too large for the link", envelope.size());
    to_->send(outgoing_answer{id_, verdict::given_up, {}});
  }

private:
  std::shared_ptr<outbox> to_;
  std::uint64_t id_;
  std::size_t bytes_max_;
  std::shared_ptr<std::atomic<std::size_t>> serving_;
  std::atomic<bool> sent_{false};
};

caf::actor basp_of(caf::actor_system& system) { return system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP")); }

}  // namespace

/// The receiving half of a session; a friend of it because both are one thing.
struct session_actor {
  std::shared_ptr<session> of;

  void up(caf::event_based_actor* self, caf::actor remote) const {
    self->monitor(remote);
    of->outbox_->open(std::move(remote));
    of->table_.open();
    of->around_.on_up();
  }

  bool known() const { return of->outbox_->is_open(); }

  void serve(std::uint64_t id, std::int64_t left_us, std::string envelope) const {
    auto& around = of->around_;
    if (of->serving_->load(std::memory_order_relaxed) >= around.limits->window_requests_max)
      return of->outbox_->send(outgoing_answer{id, verdict::overloaded, {}});
    if (left_us <= 0) return of->outbox_->send(outgoing_answer{id, verdict::too_late, {}});
    around.figures->requests_served.fetch_add(1, std::memory_order_relaxed);
    reply_path reply(std::make_shared<answer_to_peer>(of->outbox_, id, around.limits->envelope_bytes_max, of->serving_));
    const auto left = std::chrono::ceil<milliseconds>(microseconds(left_us));
    try {
      around.serve({of->peer_, std::move(envelope), std::min(left, patience_max), std::move(reply)});
    } catch (const std::exception& error) {
      log_of(part::link)->error("a request of {} could not be served: {}", of->peer_, error.what());
    }
  }

  void hear(std::uint64_t id, std::uint32_t code, std::string envelope) const {
    if (static_cast<verdict>(code) == verdict::answered)
      of->table_.answered(id, std::move(envelope));
    else
      of->table_.answered(id, error_of(code));
  }

  /// False: it is none.
  bool open_pack(const std::string& bytes) const {
    v1::LinkPack pack;
    if (!pack.ParseFromString(bytes)) return false;
    for (auto& one : *pack.mutable_answers()) hear(one.id(), one.verdict(), std::move(*one.mutable_envelope()));
    for (auto& one : *pack.mutable_asks()) serve(one.id(), one.left_us(), std::move(*one.mutable_envelope()));
    return true;
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
          if (side == link_side::accepted && sender && !known()) up(self, sender);
        },
        [*this](ask_atom, std::uint64_t id, std::int64_t left_us, std::string& envelope) {
          if (known()) serve(id, left_us, std::move(envelope));
        },
        [*this](answer_atom, std::uint64_t id, std::uint8_t code, std::string& envelope) { hear(id, code, std::move(envelope)); },
        [self, *this](pack_atom, const std::string& bytes) {
          if (known() && !open_pack(bytes)) self->quit();
        },
        [self, *this](late_atom) {
          if (!known()) self->quit();
        },
        [self](leave_atom) { self->quit(); },
    };
  }
};

session::session(session_surroundings around, std::string peer)
    : around_(std::move(around)), peer_(std::move(peer)), table_({around_.limits->window_requests_max, around_.limits->window_bytes_max}) {}

session::~session() = default;

std::shared_ptr<session> session::start(session_surroundings around, std::string peer, link_side side, int socket_for_caf) {
  auto& system = *around.system;
  std::shared_ptr<session> made(new session(std::move(around), std::move(peer)));
  caf::actor own = system.spawn([](caf::event_based_actor* self, const session_actor& half, link_side s) { return half.make(self, s); },
                                session_actor{made}, side);
  made->outbox_ = std::make_shared<outbox>(system, own, made->around_.packs);
  caf::anon_send(own, begin_atom::value, socket_for_caf);  // only now, so that the actor finds its outbox
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
  outbox_->send(outgoing_ask{id, deadline, std::move(envelope)});
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
  caf::anon_send(outbox_->own(), leave_atom::value);
}

}  // namespace holdfast::actors::link
