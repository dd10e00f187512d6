#include "actors/link/frame_filter.hpp"

#include <algorithm>

namespace holdfast::actors::link {
namespace {

// caf/io/basp/message_type.hpp
enum operation : unsigned {
  server_handshake = 0,
  client_handshake = 1,
  routed_message = 3,  // through a third node: every node of a cluster is connected to every other one
  heartbeat = 6,
};

std::uint32_t big_endian(const unsigned char* at) {
  return (std::uint32_t{at[0]} << 24U) | (std::uint32_t{at[1]} << 16U) | (std::uint32_t{at[2]} << 8U) | std::uint32_t{at[3]};
}

}  // namespace

std::optional<std::string> frame_filter::check(std::span<const char> bytes) {
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const auto skipped = std::min(payload_left_, bytes.size());
      payload_left_ -= skipped;
      if (in_handshake_)
        if (auto broken = check_handshake({bytes.data(), skipped})) return broken;
      bytes = bytes.subspan(skipped);
      continue;
    }
    const auto taken = std::min(header_size - header_filled_, bytes.size());
    std::copy_n(bytes.begin(), taken, header_.begin() + static_cast<std::ptrdiff_t>(header_filled_));
    header_filled_ += taken;
    bytes = bytes.subspan(taken);
    if (header_filled_ < header_size) break;
    header_filled_ = 0;
    if (auto broken = check_header()) return broken;
  }
  return std::nullopt;
}

std::optional<std::string> frame_filter::check_header() {
  const unsigned op = header_[0];
  const std::size_t length = big_endian(&header_[4]);
  const bool handshake = op == server_handshake || op == client_handshake;
  if (op > heartbeat || op == routed_message) return "unknown operation " + std::to_string(op);
  if (frames_ == 0 && op != static_cast<unsigned>(first_)) return "operation " + std::to_string(op) + " before the handshake";
  const bool repeated = frames_ == 1 && first_ == expected_handshake::from_client && op == client_handshake;
  if (frames_ > 0 && handshake && !repeated) return "a second handshake";
  if ((length == 0) != (op == heartbeat)) return "operation " + std::to_string(op) + " with " + std::to_string(length) + " bytes";
  if (handshake && repeated && length != handshake_.size()) return "another handshake";
  if (length > (handshake ? handshake_bytes_max : frame_bytes_max_)) return "a frame of " + std::to_string(length) + " bytes";
  payload_left_ = length;
  ++frames_;
  in_handshake_ = handshake;
  return std::nullopt;
}

std::optional<std::string> frame_filter::check_handshake(std::string_view payload) {
  if (frames_ == 1) {
    handshake_ += payload;
    return std::nullopt;
  }
  if (handshake_.compare(repeated_, payload.size(), payload) != 0) return "another handshake";
  repeated_ += payload.size();
  return std::nullopt;
}

}  // namespace holdfast::actors::link
