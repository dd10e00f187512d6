// holdfastd: one node. Options, settings, signals; what a node consists of stands in node.hpp.
#include <getopt.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "config/node/logging.hpp"
#include "config/node/node.hpp"
#include "config/node/supervisor.hpp"

namespace holdfast::node {
namespace {

using namespace std::chrono_literals;

constexpr const char* usage =
    R"(usage: holdfastd [options]
  --config FILE    settings (TOML); every key with its default: --print-config
  --data FOLDER    keys, embedded journal, mails            HOLDFAST_DATA     [data]
  --port N         listening port, 0 for any free one       HOLDFAST_PORT     [8080]
  --journal URL    sqlite:<file> or postgresql://…          HOLDFAST_JOURNAL  [embedded, in the data folder]
  --development    show mails at /dev/mail to everybody who reaches the node
  --print-config   print an example settings file and end
  --version, --help

Signals: SIGTERM and SIGINT end the node after what is in flight; the same one again ends it at once. SIGHUP reads the
certificates of the cluster's links again.
Exit codes: 0 stopped as asked; 1 could not start or lost its shards; 2 wrong options or settings.
)";

struct options {
  std::string config_file;
  std::string data, port, journal;
  bool development = false;
};

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The exit code where the process is to end at once.
std::optional<int> parse(int argc, char** argv, options& out) {
  static const std::array<option, 9> known{{{"config", required_argument, nullptr, 'c'},
                                            {"data", required_argument, nullptr, 'd'},
                                            {"port", required_argument, nullptr, 'p'},
                                            {"journal", required_argument, nullptr, 'j'},
                                            {"development", no_argument, nullptr, 'D'},
                                            {"print-config", no_argument, nullptr, 'P'},
                                            {"version", no_argument, nullptr, 'v'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {nullptr, 0, nullptr, 0}}};
  out.data = from_environment("HOLDFAST_DATA");
  out.port = from_environment("HOLDFAST_PORT");
  out.journal = from_environment("HOLDFAST_JOURNAL");
  for (int found = 0; (found = getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
    switch (found) {
      case 'c':
        out.config_file = optarg;
        break;
      case 'd':
        out.data = optarg;
        break;
      case 'p':
        out.port = optarg;
        break;
      case 'j':
        out.journal = optarg;
        break;
      case 'D':
        out.development = true;
        break;
      case 'P':
        std::fputs(config::example_text().c_str(), stdout);
        return 0;
      case 'v':
        std::puts("holdfastd " HOLDFAST_VERSION);
        return 0;
      case 'h':
        std::fputs(usage, stdout);
        return 0;
      default:
        std::fputs(usage, stderr);
        return 2;
    }
  }
  if (optind == argc) return std::nullopt;
  std::fprintf(stderr, "holdfastd: '%s' is not an option\n%s", argv[optind], usage);
  return 2;
}

/// Settings file, then environment, then command line. False after a message.
bool load(const options& given, config::settings& out) {
  if (!given.config_file.empty()) {
    config::problem_list problems(given.config_file);
    out = config::read_settings_file(given.config_file, problems);
    if (!problems.empty()) {
      std::fputs(problems.text().c_str(), stderr);
      return false;
    }
  }
  if (given.development) out.mail.development_page = true;
  if (!given.data.empty()) out.node.data_folder = given.data;
  if (!given.journal.empty()) out.node.journal_url = given.journal;
  if (given.port.empty()) return true;
  const auto* end = given.port.data() + given.port.size();
  const auto [at, error] = std::from_chars(given.port.data(), end, out.http.port);
  if (error == std::errc{} && at == end) return true;
  std::fprintf(stderr, "holdfastd: the port is a number from 0 to 65535, not '%s'\n", given.port.c_str());
  return false;
}

sigset_t blocked_signals() {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, SIGTERM);
  sigaddset(&out, SIGINT);
  sigaddset(&out, SIGHUP);
  return out;
}

/// Waits for a signal (which it answers) or for the node to lose its shards (0).
int wait_for_end(const sigset_t& signals, running_node& node) {
  const auto serving = "serving " + node.url();
  notify_supervisor("READY=1\nSTATUS=" + serving);
  supervision watched(serving);
  for (;;) {
    const timespec wait{0, 200'000'000};
    const int got = sigtimedwait(&signals, nullptr, &wait);
    if (got == SIGHUP) {
      node.reload_certificates();
      continue;
    }
    if (got > 0) {
      spdlog::info("{}: stopping", got == SIGINT ? "SIGINT" : "SIGTERM");
      return got;
    }
    if (node.replaced()) {
      spdlog::critical("another node has taken the shards or the name of this one: stopping");
      return 0;
    }
    node.look_at_certificates();
    const auto obstacle = node.obstacle();
    watched.turn(obstacle ? serving + ", but not ready: " + *obstacle : serving, watched.watched() ? node.silent_for() : 0ms);
  }
}

/// The same signal again ends the process the hard way: the journal is safe at any moment. Only the same one, because a terminal's SIGINT
/// is often followed by a SIGTERM of the script that started the node.
void let_through(int signal) {
  if (signal == 0) return;
  std::signal(signal, SIG_DFL);
  sigset_t again;
  sigemptyset(&again);
  sigaddset(&again, signal);
  pthread_sigmask(SIG_UNBLOCK, &again, nullptr);
}

int run(int argc, char** argv) {
  options given;
  if (const auto code = parse(argc, argv, given)) return *code;
  config::settings settings;
  if (!load(given, settings)) return 2;
  // Before the first thread, so that every thread inherits it and only the wait below sees them.
  const auto signals = blocked_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto log = set_up_logging(settings.log.level, settings.log.format);
  auto node = running_node::start(settings, log);
  if (!node) {
    log->critical("{}", node.error().detail);
    return 1;
  }
  const int asked = wait_for_end(signals, **node);
  notify_supervisor("STOPPING=1\nSTATUS=answering what is in flight");
  let_through(asked);
  (*node)->stop();
  node->reset();
  log->info("stopped");
  spdlog::shutdown();
  return asked != 0 ? 0 : 1;
}

}  // namespace
}  // namespace holdfast::node

int main(int argc, char** argv) {
  try {
    return holdfast::node::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfastd: %s\n", error.what());
    return 1;
  }
}
