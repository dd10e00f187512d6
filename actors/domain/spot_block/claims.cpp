#include "actors/domain/spot_block/claims.hpp"

#include <algorithm>

namespace holdfast::domain::block {
namespace {

std::uint32_t& of(usage& level, grip how) noexcept { return how == grip::held ? level.held : level.taken; }

}  // namespace

void spot_claims::add(const stretch& when, grip how, std::uint32_t quantity) {
  change(when, [&](usage& level) { of(level, how) += quantity; });
}

void spot_claims::remove(const stretch& when, grip how, std::uint32_t quantity) {
  change(when, [&](usage& level) { of(level, how) -= std::min(of(level, how), quantity); });
}

template <class Change>
void spot_claims::change(const stretch& when, Change apply) {
  if (when.whole) return apply(whole_);
  if (when.begin >= when.until()) return;
  const auto first = split(when.begin);
  const auto last = split(when.until());
  for (auto i = first; i < last; ++i) apply(steps_[i].level);
  // Steps that say what the one before them says are dropped: only those at the two edges can have become so.
  for (const auto edge : {last, first}) {
    const auto before = edge == 0 ? usage{} : steps_[edge - 1].level;
    if (edge < steps_.size() && steps_[edge].level == before) steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(edge));
  }
  if (steps_.empty()) steps_.shrink_to_fit();
}

/// Index of a step that begins exactly at `at`.
std::size_t spot_claims::split(unix_ms at) {
  const auto here = std::lower_bound(steps_.begin(), steps_.end(), at, [](const step& s, unix_ms t) { return s.at < t; });
  const auto index = static_cast<std::size_t>(here - steps_.begin());
  if (here == steps_.end() || here->at != at) steps_.insert(here, {at, index == 0 ? usage{} : steps_[index - 1].level});
  return index;
}

std::uint32_t spot_claims::peak(const stretch& when) const noexcept {
  std::uint32_t most = 0;
  auto i = steps_.begin();
  if (!when.whole) {
    i = std::upper_bound(steps_.begin(), steps_.end(), when.begin, [](unix_ms t, const step& s) { return t < s.at; });
    if (i != steps_.begin()) --i;  // its level reaches into the stretch
  }
  const auto until = when.whole ? forever : when.until();
  for (; i != steps_.end() && i->at < until; ++i) most = std::max(most, i->level.total());
  return whole_.total() + most;
}

std::uint32_t spot_claims::peak_taken() const noexcept {
  std::uint32_t most = 0;
  for (const auto& s : steps_) most = std::max(most, s.level.taken);
  return whole_.taken + most;
}

bool spot_claims::within(unix_ms begin, unix_ms end) const noexcept {
  return steps_.empty() || (steps_.front().at >= begin && steps_.back().at <= end);
}

}  // namespace holdfast::domain::block
