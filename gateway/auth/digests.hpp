#pragma once
// SHA-256 and HMAC-SHA256 for requests: four and more per booking. OpenSSL 3 looks the algorithm of its one-shot functions up anew each
// time, under a lock that all threads share; here it is fetched once and each thread keeps its contexts.
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace holdfast::gateway {

using digest_bytes = std::array<unsigned char, 32>;

digest_bytes sha256(std::string_view);
digest_bytes hmac_sha256(std::span<const std::byte, 32> secret, std::string_view message);

}  // namespace holdfast::gateway
