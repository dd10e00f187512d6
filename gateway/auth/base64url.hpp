#pragma once
// Base64url without padding (RFC 4648 §5), as JSON Web Tokens use it. Decoding is strict: one text for one value.
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::gateway {

std::string base64url_encode(std::string_view bytes);
/// Empty for padding, foreign characters, an impossible length or non-zero spare bits.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace holdfast::gateway
