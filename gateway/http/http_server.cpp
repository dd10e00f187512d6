#include "gateway/http/http_server.hpp"

#include <prometheus/gauge.h>
#include <spdlog/logger.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <thread>

#include "gateway/http/links.hpp"
#include "gateway/http/tls.hpp"

namespace holdfast::gateway {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

constexpr std::chrono::milliseconds pause_without_descriptors{100};
constexpr std::chrono::milliseconds stop_poll{5};

std::string address_text(const tcp_socket& socket) {
  boost::system::error_code ec;
  const auto peer = socket.remote_endpoint(ec);
  if (ec) return {};
  const auto address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

struct http_server::state {
  state(http_server_settings s, server_surroundings a, const router& r)
      : core(std::make_shared<server_core>(std::move(s), std::move(a), r)) {}

  std::shared_ptr<server_core> core;
  std::unique_ptr<asio::ssl::context> tls;
  std::vector<std::shared_ptr<io_lane>> lanes;
  std::vector<std::thread> threads;
  std::optional<acceptor> listener;
  std::optional<asio::steady_timer> pause;
  std::uint16_t port = 0;
  std::size_t next_lane = 0;
  bool stopped = false;

  result<void> listen();
  void accept();
  void accepted_one(tcp_socket, const std::shared_ptr<io_lane>& on);
  void on_every_lane(void (io_lane::*what)());
};

result<void> http_server::state::listen() {
  const auto& s = core->settings;
  const auto where = s.address + ":" + std::to_string(s.port);
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(s.address, ec);
  if (ec) return fail(failure_code::invalid_argument, "listen on " + where + ": " + ec.message());
  listener.emplace(lanes.front()->context());
  const tcp::endpoint endpoint(address, s.port);
  listener->open(endpoint.protocol(), ec);
  if (!ec) listener->set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) listener->bind(endpoint, ec);
  if (!ec) listener->listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return fail(failure_code::unavailable, "listen on " + where + ": " + ec.message());
  port = listener->local_endpoint(ec).port();
  return {};
}

void http_server::state::accept() {
  const auto on = lanes[next_lane++ % lanes.size()];
  listener->async_accept(on->context(), [this, on](boost::system::error_code ec, tcp_socket socket) {
    if (core->stopping || ec == asio::error::operation_aborted) return;
    if (!ec) accepted_one(std::move(socket), on);
    if (ec != asio::error::no_descriptors && ec != asio::error::no_buffer_space && ec != asio::error::no_memory) return accept();
    // Nothing to accept with: the waiting ones stay in the backlog.
    core->around.log->warn("cannot accept connections: {}", ec.message());
    pause->expires_after(pause_without_descriptors);
    pause->async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled && !core->stopping) accept();
    });
  });
}

void http_server::state::accepted_one(tcp_socket socket, const std::shared_ptr<io_lane>& on) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto address = address_text(socket);
  if (address.empty()) return;  // gone already
  auto place = core->admit(address);
  const bool refusal = !place;
  if (refusal && !tls) place = core->admit_refusal();  // a handshake for a refusal would be work an attacker can order
  if (!place) return;
  // std::function wants to be copyable, a socket is not.
  const auto what = std::make_shared<accepted>(accepted{std::move(socket), core, on, std::move(address), *std::move(place), refusal});
  on->post([this, what] { tls ? start_tls(std::move(*what), *tls) : start_plain(std::move(*what)); });
}

void http_server::state::on_every_lane(void (io_lane::*what)()) {
  for (const auto& lane : lanes) lane->post([lane = lane.get(), what] { (lane->*what)(); });
}

http_server::http_server(http_server_settings settings, server_surroundings around, const router& routes)
    : state_(std::make_shared<state>(std::move(settings), std::move(around), routes)) {}

http_server::~http_server() { stop(std::chrono::milliseconds(0)); }

void http_server::add_socket(std::string path, std::string_view name, socket_service& service) {
  state_->core->sockets.insert_or_assign(std::move(path), server_core::socket_route{std::string(name), &service});
}

result<void> http_server::start() {
  auto& s = *state_;
  if (!s.core->settings.tls.certificate_file.empty()) {
    auto context = make_tls_context(s.core->settings.tls);
    if (!context) return context.error();
    s.tls = *std::move(context);
  }
  for (unsigned i = 0; i < std::max(1U, s.core->settings.io_threads); ++i) s.lanes.push_back(std::make_shared<io_lane>(s.core, i));
  if (auto bound = s.listen(); !bound) {
    s.listener.reset();  // before the lane it stands on
    s.lanes.clear();
    return bound.error();
  }
  s.pause.emplace(s.lanes.front()->context());
  s.accept();
  for (const auto& lane : s.lanes) {
    lane->open();
    s.threads.emplace_back([lane] { lane->run(); });
  }
  return {};
}

std::uint16_t http_server::port() const noexcept { return state_->port; }
std::size_t http_server::connections() const noexcept { return state_->core->connections(); }
std::size_t http_server::websockets() const noexcept { return static_cast<std::size_t>(state_->core->metrics.websockets.Value()); }
const traffic& http_server::traffic() const noexcept { return state_->core->traffic; }

void http_server::stop(std::chrono::milliseconds limit) {
  auto& s = *state_;
  if (std::exchange(s.stopped, true) || s.threads.empty()) return;
  s.core->stopping = true;
  s.lanes.front()->post([&s] {
    boost::system::error_code ignored;
    s.listener->close(ignored);
    s.pause->cancel();
  });
  s.on_every_lane(&io_lane::stop_all);
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (connections() > 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(stop_poll);
  s.on_every_lane(&io_lane::abort_all);
  for (auto& thread : s.threads) thread.join();
  for (const auto& lane : s.lanes) lane->shut();
  s.threads.clear();
}

}  // namespace holdfast::gateway
