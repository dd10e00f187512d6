#include "config/cli/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>

namespace holdfast::cli {
namespace {

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool numeric(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789.,-") == std::string_view::npos; }

}  // namespace

std::string table::text() const {
  std::vector<std::size_t> widths(rows_[0].size());
  std::vector<bool> right(rows_[0].size(), rows_.size() > 1);
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    for (std::size_t c = 0; c < rows_[r].size(); ++c) {
      widths[c] = std::max(widths[c], width(rows_[r][c]));
      if (r > 0 && !rows_[r][c].empty() && !numeric(rows_[r][c])) right[c] = false;
    }
  }
  std::string out;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < rows_[r].size(); ++c) {
      const std::string space(widths[c] - width(rows_[r][c]), ' ');
      line += right[c] ? space + rows_[r][c] : rows_[r][c] + space;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
    if (r == 0) {
      for (std::size_t c = 0; c < widths.size(); ++c) out += std::string(widths[c], '-') + (c + 1 < widths.size() ? "  " : "\n");
    }
  }
  return out;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_line(const boost::json::object& line) { print(boost::json::serialize(line) + "\n"); }

void complain(std::string_view message) {
  const auto text = "holdfast: " + std::string(message) + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

progress_bar::progress_bar(std::string what, std::size_t total)
    : what_(std::move(what)), total_(total), visible_(total > 0 && isatty(STDERR_FILENO) == 1) {}

progress_bar::~progress_bar() {
  if (visible_ && done_ > 0) std::fprintf(stderr, "\r\033[K");
}

void progress_bar::advance() {
  constexpr std::size_t cells = 40;
  ++done_;
  const auto filled = total_ == 0 ? cells : std::min(cells, done_ * cells / total_);
  if (!visible_ || (filled == shown_ && done_ % 16 != 0)) return;
  shown_ = filled;
  const auto bar = std::string(filled, '#') + std::string(cells - filled, '.');
  std::fprintf(stderr, "\r\033[K[%s] %zu/%zu %s", bar.c_str(), done_, total_, what_.c_str());
  std::fflush(stderr);
}

}  // namespace holdfast::cli
