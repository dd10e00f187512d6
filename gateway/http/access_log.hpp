#pragma once
// One line per request. The path is written as it was sent, without the query: queries carry access tokens.
#include <cstdint>
#include <string_view>

namespace spdlog {
class logger;
}

namespace holdfast::gateway {

struct access_record {
  std::string_view method, path, route, remote, request_id, tenant;
  int status = 0;
  std::uint64_t bytes = 0;  // of the answer, head included
  std::int64_t micros = 0;
};

void log_access(spdlog::logger&, const access_record&);

/// A handler let an exception out; the caller got 500.
void log_handler_failure(spdlog::logger&, std::string_view route, std::string_view request_id, std::string_view what);

}  // namespace holdfast::gateway
