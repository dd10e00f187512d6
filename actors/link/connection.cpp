#include "actors/link/connection.hpp"

#include <openssl/ssl.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>

namespace holdfast::actors::link {

namespace asio = boost::asio;

namespace {

constexpr std::size_t space_size = std::size_t{64} << 10U;
constexpr std::chrono::milliseconds caf_closes_within{1'000};
/// Silence is counted in spells, so that a process that was stopped itself reads what has arrived before it judges.
constexpr int spells_of_silence = 4;

/// What OpenSSL says about the peer's certificate is more telling than the alert it sends.
std::string tls_problem(SSL* ssl, const boost::system::error_code& error) {
  const auto verified = SSL_get_verify_result(ssl);
  if (verified != X509_V_OK) return std::string("its certificate: ") + X509_verify_cert_error_string(verified);
  return error.message();
}

}  // namespace

connection::connection(tcp::socket socket, const tls_context& tls, figures& count)
    : stream_(std::move(socket), SSL_new(tls.get())),
      caf_(stream_.get_executor()),
      deadline_(stream_.get_executor()),
      outward_ended_(stream_.get_executor()),
      figures_(count) {}

void connection::note_remote() {
  error_code error;
  const auto end = socket().remote_endpoint(error);
  remote_ = error ? "a peer that is gone" : end.address().to_string() + ":" + std::to_string(end.port());
  socket().set_option(tcp::no_delay(true), error);
}

asio::awaitable<std::string> connection::shake_hands(asio::ssl::stream_base::handshake_type side) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await stream_.async_handshake(side, token);
  if (!error) co_return std::string();
  co_return tls_problem(stream_.native_handle(), error);
}

asio::awaitable<bool> connection::write(const std::string& bytes) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto whole = asio::buffer(bytes);
  co_await asio::async_write(stream_, whole, token);
  co_return !error;
}

asio::awaitable<std::optional<std::string>> connection::read_prefixed() {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  std::string bytes(length_prefix_size, '\0');
  auto prefix = asio::buffer(bytes);
  co_await asio::async_read(stream_, prefix, token);
  if (error) co_return std::nullopt;
  const auto size = prefixed_length(bytes.data());
  if (size == 0) co_return std::nullopt;
  bytes.resize(size);
  auto body = asio::buffer(bytes);
  co_await asio::async_read(stream_, body, token);
  if (error) co_return std::nullopt;
  co_return bytes;
}

void connection::cut_after(std::chrono::milliseconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->cut_) return;
    self->missed_deadline_ = true;
    self->cut("deadline");
  });
}

void connection::cut(std::string reason) {
  if (cut_) return;
  cut_ = true;
  reason_ = std::move(reason);
  deadline_.cancel();
  error_code ignored;
  socket().close(ignored);
  if (caf_.is_open()) caf_.shutdown(local_socket::shutdown_send, ignored);
}

asio::awaitable<void> connection::carry(local_socket caf_side, frame_filter filter, std::chrono::milliseconds silence_max) {
  caf_ = std::move(caf_side);
  outward_running_ = true;
  outward_ended_.expires_at(asio::steady_timer::time_point::max());
  asio::co_spawn(stream_.get_executor(), carry_out(), [self = shared_from_this()](const std::exception_ptr&) {
    self->outward_running_ = false;
    self->outward_ended_.cancel();
  });
  listen_for_silence(silence_max);
  co_await carry_in(filter);
  deadline_.cancel();
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  if (outward_running_) {
    outward_ended_.expires_after(caf_closes_within);
    co_await outward_ended_.async_wait(token);
  }
  caf_.close(error);
  while (outward_running_) {  // closing has ended its read
    outward_ended_.expires_after(caf_closes_within);
    co_await outward_ended_.async_wait(token);
  }
}

void connection::listen_for_silence(std::chrono::milliseconds silence_max) {
  deadline_.expires_after(silence_max / spells_of_silence);
  deadline_.async_wait([weak = weak_from_this(), silence_max](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->cut_) return;
    if (self->reading_ && ++self->silent_spells_ > spells_of_silence)
      return self->cut("nothing was heard for " + std::to_string(silence_max.count()) + " ms");
    self->listen_for_silence(silence_max);
  });
}

asio::awaitable<void> connection::carry_in(frame_filter& filter) {
  std::vector<char> space(space_size);
  const auto all = asio::buffer(space);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  while (!cut_) {
    reading_ = true;
    const auto n = co_await stream_.async_read_some(all, token);
    reading_ = false;
    silent_spells_ = 0;
    if (error)
      co_return cut(error == asio::error::eof || error == asio::ssl::error::stream_truncated ? "the peer closed it" : error.message());
    figures_.bytes_in.fetch_add(n, std::memory_order_relaxed);
    const std::span<const char> got(space.data(), n);
    if (auto broken = filter.check(got)) {
      broke_a_rule_ = !cut_;
      co_return cut(*broken);
    }
    const auto checked = asio::buffer(space.data(), n);
    co_await asio::async_write(caf_, checked, token);
    if (error) co_return cut("the actor library closed it");
  }
}

// After the network side is gone it goes on reading, so that CAF can finish and close its end.
asio::awaitable<void> connection::carry_out() {
  std::vector<char> space(space_size);
  const auto all = asio::buffer(space);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  for (;;) {
    const auto n = co_await caf_.async_read_some(all, token);
    if (error) co_return cut("the actor library closed it");
    if (cut_) continue;
    const auto frames = asio::buffer(space.data(), n);
    co_await asio::async_write(stream_, frames, token);
    if (error) cut(error.message());
    figures_.bytes_out.fetch_add(n, std::memory_order_relaxed);
  }
}

}  // namespace holdfast::actors::link
