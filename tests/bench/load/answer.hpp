#pragma once
// Reads HTTP/1.1 answers from a stream of bytes: only as much as a load generator needs, from a server we know.
#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::bench {

struct http_answer {
  int status = 0;
  std::string_view body;
  std::size_t bytes = 0;  // head and body
  bool keeps_open = true;
};

/// Empty while the answer is incomplete. Throws load_error when this is no answer with a Content-Length.
std::optional<http_answer> read_answer(std::string_view received);

/// The value of a string or number member anywhere in flat JSON text, as it stands there; empty when there is none.
std::string_view json_member(std::string_view json, std::string_view name);

}  // namespace holdfast::bench
