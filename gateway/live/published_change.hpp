#pragma once
// A durable change on its way to the lanes: stamped in order, and written as a frame at most once, by the first lane that sends it alone.
#include <memory>
#include <mutex>
#include <utility>

#include "gateway/live/encoding.hpp"
#include "gateway/live/interest.hpp"
#include "gateway/live/live_metrics.hpp"
#include "gateway/live/messages.hpp"
#include "gateway/live/topic.hpp"

namespace holdfast::gateway {

class published_change {
public:
  published_change(std::shared_ptr<const v1::LiveChange> change, const interest::stamp& at)
      : change_(std::move(change)), version_(at.version), from_(at.from), voids_(at.went_back || voids_snapshots(*change_)) {}

  const v1::LiveChange& change() const noexcept { return *change_; }
  std::int64_t version() const noexcept { return version_; }
  /// Of the topic's change before this one, 0 where none was seen.
  std::int64_t from() const noexcept { return from_; }
  /// Subscribers need a fresh snapshot; there is no frame.
  bool voids() const noexcept { return voids_; }

  /// Thread-safe.
  const frame& text(const live_encoder&, live_metrics&) const;

private:
  const std::shared_ptr<const v1::LiveChange> change_;
  const std::int64_t version_, from_;
  const bool voids_;
  mutable std::once_flag written_;
  mutable frame text_;
};

using change_ptr = std::shared_ptr<const published_change>;

}  // namespace holdfast::gateway
