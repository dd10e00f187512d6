#pragma once
// The way in: hand a command to the region and the entity that decides it will be found, started, asked and awaited.
// No CAF header here: the gateway and the command line compile without it.
#include <functional>
#include <memory>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::actors {

/// Called exactly once, on any thread, and must not block. A lost message, a dead actor or a passed deadline arrives as
/// Rejection UNAVAILABLE; a full queue as OVERLOADED.
using reply_handler = std::function<void(std::shared_ptr<const v1::Reply>)>;

class region {
public:
  virtual ~region() = default;
  /// command.entity_id must be valid and command.deadline_ms set. Thread-safe, never blocks.
  virtual void ask(std::shared_ptr<const v1::Command> command, reply_handler handler) = 0;
};

/// Where durable changes go. Called on actor threads, must not block: the gateway's live hub takes it from here.
class live_feed {
public:
  virtual ~live_feed() = default;
  virtual void publish(std::shared_ptr<const v1::LiveChange> change) = 0;
};

}  // namespace holdfast::actors
