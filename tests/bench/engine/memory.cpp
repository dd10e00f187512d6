#include "tests/bench/engine/memory.hpp"

#include <malloc.h>
#include <unistd.h>

#include <fstream>

namespace holdfast::bench {

std::int64_t resident_bytes() {
  malloc_trim(0);
  std::ifstream in("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace holdfast::bench
