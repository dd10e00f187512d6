#include "config/files/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace holdfast::config {
namespace {

failure system_failure(const std::filesystem::path& file) {
  return fail(failure_code::disk_full, file.string() + ": " + std::strerror(errno));
}

}  // namespace

result<void> write_private(const std::filesystem::path& file, std::string_view text) {
  const auto draft = file.string() + ".new";
  ::unlink(draft.c_str());
  const int out = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (out < 0) return system_failure(draft);
  const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
  ::close(out);
  if (!written || ::rename(draft.c_str(), file.c_str()) != 0) {
    auto failed = system_failure(file);
    ::unlink(draft.c_str());
    return failed;
  }
  return {};
}

std::string read_whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace holdfast::config
