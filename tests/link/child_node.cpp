#include "tests/link/child_node.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace holdfast::actors::link::test {

child_node::child_node(const test_authority& authority, const std::string& name, const peer_address& knows, std::uint16_t port)
    : name_(name) {
  authority.certify(name);
  const char* build = std::getenv("HOLDFAST_BUILD");
  const auto program = std::filesystem::path(build == nullptr ? "build/release" : build) / "link_node";
  const auto folder = authority.folder().string();
  const auto port_text = std::to_string(port);
  std::array<int, 2> pipe_ends{};
  if (::pipe(pipe_ends.data()) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(pipe_ends[1], STDOUT_FILENO);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    ::execl(program.c_str(), program.c_str(), folder.c_str(), name.c_str(), port_text.c_str(), knows.node.c_str(), knows.where.c_str(),
            nullptr);
    ::_exit(127);
  }
  ::close(pipe_ends[1]);
  std::string said;
  for (char c = 0; ::read(pipe_ends[0], &c, 1) == 1 && c != '\n';) said.push_back(c);
  ::close(pipe_ends[0]);
  if (said.empty()) throw std::runtime_error("link_node did not start");
  port_ = static_cast<std::uint16_t>(std::stoi(said));
}

child_node::~child_node() { kill(); }

void child_node::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void child_node::pause() const {
  ::kill(pid_, SIGSTOP);
  ::waitpid(pid_, nullptr, WUNTRACED);  // only then does it stand still
}
void child_node::go_on() const { ::kill(pid_, SIGCONT); }

int child_node::stop() {
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace holdfast::actors::link::test
