#pragma once
// Every bound of the link between nodes, with its unit last in the name. All nodes of a cluster use the same heartbeat and silence limit: a
// node that sends none would be cut off by one that expects them.
#include <chrono>
#include <cstddef>

namespace holdfast::actors::link {

struct limits {
  /// From an accepted connection to a peer whose certificate and name are known.
  std::chrono::milliseconds handshake_ms_max{3'000};
  /// A node with good papers waits so long for this one to hear of it: its row comes with the next beat, and a node that has only just
  /// begun knows nobody. Less than the two times beside it.
  std::chrono::milliseconds introduction_ms_max{2'500};
  /// From the first SYN to the peer's welcome.
  std::chrono::milliseconds connect_ms_max{3'000};
  /// Accepted connections that are not peers yet; one more closes the oldest of them.
  std::size_t half_open_max = 64;
  /// Pause before the next attempt; doubles from the first to the last.
  std::chrono::milliseconds redial_ms_min{50};
  std::chrono::milliseconds redial_ms_max{1'000};
  /// How often a node shows that it lives, and how long another one waits for that.
  std::chrono::milliseconds heartbeat_ms{500};
  std::chrono::milliseconds silence_ms_max{2'000};
  /// One frame from a peer.
  std::size_t frame_bytes_max = std::size_t{16} << 20U;
  /// One request or answer.
  std::size_t envelope_bytes_max = std::size_t{8} << 20U;
  /// Sent to one peer and not answered; beyond: window_full.
  std::size_t window_requests_max = 1'024;
  std::size_t window_bytes_max = std::size_t{32} << 20U;
  /// Lines about refused connections; what exceeds them is counted and summed up.
  std::size_t refusal_lines_per_s_max = 10;
};

}  // namespace holdfast::actors::link
