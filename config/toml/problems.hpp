#pragma once
// What is wrong with a file that a person wrote, and where exactly: "festival.toml:12:9: …". Readers collect every problem they can
// find in one go, so that a file is not mended one error at a time.
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::config {

struct problem {
  std::string file;
  std::uint32_t line = 0;  // 1-based; 0: the file as a whole
  std::uint32_t column = 0;
  std::string message;
};

class problem_list {
public:
  explicit problem_list(std::string file) : file_(std::move(file)) {}

  void add(std::uint32_t line, std::uint32_t column, std::string message);
  bool empty() const noexcept { return items_.empty(); }
  const std::vector<problem>& items() const noexcept { return items_; }
  const std::string& file() const noexcept { return file_; }
  /// One line per problem, in the order of the file.
  std::string text() const;

private:
  std::string file_;
  std::vector<problem> items_;
};

std::string to_string(const problem&);

/// The candidate that a mistyped word most likely meant, or empty: it begins with the word, or differs by at most a third of its
/// letters.
std::string closest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace holdfast::config
