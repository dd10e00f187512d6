#pragma once
// What a person or a program sees: tables or JSON lines on standard output, errors and progress on standard error.
#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cli {

/// Columns as wide as their widest cell (counted in code points, so "ø" is one wide); numbers are aligned to the right.
class table {
public:
  explicit table(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::size_t size() const noexcept { return rows_.size() - 1; }
  std::string text() const;

private:
  std::vector<std::vector<std::string>> rows_;
};

void print(std::string_view text);
void print_line(const boost::json::object& line);
/// "holdfast: …" on standard error.
void complain(std::string_view message);

/// "[#####.....] 120/312 events" on one line of a terminal; silent where standard error is none.
class progress_bar {
public:
  progress_bar(std::string what, std::size_t total);
  ~progress_bar();
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  void advance();

private:
  std::string what_;
  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t shown_ = ~std::size_t{0};
  bool visible_;
};

}  // namespace holdfast::cli
