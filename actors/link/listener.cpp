#include "actors/link/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "protocols/base/log.hpp"

namespace holdfast::actors::link {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds pause_without_descriptors{100};
constexpr std::chrono::milliseconds asks_again_after{10};

}  // namespace

listener::listener(asio::io_context& io, listener_surroundings around) : io_(io), around_(std::move(around)), acceptor_(io) {}

result<std::uint16_t> listener::open(const std::string& address, std::uint16_t port) {
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) return fail(failure_code::invalid_argument, "the link's address \"" + address + "\" is no IP address");
  const tcp::endpoint where(ip, port);
  acceptor_.open(where.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(where, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return fail(failure_code::unavailable, "the link cannot listen at " + address + ":" + std::to_string(port) + ": " + error.message());
  asio::co_spawn(io_, accept_all(), asio::detached);
  return acceptor_.local_endpoint().port();
}

void listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
  for (const auto& peer : half_open_) peer->cut("stopping");
}

asio::awaitable<void> listener::accept_all() {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  asio::steady_timer pause(io_);
  while (acceptor_.is_open()) {
    auto socket = co_await acceptor_.async_accept(token);
    if (!acceptor_.is_open()) co_return;
    if (error) {  // most likely no file descriptor is free: others have to end first
      log_of(part::link)->error("link: cannot accept: {}", error.message());
      pause.expires_after(pause_without_descriptors);
      co_await pause.async_wait(token);
      continue;
    }
    if (half_open_.size() >= around_.limits.half_open_max) {
      const auto oldest = half_open_.front();
      half_open_.pop_front();
      oldest->cut("too many half-open connections");
    }
    auto peer = std::make_shared<connection>(std::move(socket), around_.credentials.current(), around_.figures);
    asio::co_spawn(io_, receive(std::move(peer)), asio::detached);
  }
}

asio::awaitable<void> listener::receive(connection_ptr peer) {
  around_.figures.accepted.fetch_add(1, std::memory_order_relaxed);
  half_open_.push_back(peer);
  around_.figures.half_open = static_cast<std::int64_t>(half_open_.size());
  peer->note_remote();
  peer->cut_after(around_.limits.handshake_ms_max);
  co_await get_to_know(peer);
  half_open_.remove(peer);
  around_.figures.half_open = static_cast<std::int64_t>(half_open_.size());
}

asio::awaitable<void> listener::get_to_know(connection_ptr peer) {
  const auto trouble = co_await peer->shake_hands(asio::ssl::stream_base::server);
  if (!trouble.empty()) co_return co_await refuse(peer, refusal::tls, trouble);
  const auto bytes = co_await peer->read_prefixed();
  v1::LinkGreeting greeting;
  if (!bytes || !greeting.ParseFromString(*bytes)) {
    const std::string why = "no greeting";
    co_return co_await refuse(peer, refusal::greeting, why);
  }
  auto objection = object_to(greeting, peer->certified_names(), around_.cluster, around_.node);
  if (!objection) {
    const bool welcome = co_await is_expected(peer, greeting.from());
    if (!welcome) objection = link::objection{refusal::greeting, greeting.from() + " is not known here as a node of the cluster"};
  }
  if (!objection) {
    peer->note_instance(greeting.instance());
    peer->note_packs(greeting.packs());
    co_return around_.taken(peer, greeting.from());
  }
  v1::LinkWelcome answer;
  answer.set_protocol(link_protocol);
  answer.set_refusal(objection->why);
  const auto encoded = encode_prefixed(answer);
  co_await peer->write(encoded);
  co_await refuse(peer, objection->kind, objection->why);
}

asio::awaitable<bool> listener::is_expected(connection_ptr peer, std::string node) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  asio::steady_timer again(io_);
  const auto until = std::chrono::steady_clock::now() + around_.limits.introduction_ms_max;
  while (!around_.expected(node)) {
    if (peer->is_cut() || !acceptor_.is_open() || std::chrono::steady_clock::now() >= until) co_return false;
    again.expires_after(asks_again_after);
    co_await again.async_wait(token);
  }
  co_return !peer->is_cut();
}

asio::awaitable<void> listener::refuse(connection_ptr peer, refusal kind, std::string why) {
  if (!acceptor_.is_open()) co_return;
  if (peer->missed_deadline())
    around_.refusals.add(refusal::deadline, peer->remote(), "nothing sensible came in time");
  else if (peer->is_cut())
    around_.refusals.add(refusal::too_many_half_open, peer->remote(), "made way for newer connections");
  else
    around_.refusals.add(kind, peer->remote(), why);
  peer->cut(std::move(why));
}

}  // namespace holdfast::actors::link
