#include "tests/e2e/live_watcher.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

namespace holdfast::e2e {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::chrono::seconds handshake_limit{5};

/// "http://127.0.0.1:8080" → {"127.0.0.1", "8080"}
std::pair<std::string, std::string> host_and_port(std::string url) {
  if (const auto scheme = url.find("://"); scheme != std::string::npos) url.erase(0, scheme + 3);
  const auto colon = url.rfind(':');
  if (colon == std::string::npos) return {url, "80"};
  return {url.substr(0, colon), url.substr(colon + 1)};
}

}  // namespace

struct live_watcher::state {
  asio::io_context io;
  beast::websocket::stream<beast::tcp_stream> socket{io};
  beast::flat_buffer buffer;
  std::size_t messages = 0;
  bool reading = false;
  bool arrived = false;
  beast::error_code error;

  /// Runs the loop until `done` or the time is over.
  bool run_until(const bool& done, std::chrono::steady_clock::time_point limit) {
    while (!done && !error) {
      io.restart();
      if (io.run_one_until(limit) == 0) break;
    }
    return done && !error;
  }

  void complete(const char* what, const bool& done) {
    if (!run_until(done, std::chrono::steady_clock::now() + handshake_limit))
      throw std::runtime_error(std::string("live ") + what + ": " + (error ? error.message() : "no answer in time"));
  }

  bool read(std::chrono::steady_clock::time_point limit) {
    if (!reading) {
      reading = true;
      arrived = false;
      socket.async_read(buffer, [this](beast::error_code e, std::size_t) {
        error = e;
        reading = false;
        arrived = true;
      });
    }
    return run_until(arrived, limit);
  }
};

live_watcher::live_watcher(const std::string& url, const std::string& tenant) : state_(std::make_unique<state>()) {
  auto& s = *state_;
  const auto [host, port] = host_and_port(url);
  asio::ip::tcp::resolver resolver(s.io);
  bool done = false;
  beast::get_lowest_layer(s.socket).async_connect(resolver.resolve(host, port), [&](beast::error_code e, const auto&) {
    s.error = e;
    done = true;
  });
  s.complete("connection", done);
  s.socket.set_option(
      beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) { request.set("Holdfast-Tenant", tenant); }));
  done = false;
  s.socket.async_handshake(host + ":" + port, "/api/v1/live", [&](beast::error_code e) {
    s.error = e;
    done = true;
  });
  s.complete("handshake", done);
}

live_watcher::~live_watcher() = default;

void live_watcher::subscribe(const std::string& topic) {
  auto& s = *state_;
  const auto text = boost::json::serialize(boost::json::object{{"op", "subscribe"}, {"topic", topic}});
  bool done = false;
  s.socket.async_write(asio::buffer(text), [&](beast::error_code e, std::size_t) {
    s.error = e;
    done = true;
  });
  s.complete("subscription", done);
}

std::optional<boost::json::object> live_watcher::wait_for(const predicate& wanted, std::chrono::milliseconds limit) {
  auto& s = *state_;
  const auto until = std::chrono::steady_clock::now() + limit;
  while (s.read(until)) {
    const auto text = beast::buffers_to_string(s.buffer.data());
    s.buffer.consume(s.buffer.size());
    s.arrived = false;
    ++s.messages;
    auto message = boost::json::parse(text).as_object();
    if (wanted(message)) return message;
  }
  return std::nullopt;
}

std::size_t live_watcher::messages() const noexcept { return state_->messages; }

}  // namespace holdfast::e2e
