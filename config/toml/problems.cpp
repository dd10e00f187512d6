#include "config/toml/problems.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace holdfast::config {
namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto substituted = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

}  // namespace

void problem_list::add(std::uint32_t line, std::uint32_t column, std::string message) {
  items_.push_back({file_, line, column, std::move(message)});
}

std::string problem_list::text() const {
  auto sorted = items_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
  std::string out;
  for (const auto& item : sorted) out += to_string(item) + "\n";
  return out;
}

std::string to_string(const problem& p) {
  if (p.line == 0) return p.file + ": " + p.message;
  return p.file + ":" + std::to_string(p.line) + ":" + std::to_string(p.column) + ": " + p.message;
}

std::string closest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  auto limit = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const bool cut_short = word.size() >= 3 && candidate.compare(0, word.size(), word) == 0;
    const auto distance = cut_short ? std::size_t{1} : edit_distance(word, candidate);
    if (distance < limit) {
      limit = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace holdfast::config
