#pragma once
// Status line and header fields of an answer.
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http/exchange.hpp"

namespace holdfast::gateway {

struct response_frame {
  std::string_view date;
  std::string_view request_id;
  bool close = false;
  bool keep_alive_1_0 = false;  // HTTP/1.0 clients must be told
  bool secure = false;
};

/// Defaults (Date, Request-Id, Cache-Control: no-store, nosniff, a locked Content-Security-Policy for what is no page) give way to fields
/// of the same name in the response. Control characters in values are dropped: nothing a handler was fed can start a new field.
std::string response_head(const response&, const response_frame&);

}  // namespace holdfast::gateway
