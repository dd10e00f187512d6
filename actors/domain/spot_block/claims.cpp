#include "actors/domain/spot_block/claims.hpp"

namespace holdfast::domain::block {

spot_claims::spot_claims(const spot_claims& other) {
  if (!other.ledger_) return;
  const auto& from = *other.ledger_;
  ledger_ = std::make_unique<ledger>(ledger{from.whole, from.partial ? std::make_unique<load_curve>(*from.partial) : nullptr});
}

void spot_claims::add(const stretch& when, grip how, std::uint32_t quantity) { change(when, how, static_cast<std::int32_t>(quantity)); }

void spot_claims::remove(const stretch& when, grip how, std::uint32_t quantity) { change(when, how, -static_cast<std::int32_t>(quantity)); }

void spot_claims::change(const stretch& when, grip how, std::int32_t quantity) {
  if (quantity == 0 || (!when.whole && when.begin >= when.until())) return;
  if (!ledger_) ledger_ = std::make_unique<ledger>();
  auto& [whole, partial] = *ledger_;
  if (when.whole) {
    (how == grip::held ? whole.held : whole.taken) += static_cast<std::uint32_t>(quantity);
  } else {
    if (!partial) partial = std::make_unique<load_curve>();
    partial->change(when.begin, when.until(), how, quantity);
    if (partial->empty()) partial.reset();
  }
  if (whole == usage{} && !partial) ledger_.reset();
}

std::uint32_t spot_claims::peak(const stretch& when) const noexcept {
  if (!ledger_) return 0;
  const auto& [whole, partial] = *ledger_;
  if (!partial) return whole.total();
  return whole.total() + (when.whole ? partial->peak() : partial->peak(when.begin, when.until()));
}

std::uint32_t spot_claims::peak_taken() const noexcept {
  return ledger_ ? ledger_->whole.taken + (ledger_->partial ? ledger_->partial->peak_taken() : 0) : 0;
}

std::vector<load_curve::step> spot_claims::partial() const {
  return ledger_ && ledger_->partial ? ledger_->partial->steps() : std::vector<load_curve::step>{};
}

}  // namespace holdfast::domain::block
