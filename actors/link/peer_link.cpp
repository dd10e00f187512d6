#include "actors/link/peer_link.hpp"

#include <pthread.h>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <future>
#include <optional>
#include <thread>

#include "actors/link/listener.hpp"
#include "actors/link/node_name.hpp"
#include "actors/link/switchboard.hpp"
#include "protocols/base/log.hpp"

namespace holdfast::actors::link {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds stop_ms_max{3'000};

/// "10.0.0.2:7101" or "[fd00::2]:7101".
result<asio::ip::tcp::endpoint> parse_endpoint(const peer_address& peer) {
  const auto wrong = fail(failure_code::invalid_argument, peer.node + ": \"" + peer.where + "\" is not an IP address and a port");
  const auto colon = peer.where.rfind(':');
  if (colon == std::string::npos) return wrong;
  auto host = peer.where.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(host, error);
  if (error || ip.is_v6() != bracketed) return wrong;
  std::uint16_t port = 0;
  const char* end = peer.where.data() + peer.where.size();
  const auto [rest, bad] = std::from_chars(peer.where.data() + colon + 1, end, port);
  if (bad != std::errc{} || rest != end || port == 0) return wrong;
  return asio::ip::tcp::endpoint(ip, port);
}

}  // namespace

struct peer_link::impl {
  impl(caf::actor_system& system, link_options wanted, std::unique_ptr<link::credentials> loaded)
      : options(std::move(wanted)),
        credentials(std::move(loaded)),
        refusals(figures, options.limits.refusal_lines_per_s_max),
        board(io, system, options, *credentials, figures, refusals),
        door(io, {options.cluster, options.node, options.limits, figures, *credentials, refusals,
                  [this](const std::string& node) { return board.expects(node); },
                  [this](connection_ptr peer, const std::string& node) { board.take_over(std::move(peer), node); }}) {}

  link_options options;
  link::figures figures;
  std::unique_ptr<link::credentials> credentials;
  refusal_log refusals;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  switchboard board;
  listener door;
  std::uint16_t port = 0;
  std::atomic<bool> stopped{false};
  std::thread thread;
};

result<std::unique_ptr<peer_link>> peer_link::start(caf::actor_system& system, link_options options) {
  if (options.instance.size() > instance_bytes_max)
    return fail(failure_code::invalid_argument, "the instance's name exceeds " + std::to_string(instance_bytes_max) + " bytes");
  auto loaded = credentials::load(options.files, options.node);
  if (!loaded) return loaded.error();
  auto i = std::make_unique<impl>(system, std::move(options), std::move(*loaded));
  i->figures.certificate_expires_at_ms = i->credentials->expires_at();
  const auto port = i->door.open(i->options.address, i->options.port);
  if (!port) return port.error();
  i->port = *port;
  i->thread = std::thread([&io = i->io] {
    pthread_setname_np(pthread_self(), "link");
    io.run();
  });
  return std::unique_ptr<peer_link>(new peer_link(std::move(i)));
}

peer_link::peer_link(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
peer_link::~peer_link() { stop(); }

std::uint16_t peer_link::port() const noexcept { return impl_->port; }
const figures& peer_link::figures() const noexcept { return impl_->figures; }
std::vector<peer_state> peer_link::states() const { return impl_->board.states(); }

result<void> peer_link::set_peers(const std::vector<peer_address>& all) {
  std::vector<switchboard::address> parsed;
  for (const auto& peer : all) {
    if (!valid_node_name(peer.node)) return fail(failure_code::invalid_argument, "\"" + peer.node + "\" is no name for a node");
    const auto where = parse_endpoint(peer);
    if (!where) return where.error();
    parsed.push_back({peer.node, peer.where, *where});
  }
  asio::post(impl_->io, [this, list = std::move(parsed)]() mutable { impl_->board.set_peers(std::move(list)); });
  return {};
}

void peer_link::ask(const std::string& node, std::string envelope, milliseconds patience, answer_handler handler) {
  const auto to = impl_->stopped.load(std::memory_order_acquire) ? nullptr : impl_->board.find(node);
  if (!to) return handler(link_error::unavailable);
  to->ask(std::move(envelope), patience, std::move(handler));
}

result<void> peer_link::reload_certificates() {
  if (auto loaded = impl_->credentials->reload(); !loaded) return loaded.error();
  impl_->figures.certificate_expires_at_ms = impl_->credentials->expires_at();
  return {};
}

void peer_link::stop() {
  if (impl_->stopped.exchange(true)) return;
  asio::post(impl_->io, [this] {
    impl_->door.close();
    impl_->board.stop();
  });
  const auto until = steady_clock::now() + stop_ms_max;
  const auto busy = [this] {
    std::promise<bool> asked;
    asio::post(impl_->io, [&] { asked.set_value(impl_->board.running() > 0); });
    return asked.get_future().get();
  };
  while (busy()) {
    if (steady_clock::now() > until) {
      log_of(part::link)->error("the links did not end within {} ms; leaving without them", stop_ms_max.count());
      break;
    }
    std::this_thread::sleep_for(milliseconds{2});
  }
  impl_->work.reset();
  impl_->io.stop();
  impl_->thread.join();
}

}  // namespace holdfast::actors::link
