#pragma once
// What the system says of this process. Linux.
#include <chrono>
#include <cstdint>

namespace holdfast::console {

/// Processor time of all threads, user and system.
std::chrono::microseconds processor_time() noexcept;
/// Resident. 0 where it cannot be found out.
std::int64_t memory_bytes() noexcept;

}  // namespace holdfast::console
