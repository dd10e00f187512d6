#include "gateway/http/rate_limit.hpp"

#include <algorithm>
#include <vector>

namespace holdfast::gateway {

std::optional<std::int64_t> take_one(std::int64_t& full_at_us, rate limit, std::int64_t now_us) noexcept {
  if (limit.per_second == 0) return std::nullopt;
  const auto step_us = std::int64_t{1'000'000} / limit.per_second;
  const auto tolerance_us = step_us * (std::max<std::uint32_t>(limit.burst, 1) - 1);
  // The upper bound only bites when the wall clock was set back: nobody has to sit that out.
  const auto full_at = std::clamp(full_at_us, now_us, now_us + tolerance_us + step_us);
  if (const auto wait_us = full_at - now_us - tolerance_us; wait_us > 0) return wait_us;
  full_at_us = full_at + step_us;
  return std::nullopt;
}

std::optional<std::int64_t> rate_limiter::refuse(std::string_view caller, unix_ms now) {
  if (limit_.per_second == 0) return std::nullopt;
  const auto now_us = now * 1000;
  const std::lock_guard guard(mutex_);
  auto at = full_at_us_.find(caller);
  if (at == full_at_us_.end()) {
    if (full_at_us_.size() >= callers_max_) make_room(now_us);
    at = full_at_us_.emplace(caller, 0).first;
  }
  const auto wait_us = take_one(at->second, limit_, now_us);
  return wait_us ? std::optional((*wait_us + 999) / 1000) : std::nullopt;
}

std::size_t rate_limiter::callers() const {
  const std::lock_guard guard(mutex_);
  return full_at_us_.size();
}

// First those whose bucket is full again. When an attacker with many addresses keeps all of them busy, the half that is nearest to full
// goes: the heaviest callers stay limited.
void rate_limiter::make_room(std::int64_t now_us) {
  std::erase_if(full_at_us_, [now_us](const auto& entry) { return entry.second <= now_us; });
  if (full_at_us_.size() < callers_max_) return;
  std::vector<std::int64_t> times;
  times.reserve(full_at_us_.size());
  for (const auto& [caller, at] : full_at_us_) times.push_back(at);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  auto surplus = full_at_us_.size() - callers_max_ / 2;  // equal times must not empty the table
  std::erase_if(full_at_us_,
                [limit = *middle, &surplus](const auto& entry) { return surplus > 0 && entry.second <= limit && surplus-- > 0; });
}

std::string rate_key_of_address(std::string_view address) {
  const auto colon = address.find(':');
  if (colon == std::string_view::npos) return std::string(address);
  if (address.starts_with("::ffff:") && address.find('.') != std::string_view::npos) return std::string(address.substr(7));
  // Canonical text: four groups, or fewer where "::" stands among them; then the rest of the prefix is zeros.
  std::size_t end = 0;
  for (int groups = 0; groups < 4 && end < address.size(); ++groups) {
    const auto next = address.find(':', end);
    if (next == std::string_view::npos || next == end) break;
    end = next + 1;
  }
  return std::string(address.substr(0, end)) + "/64";
}

}  // namespace holdfast::gateway
