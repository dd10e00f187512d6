#include "gateway/live/published_change.hpp"

#include <prometheus/counter.h>

namespace holdfast::gateway {

const frame& published_change::text(const live_encoder& encoder, live_metrics& metrics) const {
  std::call_once(written_, [&] {
    const auto* alone = change_.get();
    text_ = delta_frame(change_->topic(), version_, from_, encoder.delta({&alone, 1}));
    metrics.encoded.Increment();
  });
  return text_;
}

}  // namespace holdfast::gateway
