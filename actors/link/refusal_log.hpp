#pragma once
// Counts refused connections and logs them, but never more lines a second than its limit: whoever knocks a thousand times fills no disk.
#include <chrono>
#include <cstddef>
#include <string>

#include "actors/link/figures.hpp"

namespace holdfast::actors::link {

/// Used on the link's thread only.
class refusal_log {
public:
  refusal_log(figures& count, std::size_t lines_per_s_max) : figures_(count), lines_per_s_max_(lines_per_s_max) {}

  void add(refusal kind, const std::string& from, const std::string& why);

private:
  figures& figures_;
  std::size_t lines_per_s_max_;
  std::chrono::steady_clock::time_point second_begin_{};
  std::size_t lines_ = 0;
  std::size_t silent_ = 0;
};

}  // namespace holdfast::actors::link
