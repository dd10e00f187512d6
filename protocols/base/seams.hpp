#pragma once
// Everything a test must be able to command: time, randomness, failures. Nothing else in the tree may ask the system for these
// (tests/tidy checks the source for it).
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

/// Unix milliseconds, UTC. Plain so that it fits every message and row.
using unix_ms = std::int64_t;

class wall_clock {
public:
  virtual ~wall_clock() = default;
  virtual unix_ms now() const = 0;
};

/// Cryptographically strong in production, seeded in tests.
class entropy {
public:
  virtual ~entropy() = default;
  virtual void fill(std::span<std::byte> out) = 0;
};

/// The machine's clock and OpenSSL's generator. Live as long as the process.
const wall_clock& system_clock();
entropy& system_entropy();

/// `n` characters of lower-case Crockford base 32 (5 bits each).
std::string random_text(entropy&, std::size_t n);
std::array<std::byte, 16> random_nonce(entropy&);

/// Named points at the durable edges where a test makes the program fail; nothing in release unless armed.
enum class fault_point : std::uint8_t {
  after_decide,   // decided, not yet handed to the journal
  before_append,  // batch cut, not yet written
  before_sync,    // written, not yet durable
  after_commit,   // durable, nobody told yet
  before_snapshot,
};

class fault_plan {
public:
  virtual ~fault_plan() = default;
  /// True: the caller fails here, as if the thing it was about to do had failed.
  virtual bool fails(fault_point, std::string_view entity) = 0;
};

/// Never fails.
fault_plan& no_faults();

}  // namespace holdfast
