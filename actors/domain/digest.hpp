#pragma once
// SHA-256 of definitions, and comparison of secrets in constant time.
#include <string>
#include <string_view>

#include <google/protobuf/message_lite.h>

namespace holdfast::domain {

/// Bytes that are equal for equal messages (map entries in key order).
std::string canonical_bytes(const google::protobuf::MessageLite&);
/// 32 bytes.
std::string sha256(std::string_view);
/// False when the sizes differ; otherwise takes the same time for every pair of that size.
bool equal_secret(std::string_view, std::string_view) noexcept;

}  // namespace holdfast::domain
