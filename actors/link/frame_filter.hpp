#pragma once
// Looks at the frames a peer sends before CAF sees them. CAF 0.17.6 believes every header: it delivers messages without a handshake, dies
// of an empty one and allocates whatever length is announced. What breaks a rule ends the connection.
//
// A frame is a 32-byte header and its payload:  0 operation | 1..3 flags | 4..7 payload length (big endian) | 8..31 ids.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::actors::link {

/// The handshake that must come first; it depends on who dialled. CAF's client sends its handshake twice, the second time with a
/// flag that makes the server use this connection: the same payload may come again as the second frame. Another one would give the
/// connection a second identity.
enum class expected_handshake : std::uint8_t {
  from_server = 0,
  from_client = 1,
};

class frame_filter {
public:
  static constexpr std::size_t header_size = 32;
  static constexpr std::size_t handshake_bytes_max = 4'096;

  frame_filter(expected_handshake first, std::size_t frame_bytes_max) : first_(first), frame_bytes_max_(frame_bytes_max) {}

  /// The next bytes of the stream, cut anywhere. Says why they must not go on; after that the stream is over.
  std::optional<std::string> check(std::span<const char> bytes);

  std::uint64_t frames() const noexcept { return frames_; }

private:
  std::optional<std::string> check_header();
  std::optional<std::string> check_handshake(std::string_view payload);

  expected_handshake first_;
  std::size_t frame_bytes_max_;
  std::array<unsigned char, header_size> header_{};
  std::size_t header_filled_ = 0;
  std::size_t payload_left_ = 0;
  std::uint64_t frames_ = 0;
  bool in_handshake_ = false;
  std::string handshake_;     // payload of the first one
  std::size_t repeated_ = 0;  // so much of it has come again
};

}  // namespace holdfast::actors::link
