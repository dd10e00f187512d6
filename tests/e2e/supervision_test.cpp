// What a node tells systemd, heard on a socket such as systemd opens.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "config/cli/http_client.hpp"
#include "tests/e2e/node_process.hpp"

namespace holdfast::e2e {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

/// For the processes that are started while it lives.
class environment {
public:
  environment(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~environment() { ::unsetenv(name_); }
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

private:
  const char* name_;
};

class notify_socket {
public:
  /// A path, or "@name" for a socket without a file.
  explicit notify_socket(const std::string& name) : file_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, name.data(), name.size());
    if (name[0] == '@') where.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (::bind(file_, reinterpret_cast<const sockaddr*>(&where), size) != 0) throw std::runtime_error("bind: " + name);
  }
  ~notify_socket() { ::close(file_); }
  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;

  /// The next message; empty where none comes in time.
  std::string next(std::chrono::milliseconds limit) const {
    pollfd wait{file_, POLLIN, 0};
    std::array<char, 4096> bytes{};
    if (::poll(&wait, 1, static_cast<int>(limit.count())) != 1) return {};
    const auto size = ::recv(file_, bytes.data(), bytes.size(), 0);
    return {bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  /// How often it comes within `during`.
  int count(const std::string& wanted, std::chrono::milliseconds during) const {
    int out = 0;
    for (const auto until = steady::now() + during; steady::now() < until;)
      if (next(std::chrono::duration_cast<std::chrono::milliseconds>(until - steady::now())) == wanted) ++out;
    return out;
  }
  void drop_all() const {
    while (!next(0ms).empty()) {
    }
  }

private:
  int file_;
};

bool says(const std::string& message, const std::string& line) { return ("\n" + message + "\n").find("\n" + line) != std::string::npos; }

class Supervision : public testing::Test {
protected:
  temporary_folder folder_;
  node_process node_{folder_.path() / "data"};
};

TEST_F(Supervision, ReadinessAndTheEndAreTold) {
  const auto name = (folder_.path() / "notify").string();
  const notify_socket socket(name);
  const environment told("NOTIFY_SOCKET", name);
  ASSERT_TRUE(node_.start()) << node_.log();
  const auto ready = socket.next(10s);
  EXPECT_TRUE(says(ready, "READY=1\n")) << ready;
  EXPECT_TRUE(says(ready, "STATUS=serving " + node_.url() + "\n")) << ready;
  EXPECT_EQ(cli::http_client(node_.url()).send({"GET", "/readyz", {}, {}}).status, 200);
  EXPECT_EQ(socket.count("WATCHDOG=1", 1s), 0) << "nobody asked for it";
  EXPECT_EQ(node_.stop(), 0);
  const auto end = socket.next(1s);
  EXPECT_TRUE(says(end, "STOPPING=1\n")) << end;
}

TEST_F(Supervision, ASocketWithoutAFileIsHeardToo) {
  const auto name = "@holdfast-test-" + std::to_string(::getpid());
  const notify_socket socket(name);
  const environment told("NOTIFY_SOCKET", name);
  ASSERT_TRUE(node_.start()) << node_.log();
  EXPECT_TRUE(says(socket.next(10s), "READY=1\n"));
}

TEST_F(Supervision, TheWatchdogIsFedWhileTheNodeRunsAndNotWhileItStands) {
  const auto name = (folder_.path() / "notify").string();
  const notify_socket socket(name);
  const environment told("NOTIFY_SOCKET", name);
  const environment wanted("WATCHDOG_USEC", "2000000");
  ASSERT_TRUE(node_.start()) << node_.log();
  ASSERT_TRUE(says(socket.next(10s), "READY=1\n"));
  EXPECT_GE(socket.count("WATCHDOG=1", 4s), 3);
  node_.signal(SIGSTOP);
  socket.drop_all();
  EXPECT_EQ(socket.count("WATCHDOG=1", 2s), 0);
  node_.signal(SIGCONT);
  EXPECT_GE(socket.count("WATCHDOG=1", 4s), 2);
  EXPECT_EQ(node_.stop(), 0);
}

TEST_F(Supervision, TheWatchdogOfAnotherProcessIsNotFed) {
  const auto name = (folder_.path() / "notify").string();
  const notify_socket socket(name);
  const environment told("NOTIFY_SOCKET", name);
  const environment wanted("WATCHDOG_USEC", "1000000");
  const environment other("WATCHDOG_PID", "1");
  ASSERT_TRUE(node_.start()) << node_.log();
  ASSERT_TRUE(says(socket.next(10s), "READY=1\n"));
  EXPECT_EQ(socket.count("WATCHDOG=1", 2s), 0);
}

TEST_F(Supervision, AStartThatFailsIsNeverReady) {
  const auto name = (folder_.path() / "notify").string();
  const notify_socket socket(name);
  const environment told("NOTIFY_SOCKET", name);
  EXPECT_EQ(run_program("holdfastd", {"--data", "/proc/nowhere", "--port", "0"}).exit, 1);
  EXPECT_EQ(socket.next(0ms), "");
}

}  // namespace
}  // namespace holdfast::e2e
