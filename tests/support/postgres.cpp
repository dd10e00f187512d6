#include "tests/support/postgres.hpp"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct account {
  uid_t user;
  gid_t group;
};

/// Who runs the server: this user, unless that is root.
account server_account() {
  if (::geteuid() != 0) return {::geteuid(), ::getegid()};
  for (const char* name : {"postgres", "nobody"})
    if (const auto* entry = ::getpwnam(name)) return {entry->pw_uid, entry->pw_gid};
  throw std::runtime_error("PostgreSQL does not run as root and there is neither a user postgres nor nobody");
}

fs::path newest_binaries() {
  fs::path best;
  int best_version = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best_version && fs::exists(entry.path() / "bin" / "postgres")) {
      best = entry.path() / "bin";
      best_version = version;
    }
  }
  if (best.empty()) throw std::runtime_error("no PostgreSQL server under /usr/lib/postgresql (Debian package: postgresql)");
  return best;
}

/// In the child: become the server's user, die with the test, write to the log, run the program.
[[noreturn]] void become(const std::vector<std::string>& command, account who, const fs::path& folder) {
  const auto log = (folder / "log").string();
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(who.group) != 0 || ::setuid(who.user) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

pid_t spawn(const std::vector<std::string>& command, const fs::path& folder) {
  const auto who = server_account();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) become(command, who, folder);
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::vector<pid_t> children_of(pid_t parent) {
  const auto number = std::to_string(parent);
  std::ifstream in("/proc/" + number + "/task/" + number + "/children");
  return {std::istream_iterator<pid_t>(in), {}};
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

postgres::postgres(std::vector<std::string> settings) : settings_(std::move(settings)) {
  const auto who = server_account();
  if (::chown(folder().c_str(), who.user, who.group) != 0) throw std::runtime_error("chown " + folder().string());
  const auto made = wait_for(spawn(
      {newest_binaries() / "initdb", "-D", folder() / "data", "-U", "holdfast", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"},
      folder()));
  if (made != 0) throw std::runtime_error("initdb: " + log());
  start();
}

postgres::~postgres() {
  if (running()) end(SIGQUIT);
}

std::string postgres::url(const std::string& schema) const {
  auto out = "postgresql:///postgres?user=holdfast&host=" + folder().string();
  if (!schema.empty()) out += "&holdfast_schema=" + schema;
  return out;
}

void postgres::start() {
  std::vector<std::string> command{newest_binaries() / "postgres",
                                   "-D",
                                   folder() / "data",
                                   "-k",
                                   folder(),
                                   "-c",
                                   "listen_addresses=",
                                   "-c",
                                   "fsync=on",
                                   "-c",
                                   "shared_buffers=32MB",
                                   "-c",
                                   "max_connections=100",
                                   "-c",
                                   "recovery_init_sync_method=syncfs"};
  for (const auto& setting : settings_) {
    command.emplace_back("-c");
    command.push_back(setting);
  }
  server_ = spawn(command, folder());
  wait_until_ready();
}

void postgres::wait_until_ready() {
  const auto give_up = std::chrono::steady_clock::now() + 60s;
  const auto conninfo = url();
  while (::PQping(conninfo.c_str()) != PQPING_OK) {
    int status = 0;
    if (::waitpid(server_, &status, WNOHANG) == server_) {
      server_ = -1;
      throw std::runtime_error("PostgreSQL ended at its start: " + log());
    }
    if (std::chrono::steady_clock::now() > give_up) {
      end(SIGKILL);
      throw std::runtime_error("PostgreSQL did not become ready: " + log());
    }
    std::this_thread::sleep_for(20ms);
  }
}

void postgres::end(int signal) {
  if (!running()) return;
  ::kill(server_, signal);
  wait_for(server_);
  server_ = -1;
}

void postgres::stop() { end(SIGINT); }
void postgres::stop_immediate() { end(SIGQUIT); }

void postgres::kill() {
  if (!running()) return;
  const auto children = children_of(server_);
  end(SIGKILL);
  for (const auto child : children) ::kill(child, SIGKILL);
  // They are not ours to wait for, and a server does not start beside the remains of another.
  for (const auto child : children)
    while (::kill(child, 0) == 0) std::this_thread::sleep_for(5ms);
}

void postgres::restart() {
  stop();
  start();
}

std::string postgres::log() const { return text_of(folder() / "log"); }

postgres& shared_postgres() {
  static postgres instance;
  return instance;
}

std::string fresh_schema() {
  static std::atomic<int> count{0};
  return "t" + std::to_string(++count);
}

}  // namespace holdfast::test
