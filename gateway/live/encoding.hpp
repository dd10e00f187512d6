#pragma once
// How the live part turns entities into JSON. The API implements this next to its own views, so that a snapshot over the socket and
// the GET of the same thing are the same JSON. Called on I/O and actor threads at the same time.
#include <span>
#include <string>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::gateway {

/// What is looked at, and by whom.
struct live_sight {
  std::string_view tenant;
  v1::Actor reader = v1::ACTOR_GUEST;
};

class live_encoder {
public:
  virtual ~live_encoder() = default;

  /// The JSON value of "state" for the answer to GetBlock, GetEvent, GetBooking or GetTenant.
  /// An empty text: this is not for the reader, who is told not_found. The reply is no rejection.
  virtual std::string snapshot(const live_sight&, const v1::Reply& reply) const = 0;

  /// The JSON value of "changes" for changes of one block or event, at least one and in order: together, the latest of each thing counts.
  virtual std::string delta(std::span<const v1::LiveChange* const> changes) const = 0;
};

}  // namespace holdfast::gateway
