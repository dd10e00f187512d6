#include "gateway/http/body_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace holdfast::gateway {

namespace http = boost::beast::http;

struct body_reader::state {
  http::request_parser<http::string_body> parser;
};

body_reader::body_reader(std::size_t head_bytes_max, std::uint64_t body_bytes_max) : state_(std::make_unique<state>()) {
  state_->parser.header_limit(static_cast<std::uint32_t>(head_bytes_max));
  state_->parser.body_limit(body_bytes_max);
  state_->parser.eager(true);
}

body_reader::~body_reader() = default;

body_reader::outcome body_reader::feed(std::string_view bytes) {
  std::size_t consumed = 0;
  while (!state_->parser.is_done()) {
    boost::system::error_code ec;
    const auto n = state_->parser.put(boost::asio::const_buffer(bytes.data() + consumed, bytes.size() - consumed), ec);
    consumed += n;
    if (ec == http::error::need_more) return {progress::more, consumed};
    if (ec == http::error::body_limit) return {progress::too_large, consumed};
    if (ec) return {progress::malformed, consumed};
    if (n == 0 || consumed == bytes.size()) break;
  }
  return {state_->parser.is_done() ? progress::done : progress::more, consumed};
}

std::size_t body_reader::body_size() const noexcept { return state_->parser.get().body().size(); }
std::string body_reader::take_body() { return std::move(state_->parser.get().body()); }

}  // namespace holdfast::gateway
