#pragma once
// The way in: hand a command to the region and the entity that decides it will be found, started, asked and awaited.
// No CAF header here: the gateway and the command line compile without it.
#include <functional>
#include <memory>
#include <string>

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

/// Told which topics somebody on this node follows, from the first follower to the last. Must not block and not call back.
class topic_watcher {
public:
  virtual ~topic_watcher() = default;
  virtual void follow(const std::string& tenant, const std::string& topic, const std::string& entity) = 0;
  virtual void unfollow(const std::string& tenant, const std::string& topic) = 0;
};

/// The node's live sockets as a cluster sees them.
class live_sockets : public live_feed {
public:
  /// Before the first socket opens; null: nobody.
  virtual void watch(topic_watcher*) = 0;
  /// Changes of the topic may be missing: whoever follows it gets a fresh snapshot. Thread-safe, never blocks.
  virtual void refresh(const std::string& tenant, const std::string& topic) = 0;
};

}  // namespace holdfast::actors
