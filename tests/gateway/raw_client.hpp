#pragma once
// A client that says exactly the bytes it is told, over a plain socket. Every wait has a limit.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::gateway::test {

using namespace std::chrono_literals;

struct answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names lower case
  std::string body;

  std::string header(std::string_view lower_case_name) const;
};

class raw_client {
public:
  explicit raw_client(std::uint16_t port, int receive_buffer = 0);
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;
  ~raw_client();

  /// False once the other side has closed.
  bool send(std::string_view bytes);
  void half_close();

  /// One answer framed by Content-Length; empty when the connection ends or the limit passes first. `head_only`: an answer to HEAD.
  std::optional<answer> receive(std::chrono::milliseconds limit = 5s, bool head_only = false);
  /// Exactly n bytes.
  std::optional<std::string> receive_bytes(std::size_t n, std::chrono::milliseconds limit = 5s);
  /// Everything until the other side closes; empty optional when it does not within the limit.
  std::optional<std::string> receive_to_end(std::chrono::milliseconds limit = 5s);
  /// The other side closes (or resets) within the limit; bytes before that are dropped.
  bool closed_within(std::chrono::milliseconds limit);

  int descriptor() const { return fd_; }

private:
  enum class step { data, end, timeout };
  step fill(std::chrono::steady_clock::time_point deadline);

  int fd_ = -1;
  std::string buffer_;
};

/// GET with Host and nothing else.
std::string get(std::string_view path, std::string_view more_headers = {});

}  // namespace holdfast::gateway::test
