#pragma once
// One HTTP request and its answer, free of sockets: handlers are plain functions of these and can be called from a test.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/seams.hpp"

namespace holdfast::gateway {

struct request {
  std::string method;  // upper case
  std::string path;    // percent-decoded, starts with '/', no dot segments
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names lower case, in order
  std::string body;
  std::string remote;      // peer address without port
  std::string host;        // Host header without port, lower case
  std::string request_id;  // echoed as Request-Id, the trace id of every command it causes
  unix_ms received_ms = 0;
  unix_ms deadline_ms = 0;  // after this nobody waits any more

  std::string_view header(std::string_view lower_case_name) const noexcept;  // first of that name, or empty
  std::optional<std::string_view> query_value(std::string_view name) const noexcept;
};

struct response {
  int status = 200;
  std::string content_type;
  std::shared_ptr<const std::string> body;  // may be null; shared so that cached bodies are not copied
  std::vector<std::pair<std::string, std::string>> headers;
  bool close = false;  // close the connection after this answer
};

/// Completes the exchange: call exactly once, from any thread; dropped uncalled it answers 503 UNAVAILABLE.
using responder = std::function<void(response)>;

struct path_parameters {
  std::vector<std::pair<std::string_view, std::string>> values;  // in the order of the pattern
  const std::string& at(std::string_view name) const;             // the pattern must have it
};

using handler = std::function<void(std::shared_ptr<const request>, path_parameters, responder)>;

}  // namespace holdfast::gateway
