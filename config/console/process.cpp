#include "config/console/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace holdfast::console {
namespace {

std::chrono::microseconds of(const timeval& t) { return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec); }

}  // namespace

std::chrono::microseconds processor_time() noexcept {
  rusage used{};
  if (getrusage(RUSAGE_SELF, &used) != 0) return {};
  return of(used.ru_utime) + of(used.ru_stime);
}

std::int64_t memory_bytes() noexcept {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/proc/self/statm", "r"), &std::fclose);
  long long size = 0, resident = 0;
  if (!file || std::fscanf(file.get(), "%lld %lld", &size, &resident) != 2) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace holdfast::console
