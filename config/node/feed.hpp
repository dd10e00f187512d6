#pragma once
// Where durable changes leave the actors: to the live sockets, and as a wake-up to those who follow the journal.
#include <memory>
#include <mutex>

#include "actors/region.hpp"
#include "config/node/projector.hpp"
#include "gateway/mail/service.hpp"

namespace holdfast::node {

class change_feed final : public actors::live_feed {
public:
  /// Both outlive the feed's last use.
  change_feed(actors::live_feed& sockets, projector& follower) : sockets_(sockets), follower_(follower) {}

  void publish(std::shared_ptr<const v1::LiveChange> change) override {
    sockets_.publish(std::move(change));
    follower_.wake();
  }

  /// The mailer starts after the actors and ends before them.
  void connect(mail::mail_service& mailer) {
    const std::lock_guard lock(mutex_);
    mailer_ = &mailer;
  }
  void disconnect() {
    const std::lock_guard lock(mutex_);
    mailer_ = nullptr;
  }
  void outbox_grew() {
    const std::lock_guard lock(mutex_);
    if (mailer_ != nullptr) mailer_->wake();
  }

  /// A shard goes to another node. `store`: the caller's own.
  void hand_over(shard_id shard, persistence::outbox_store& store) {
    const std::lock_guard lock(mutex_);
    if (mailer_ != nullptr) mailer_->hand_over(shard, store);
  }

private:
  actors::live_feed& sockets_;
  projector& follower_;
  std::mutex mutex_;
  mail::mail_service* mailer_ = nullptr;
};

}  // namespace holdfast::node
