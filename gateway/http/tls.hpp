#pragma once
// The server's TLS: 1.2 and 1.3, forward secrecy, authenticated ciphers, our order.
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "gateway/http/http_server.hpp"

namespace holdfast::gateway {

result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const tls_settings&);

}  // namespace holdfast::gateway
