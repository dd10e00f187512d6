#pragma once
// Compressed bodies, RFC 9110 §8.4 and §12.5.3.
#include <string>
#include <string_view>

namespace holdfast::gateway {

/// True where the header's list names the coding and does not weigh it with zero.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept;

/// RFC 1952. Fast rather than small: for bodies that soon change.
std::string gzip(std::string_view text);

}  // namespace holdfast::gateway
