#pragma once
// The strict reader of a request head. It looks at the raw bytes, because a parser that already repaired them cannot tell what a proxy
// in front of us may have understood differently. Beast's own parser reads the same bytes afterwards; both must agree to go on.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::gateway {

struct head_limits {
  std::size_t head_bytes_max = 16 * 1024;
  std::size_t target_bytes_max = 4 * 1024;
  std::size_t fields_max = 64;
  std::uint64_t body_bytes_max = 1024 * 1024;
};

struct request_head {
  std::size_t size = 0;         // bytes of the head, empty line included
  std::string_view method;      // views into the bytes given
  std::string_view raw_target;  // path part as sent, for the log; only visible ASCII
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string host;       // lower case, without port
  std::string authority;  // lower case, as sent
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
  bool expects_continue = false;
  bool wants_websocket = false;
  std::uint64_t content_length = 0;

  bool has_body() const noexcept { return chunked || content_length > 0; }
};

struct head_error {
  v1::ErrorCode code;
  std::string_view detail;
};

/// `text` is a whole head including the empty line at its end.
std::variant<request_head, head_error> read_head(std::string_view text, const head_limits&);

/// What can be said of the beginning of a head that is not complete yet: too long, bare line ends, control characters, a line that is no
/// request line. `checked` bytes at the front were looked at before; finds the end of the head (behind the empty line) if it is there.
struct head_progress {
  std::optional<std::size_t> end;
  std::optional<head_error> error;
};
head_progress scan_head(std::string_view text, std::size_t checked, const head_limits&) noexcept;

}  // namespace holdfast::gateway
