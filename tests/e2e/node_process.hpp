#pragma once
// A real holdfastd in a process of its own, on a free port. Tests end it the friendly way or the hard way and start it again.
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace holdfast::e2e {

using test::temporary_folder;

struct finished {
  int exit = -1;    // 128 + signal where one ended it
  std::string out;  // standard output
  std::string err;  // standard error
};

/// A program of this build ("holdfast", "holdfastd") to its end; killed after `limit`.
finished run_program(const std::string& name, const std::vector<std::string>& arguments,
                     std::chrono::seconds limit = std::chrono::seconds(120));

class node_process {
public:
  explicit node_process(std::filesystem::path data, std::vector<std::string> options = {});
  ~node_process();  // ends it
  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;

  /// Waits until it is ready to serve. False, with the log in `log()`, when it ends or 30 s pass.
  bool start();
  /// SIGTERM; the exit code.
  int stop();
  /// SIGKILL: what a power cut does to a process.
  void kill();
  /// Any other signal: SIGSTOP, SIGCONT.
  void signal(int number) const;

  const std::string& url() const noexcept { return url_; }
  const std::filesystem::path& data() const noexcept { return data_; }
  std::string log() const;

private:
  std::filesystem::path data_;
  std::vector<std::string> options_;
  std::string url_;
  int pid_ = 0;
};

}  // namespace holdfast::e2e
