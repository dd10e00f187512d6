#include "actors/link/refusal_log.hpp"

#include "protocols/base/log.hpp"

namespace holdfast::actors::link {

void refusal_log::add(refusal kind, const std::string& from, const std::string& why) {
  figures_.refused[static_cast<std::size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
  const auto now = std::chrono::steady_clock::now();
  if (now - second_begin_ >= std::chrono::seconds{1}) {
    if (silent_ > 0) log_of(part::link)->warn("link: {} more connections were refused", silent_);
    second_begin_ = now;
    lines_ = silent_ = 0;
  }
  if (lines_++ < lines_per_s_max_)
    log_of(part::link)->warn("link: refused {} ({}): {}", from, refusal_names[static_cast<std::size_t>(kind)], why);
  else
    ++silent_;
}

}  // namespace holdfast::actors::link
