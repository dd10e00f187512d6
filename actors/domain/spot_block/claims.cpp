#include "actors/domain/spot_block/claims.hpp"

namespace holdfast::domain::block {

spot_claims::spot_claims(const spot_claims& other)
    : whole_(other.whole_), partial_(other.partial_ ? std::make_unique<load_curve>(*other.partial_) : nullptr) {}

void spot_claims::add(const stretch& when, grip how, std::uint32_t quantity) { change(when, how, static_cast<std::int32_t>(quantity)); }

void spot_claims::remove(const stretch& when, grip how, std::uint32_t quantity) { change(when, how, -static_cast<std::int32_t>(quantity)); }

void spot_claims::change(const stretch& when, grip how, std::int32_t quantity) {
  if (when.whole) {
    auto& level = how == grip::held ? whole_.held : whole_.taken;
    level += static_cast<std::uint32_t>(quantity);
    return;
  }
  if (when.begin >= when.until() || quantity == 0) return;
  if (!partial_) partial_ = std::make_unique<load_curve>();
  partial_->change(when.begin, when.until(), how, quantity);
  if (partial_->empty()) partial_.reset();
}

std::uint32_t spot_claims::peak(const stretch& when) const noexcept {
  if (!partial_) return whole_.total();
  return whole_.total() + (when.whole ? partial_->peak() : partial_->peak(when.begin, when.until()));
}

std::uint32_t spot_claims::peak_taken() const noexcept { return whole_.taken + (partial_ ? partial_->peak_taken() : 0); }

std::vector<load_curve::step> spot_claims::partial() const { return partial_ ? partial_->steps() : std::vector<load_curve::step>{}; }

}  // namespace holdfast::domain::block
