#include "actors/link/dial.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::actors::link {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

asio::awaitable<std::string> try_all(connection_ptr attempt, const dial_request& wanted, bool& nobody_listens) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await attempt->socket().async_connect(wanted.where, token);
  nobody_listens = error == asio::error::connection_refused;
  if (error) co_return error.message();
  attempt->note_remote();
  auto trouble = co_await attempt->shake_hands(asio::ssl::stream_base::client);
  if (!trouble.empty()) co_return trouble;
  const auto names = attempt->certified_names();
  if (std::find(names.begin(), names.end(), wanted.to) == names.end()) co_return "its certificate does not name " + wanted.to;
  v1::LinkGreeting greeting;
  greeting.set_protocol(link_protocol);
  greeting.set_cluster(wanted.cluster);
  greeting.set_from(wanted.from);
  greeting.set_to(wanted.to);
  greeting.set_instance(wanted.instance);
  greeting.set_packs(wanted.packs);
  const auto encoded = encode_prefixed(greeting);
  const bool sent = co_await attempt->write(encoded);
  if (!sent) co_return "it closed the connection";
  const auto bytes = co_await attempt->read_prefixed();
  v1::LinkWelcome welcome;
  if (!bytes || !welcome.ParseFromString(*bytes)) co_return "it closed the connection instead of a welcome";
  attempt->note_instance(welcome.instance().substr(0, instance_bytes_max));
  attempt->note_packs(wanted.packs && welcome.packs());
  co_return welcome.refusal();
}

}  // namespace

asio::awaitable<dialled> dial(connection_ptr attempt, const dial_request& wanted, const limits& bounds) {
  attempt->cut_after(bounds.connect_ms_max);
  dialled out;
  out.trouble = co_await try_all(attempt, wanted, out.nobody_listens);
  if (attempt->is_cut())
    out.trouble =
        attempt->missed_deadline() ? "no welcome within " + std::to_string(bounds.connect_ms_max.count()) + " ms" : attempt->reason();
  if (!out.trouble.empty()) {
    attempt->cut(out.trouble);
    co_return out;
  }
  attempt->keep();
  out.made = std::move(attempt);
  co_return out;
}

asio::awaitable<bool> nobody_listens_at(asio::ip::tcp::endpoint where, std::shared_ptr<asio::ip::tcp::socket> probe,
                                        std::chrono::milliseconds patience) {
  asio::steady_timer limit(probe->get_executor(), patience);
  limit.async_wait([probe](const error_code& error) {
    error_code ignored;
    if (!error) probe->close(ignored);
  });
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await probe->async_connect(where, token);
  co_return error == asio::error::connection_refused;
}

}  // namespace holdfast::actors::link
