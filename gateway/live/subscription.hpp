#pragma once
// One socket's interest in one topic.
#include <cstdint>
#include <optional>
#include <string>

#include "gateway/live/messages.hpp"

namespace holdfast::gateway {

struct followed_topic;

/// A socket as the desk sees it.
class live_subscriber {
public:
  virtual ~live_subscriber() = default;
  /// A delta, which a full queue may replace by a later snapshot.
  virtual void offer(const frame&) = 0;
  /// A snapshot or what follows it: always taken.
  virtual void deliver(const frame&) = 0;
  /// The subscription is over; the subscriber forgets it.
  virtual void refused(struct subscription&, v1::ErrorCode) = 0;
  /// An asked-for snapshot has arrived or the wait is over.
  virtual void settled() = 0;
};

//   wanted ──served by the desk──→ asking ──→ current ──queue full, or history void──→ wanted
//     └──────── from the ring ────────────────↗
struct subscription {
  enum class phase : std::uint8_t { wanted, asking, current };

  live_subscriber* owner = nullptr;
  followed_topic* topic = nullptr;
  std::size_t place = 0;  // in the topic's list
  std::uint64_t serial = 0;
  phase now = phase::wanted;
  std::int64_t seen = 0;  // version of what was handed over last
  std::optional<std::int64_t> resume_from;
  std::string access;               // a guest's token, or
  std::string bearer;               // one of staff; looked at again before each snapshot
  std::uint32_t asked_in_vain = 0;  // private topics count for themselves
};

}  // namespace holdfast::gateway
