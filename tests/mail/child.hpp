#pragma once
// A process started by a test: lines out of it with a deadline, ended when the object goes. Its output is read as it comes, so that it
// never waits for the test.
#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace holdfast::test {

class child {
public:
  explicit child(const std::vector<std::string>& arguments, const std::string& standard_input = {});
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  /// The next line without its end, or nothing when the deadline passes or the output ends.
  std::optional<std::string> line(std::chrono::milliseconds wait = std::chrono::seconds(20));
  /// Everything until the output ends.
  std::string rest(std::chrono::milliseconds wait = std::chrono::seconds(20));
  void kill_now();
  /// Exit status; waits.
  int join();

private:
  void read_all();
  pid_t pid_ = -1;
  int out_ = -1;
  std::mutex mutex_;
  std::condition_variable more_;
  std::string buffer_;
  bool ended_ = false;
  std::thread reader_;
};

}  // namespace holdfast::test
