#pragma once
// HTTP to a node, over libcurl: many requests at once over few connections, busy answers tried again, every wait with an end.
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::cli {

struct http_request {
  std::string method;
  std::string path;                  // "/api/v1/…"
  std::string body;                  // JSON or empty
  std::vector<std::string> headers;  // "Name: value"
};

struct http_answer {
  int status = 0;  // 0: no answer, see `error`
  std::string body;
  std::string error;
};

struct http_limits {
  std::chrono::milliseconds connect_max{3'000};
  std::chrono::milliseconds request_max{30'000};
  /// 429, 503 and broken connections are tried again until this much time has passed since the first try. What is sent is repeatable:
  /// reads, PUTs of definitions, POSTs with an idempotency key.
  std::chrono::milliseconds retry_max{20'000};
  std::size_t parallel_max = 8;
  std::size_t answer_bytes_max = 16U << 20U;
};

class http_client {
public:
  explicit http_client(std::string base_url, http_limits limits = {});
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  http_answer send(const http_request& request);
  /// `done(index, answer)` is called once per request, in the order of the answers.
  void send_all(std::span<const http_request> requests, const std::function<void(std::size_t, http_answer&&)>& done);

private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::cli
