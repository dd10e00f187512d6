#pragma once
// Request targets: percent-decoding, dot segments, query parameters. Everything that two programs could read differently is refused.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::gateway {

struct decoded_target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

/// `target` in origin form ("/path?query"). Empty for a character outside RFC 3986, a broken or needlessly dangerous escape (%00, %2F, %5C,
/// control characters), text that is not UTF-8, a "." or ".." segment, or more than 64 query parameters.
std::optional<decoded_target> decode_target(std::string_view target);

/// Host header or authority: reg-name or IPv4, or [IPv6], with an optional port.
bool valid_authority(std::string_view) noexcept;
/// Without the port, lower case.
std::string host_of_authority(std::string_view);

bool valid_utf8(std::string_view) noexcept;

}  // namespace holdfast::gateway
