#include "tests/bench/engine/memory.hpp"

#ifdef HOLDFAST_JEMALLOC
#include <jemalloc/jemalloc.h>
#else
#include <malloc.h>
#endif
#include <unistd.h>

#include <fstream>
#include <string>

namespace holdfast::bench {
namespace {

/// What is free but kept for the next allocation is not held by anybody.
void give_back_free_memory() {
#ifdef HOLDFAST_JEMALLOC
  mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  mallctl(("arena." + std::to_string(MALLCTL_ARENAS_ALL) + ".purge").c_str(), nullptr, nullptr, nullptr, 0);
#else
  malloc_trim(0);
#endif
}

}  // namespace

std::int64_t resident_bytes() {
  give_back_free_memory();
  std::ifstream in("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace holdfast::bench
