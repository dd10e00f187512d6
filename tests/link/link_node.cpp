// link_node FOLDER NAME PORT PEER WHERE: one node that knows one peer, echoes what it is asked and prints its port. Ends on SIGTERM, or
// with the process that started it.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "tests/link/stage.hpp"

namespace holdfast::actors::link::test {
namespace {

int run(char** words) {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  spdlog::set_default_logger(spdlog::stderr_logger_mt(words[2]));  // nobody reads standard output after the port
  const std::filesystem::path folder = words[1];
  const std::string name = words[2];
  link_options options;
  options.node = name;
  options.port = static_cast<std::uint16_t>(std::stoi(words[3]));
  options.files = {folder / (name + ".pem"), folder / (name + ".key"), folder / "ca.pem"};
  const stage_node node(std::move(options));
  if (!node.link().set_peers({{words[4], words[5]}})) return 2;
  std::printf("%u\n", static_cast<unsigned>(node.link().port()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ending, &signal);
  return 0;
}

}  // namespace
}  // namespace holdfast::actors::link::test

int main(int argc, char** argv) { return argc == 6 ? holdfast::actors::link::test::run(argv) : 2; }
