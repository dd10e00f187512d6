#pragma once
// One file of the pages and how it is served.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/exchange.hpp"

namespace holdfast::gateway {

enum class coding : std::uint8_t { identity, gzip, brotli };

struct asset {
  std::string content_type;
  bool immutable = false;  // its name changes with its content
  /// By coding; null where there is no such sibling. Identity is always there.
  std::shared_ptr<const std::string> bodies[3];
  std::string etags[3];
};

/// By the file's extension; application/octet-stream for what is unknown.
std::string_view content_type_of(std::string_view path) noexcept;

/// "/assets/index-B7x1_aQ9.js": a build tool put a hash of the content before the extension.
bool has_hashed_name(std::string_view path) noexcept;

/// The smallest body the client takes. `accept` is the value of Accept-Encoding; "br;q=0" refuses.
coding choose_coding(const asset&, std::string_view accept) noexcept;

/// 200, or 304 where If-None-Match names what would be sent.
response answer_with(const asset&, const request&);

}  // namespace holdfast::gateway
