#include "tests/mail/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace holdfast::test {

child::child(const std::vector<std::string>& arguments, const std::string& standard_input) {
  std::array<int, 2> in{}, out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  std::vector<char*> argv;
  for (const auto& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);
  const auto failed = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  out_ = out[0];
  for (std::size_t sent = 0; failed == 0 && sent < standard_input.size();) {
    const auto n = write(in[1], standard_input.data() + sent, standard_input.size() - sent);
    if (n <= 0) break;
    sent += static_cast<std::size_t>(n);
  }
  close(in[1]);
  if (failed != 0) throw std::runtime_error("cannot start " + arguments.front());
  reader_ = std::thread([this] { read_all(); });
}

child::~child() {
  kill_now();
  join();
  if (reader_.joinable()) reader_.join();
  close(out_);
}

void child::kill_now() {
  if (pid_ > 0) kill(pid_, SIGKILL);
}

int child::join() {
  if (pid_ <= 0) return -1;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void child::read_all() {
  std::array<char, 65536> piece{};
  for (;;) {
    const auto n = read(out_, piece.data(), piece.size());
    const std::lock_guard guard(mutex_);
    if (n <= 0) ended_ = true;
    if (n > 0) buffer_.append(piece.data(), static_cast<std::size_t>(n));
    more_.notify_all();
    if (ended_) return;
  }
}

std::optional<std::string> child::line(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  more_.wait_for(lock, wait, [&] { return ended_ || buffer_.find('\n') != std::string::npos; });
  const auto end = buffer_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  auto out = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return out;
}

std::string child::rest(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  more_.wait_for(lock, wait, [&] { return ended_; });
  return std::exchange(buffer_, {});
}

}  // namespace holdfast::test
