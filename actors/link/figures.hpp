#pragma once
// What the link counts about itself. Plain atomics, written on its threads, read by the metrics page.
#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace holdfast::actors::link {

/// Why a connection was not taken, or ended by us.
enum class refusal : std::uint8_t {
  too_many_half_open,
  deadline,    // silent or slow before it was known
  tls,         // no TLS 1.3, no certificate, a foreign authority, expired
  wrong_name,  // its certificate does not carry the name
  greeting,    // not understood, another cluster, a node that is not expected
  broken_frame,
};
inline constexpr std::size_t refusal_kinds = 6;
inline constexpr std::array<std::string_view, refusal_kinds> refusal_names{"too_many_half_open", "deadline", "tls",
                                                                           "wrong_name",         "greeting", "broken_frame"};

struct figures {
  std::atomic<std::int64_t> half_open{0};
  std::atomic<std::int64_t> peers_up{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> dials{0};
  std::atomic<std::uint64_t> dials_failed{0};
  std::array<std::atomic<std::uint64_t>, refusal_kinds> refused{};
  std::atomic<std::uint64_t> bytes_in{0};
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> requests_window_full{0};
  std::atomic<std::uint64_t> requests_timed_out{0};
  std::atomic<std::uint64_t> requests_peer_lost{0};
  std::atomic<std::uint64_t> requests_served{0};
  /// Unix ms; of the certificate that new handshakes use.
  std::atomic<std::int64_t> certificate_expires_at_ms{0};

  std::uint64_t refusals(refusal why) const noexcept { return refused[static_cast<std::size_t>(why)].load(std::memory_order_relaxed); }
};

}  // namespace holdfast::actors::link
