#include "tests/e2e/node_process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace holdfast::e2e {
namespace {

using steady = std::chrono::steady_clock;

std::filesystem::path program(const std::string& name) {
  const char* build = std::getenv("HOLDFAST_BUILD");
  return std::filesystem::path(build == nullptr ? "build/release" : build) / name;
}

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// Standard output and error go to files, so that no pipe can fill up and stop the child.
int spawn(const std::filesystem::path& file, const std::vector<std::string>& arguments, const std::filesystem::path& out,
          const std::filesystem::path& err) {
  std::vector<char*> words;
  auto name = file.string();
  words.push_back(name.data());
  auto copies = arguments;
  for (auto& a : copies) words.push_back(a.data());
  words.push_back(nullptr);
  const int pid = fork();
  if (pid != 0) return pid;
  const int to_out = open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int to_err = open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(to_out, STDOUT_FILENO);
  dup2(to_err, STDERR_FILENO);
  execv(name.c_str(), words.data());
  _exit(127);
}

}  // namespace

finished run_program(const std::string& name, const std::vector<std::string>& arguments, std::chrono::seconds limit) {
  const temporary_folder folder;
  const int pid = spawn(program(name), arguments, folder.path() / "out", folder.path() / "err");
  const auto until = steady::now() + limit;
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (steady::now() > until) ::kill(pid, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return {exit_code(status), read_all(folder.path() / "out"), read_all(folder.path() / "err")};
}

node_process::node_process(std::filesystem::path data, std::vector<std::string> options)
    : data_(std::move(data)), options_(std::move(options)) {}

node_process::~node_process() { kill(); }

bool node_process::start() {
  std::filesystem::create_directories(data_);
  const auto address = data_ / "node.address";
  std::filesystem::remove(address);
  auto arguments = options_;
  arguments.insert(arguments.end(), {"--data", data_.string(), "--port", "0"});
  pid_ = spawn(program("holdfastd"), arguments, data_ / "node.log", data_ / "node.log");
  const auto until = steady::now() + std::chrono::seconds(30);
  while (steady::now() < until) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != 0) {
      pid_ = 0;
      return false;
    }
    url_ = read_all(address);
    if (!url_.empty() && url_.back() == '\n') {
      url_.pop_back();
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

int node_process::stop() {
  if (pid_ == 0) return -1;
  ::kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return exit_code(status);
}

void node_process::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void node_process::signal(int number) const { ::kill(pid_, number); }

std::string node_process::log() const { return read_all(data_ / "node.log"); }

}  // namespace holdfast::e2e
