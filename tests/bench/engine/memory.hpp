#pragma once
// Memory of this process as the system sees it.
#include <cstdint>

namespace holdfast::bench {

/// Resident bytes after what the allocator can give back has been given back.
std::int64_t resident_bytes();

}  // namespace holdfast::bench
