#pragma once
// One HTTP request and its answer, free of sockets: handlers are plain functions of these and can be called from a test.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/lane.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway {

/// Already checked by the server: no control characters anywhere, path and query are valid UTF-8, Host is there once.
struct request {
  std::string method;                                        // upper case
  std::string path;                                          // percent-decoded, starts with '/', no dot segments, no encoded slash
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names lower case, in order
  std::string body;
  std::string remote;      // peer address without port
  std::string host;        // Host header without port, lower case
  std::string tenant;      // from Holdfast-Tenant, the host label or `tenant` in the query; a valid slug, or empty where none is named
  std::string request_id;  // echoed as Request-Id, the trace id of every command it causes
  bool secure = false;     // came over TLS
  unix_ms received_ms = 0;
  unix_ms deadline_ms = 0;     // after this nobody waits any more
  std::shared_ptr<lane> home;  // the connection's; null where there is none. Who waited elsewhere may go on here

  std::string_view header(std::string_view lower_case_name) const noexcept;  // first of that name, or empty
  std::optional<std::string_view> query_value(std::string_view name) const noexcept;
};

struct response {
  int status = 200;
  std::string content_type;
  std::shared_ptr<const std::string> body;                   // may be null; shared so that cached bodies are not copied
  std::vector<std::pair<std::string, std::string>> headers;  // instead of a default of the server where the name is the same
  bool close = false;                                        // close the connection after this answer
};

/// application/json with the text given.
response json_response(int status, std::string text);
response text_response(int status, std::string text);
/// 204
response no_content();

/// True where `if_none_match` (the header's value) names `etag` (with its quotes) or is "*"; weak comparison, RFC 9110 §13.1.2.
bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept;

/// Completes the exchange: call exactly once, from any thread; dropped uncalled it answers 503 UNAVAILABLE.
using responder = std::function<void(response)>;

struct path_parameters {
  std::vector<std::pair<std::string_view, std::string>> values;  // in the order of the pattern
  const std::string& at(std::string_view name) const;            // the pattern must have it
};

/// Runs on an I/O thread and must not block. May answer before it returns, or later from anywhere.
using handler = std::function<void(std::shared_ptr<const request>, path_parameters, responder)>;

}  // namespace holdfast::gateway
