#include "tests/persistence/processor_time.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace holdfast::persistence::test {
namespace {

/// utime + stime + cutime + cstime of proc(5), which counts in ticks.
double used_by(const std::string& process) {
  std::ifstream in("/proc/" + process + "/stat");
  const std::string line{std::istreambuf_iterator<char>(in), {}};
  const auto behind_name = line.rfind(')');
  if (behind_name == std::string::npos) return 0;
  std::istringstream fields(line.substr(behind_name + 1));
  const std::vector<std::string> all{std::istream_iterator<std::string>(fields), {}};
  constexpr std::size_t utime = 11;
  double ticks = 0;
  for (std::size_t i = utime; i < utime + 4 && i < all.size(); ++i) ticks += std::stod(all[i]);
  return ticks * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double microseconds(const timeval& time) { return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec); }

}  // namespace

processor_time processor_time_used(pid_t server) {
  processor_time out;
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  out.self_us = microseconds(own.ru_utime) + microseconds(own.ru_stime);
  if (server == 0) return out;
  const auto number = std::to_string(server);
  out.server_us = used_by(number);
  std::ifstream children("/proc/" + number + "/task/" + number + "/children");
  for (std::string child; children >> child;) out.server_us += used_by(child);
  return out;
}

}  // namespace holdfast::persistence::test
