#include "config/node/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace holdfast::node {
namespace {

std::string read_owner(int file) {
  std::array<char, 32> text{};
  const auto n = pread(file, text.data(), text.size() - 1, 0);
  std::string out(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

result<void> make_folder(const std::filesystem::path& data) {
  std::error_code error;
  std::filesystem::create_directories(data, error);
  if (error || !std::filesystem::is_directory(data, error))
    return fail(failure_code::invalid_argument, "the data folder " + data.string() + " cannot be made: " +
                                                    (error ? error.message() : std::string("there is something else of that name")));
  return {};
}

}  // namespace

std::filesystem::path keys_file(const std::filesystem::path& data) { return data / "node.keys"; }
std::filesystem::path address_file(const std::filesystem::path& data) { return data / "node.address"; }
std::filesystem::path mail_folder(const std::filesystem::path& data) { return data / "mail"; }
std::string embedded_journal_url(const std::filesystem::path& data) { return "sqlite:" + (data / "holdfast.db").string(); }

std::string default_pages_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  for (const auto& candidate : {program.parent_path() / "gateway/pages/dist", program.parent_path() / "../share/holdfast/pages"})
    if (std::filesystem::exists(candidate / "index.html", error)) return candidate.lexically_normal().string();
  return {};
}

result<folder_lock> folder_lock::take(const std::filesystem::path& data) {
  const bool is_new = !std::filesystem::exists(data);
  if (auto made = make_folder(data); !made) return made.error();
  if (is_new) chmod(data.c_str(), 0700);
  const auto path = data / "node.lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return fail(failure_code::invalid_argument,
                "the data folder " + data.string() + " cannot be written: " + std::strerror(errno) + "; give the node another with --data");
  folder_lock out(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const auto owner = read_owner(file);
    return fail(failure_code::conflict, "the data folder " + data.string() + " is in use by another node" +
                                            (owner.empty() ? "" : " (process " + owner + ")") +
                                            "; stop that one or give this one another with --data");
  }
  const auto text = std::to_string(getpid()) + "\n";
  if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return fail(failure_code::disk_full, "the data folder " + data.string() + " cannot be written: " + std::strerror(errno));
  return out;
}

folder_lock::folder_lock(folder_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

folder_lock& folder_lock::operator=(folder_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

folder_lock::~folder_lock() {
  if (file_ >= 0) close(file_);  // closing releases the lock; the file stays, so that no other process locks an unlinked one
}

}  // namespace holdfast::node
