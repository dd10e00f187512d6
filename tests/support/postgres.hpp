#pragma once
// A PostgreSQL server of the test's own: a fresh cluster in a temporary folder, reached over a Unix socket only, durable like a real
// one (fsync on), gone with the object. PostgreSQL refuses to run as root, so root runs it as "postgres" or "nobody".
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace holdfast::test {

class postgres {
public:
  /// Creates and starts. `settings` are server settings, "max_connections=50". Throws std::runtime_error with the server's words.
  explicit postgres(std::vector<std::string> settings = {});
  ~postgres();
  postgres(const postgres&) = delete;
  postgres& operator=(const postgres&) = delete;

  /// A libpq URI; with a schema also &holdfast_schema=<schema>.
  std::string url(const std::string& schema = {}) const;

  void start();
  /// Ends sessions and stops in order ("fast").
  void stop();
  /// As if the power went: no checkpoint, recovery at the next start.
  void stop_immediate();
  void restart();
  /// kill -9 of every process of the server.
  void kill();
  bool running() const noexcept { return server_ > 0; }
  pid_t pid() const noexcept { return server_; }

  /// What the server wrote to its log.
  std::string log() const;
  const std::filesystem::path& folder() const noexcept { return folder_.path(); }

private:
  void end(int signal);
  void wait_until_ready();

  temporary_folder folder_;
  std::vector<std::string> settings_;
  pid_t server_ = -1;
};

/// One server for all tests of a binary, started when first asked for, stopped at exit.
postgres& shared_postgres();

/// A schema name that no other test of this binary has.
std::string fresh_schema();

}  // namespace holdfast::test
