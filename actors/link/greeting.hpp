#pragma once
// The first words on a link, inside TLS and before any frame: who dials, whom, in which cluster. The one who accepted answers with a
// welcome or says why not. One message is two bytes of length (big endian) and a Protobuf message.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/link/figures.hpp"
#include "holdfast/v1/link.pb.h"

namespace holdfast::actors::link {

inline constexpr std::uint32_t link_protocol = 1;
inline constexpr std::size_t greeting_bytes_max = 1'024;
inline constexpr std::size_t length_prefix_size = 2;
inline constexpr std::size_t instance_bytes_max = 64;

std::string encode_prefixed(const google::protobuf::MessageLite&);
/// 0 when it is out of bounds.
std::size_t prefixed_length(const char* two_bytes) noexcept;

struct objection {
  refusal kind;
  std::string why;
};
/// Why the greeting of a peer with these certified names is not taken; empty when it is.
std::optional<objection> object_to(const v1::LinkGreeting&, const std::vector<std::string>& certified, std::string_view own_cluster,
                                   std::string_view own_name);

}  // namespace holdfast::actors::link
