#pragma once
// One lane's part of the live hub: the topics that its sockets follow. Everything here runs on that lane.
//
// No gap and no duplicate: interest is registered before a snapshot is asked for, an entity publishes a change before it answers a query
// that contains it, so every change above the snapshot's version is in the ring when the answer arrives. A subscriber gets the snapshot and
// from the ring what is above it. Where the ring has already lost such a change, the snapshot is asked for again.
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/region.hpp"
#include "gateway/http/lane.hpp"
#include "gateway/live/cluster_source.hpp"
#include "gateway/live/encoding.hpp"
#include "gateway/live/interest.hpp"
#include "gateway/live/live_hub.hpp"
#include "gateway/live/live_metrics.hpp"
#include "gateway/live/published_change.hpp"
#include "gateway/live/subscription.hpp"
#include "gateway/live/topic.hpp"

namespace holdfast::gateway {

/// What all desks share.
struct live_shared {
  live_shared(live_settings s, const wall_clock& c, prometheus::Registry& registry) : settings(s), clock(c), metrics(registry) {}
  const live_settings settings;
  const wall_clock& clock;
  live_metrics metrics;
  interest followed;
  actors::region* region = nullptr;
  const live_encoder* encoder = nullptr;
  const node_keys* keys = nullptr;
  const cluster_source* cluster = nullptr;  // null: there is no such topic
};

struct versioned_frame {
  std::int64_t version = 0;
  frame text;
};

/// Changes on their way through a topic's subscribers, some at a turn, from the last in the list to the first: whoever leaves is replaced
/// by one that was visited already, and whoever comes has them from the ring. What changes meanwhile is taken along from the next turn on;
/// those who were visited before get it with the next sweep. So everybody gets one write a round, and nobody waits longer than a round.
struct sweep {
  versioned_frame what;  // all of `changes` as one; no text: none under way
  std::vector<change_ptr> changes;
  std::vector<change_ptr> missed;  // by those who were visited before
  std::size_t unvisited = 0;
};

struct followed_topic {
  topic what;
  std::string key;
  std::vector<subscription*> subscribers;

  std::vector<change_ptr> pending;  // for the next turn
  sweep under_way;

  std::deque<versioned_frame> ring;
  std::size_t ring_bytes = 0;
  std::int64_t last = 0;                 // version of the last change seen
  std::int64_t lost = 0;                 // changes up to this version may be missing from the ring
  std::optional<std::int64_t> complete;  // a snapshot of this version was sent: above max(this, lost) the ring is complete

  std::optional<versioned_frame> kept;  // the last snapshot
  bool asking = false;
  std::uint32_t asked_in_vain = 0;
  unix_ms retry_at = 0;
  unix_ms deserted_at = 0;
};

/// What came back for a snapshot query, ready to send.
struct snapshot_answer {
  v1::ErrorCode error = v1::ERROR_CODE_UNSPECIFIED;
  versioned_frame snapshot;
};

class desk : public std::enable_shared_from_this<desk> {
public:
  desk(std::shared_ptr<live_shared>, std::shared_ptr<lane>);
  ~desk();

  /// False when too many topics are followed.
  bool subscribe(subscription&, const topic&);
  void unsubscribe(subscription&) noexcept;
  /// Brings a wanted subscription on its way: from the ring, from a kept snapshot, or by asking. It may stay wanted for a while after a
  /// failure; try again with the next tick.
  void serve(subscription&);

  void apply(const std::string& key, change_ptr);
  /// Changes up to what was published so far were dropped on the way.
  void overrun(const std::string& key);

  const live_shared& shared() const noexcept { return *shared_; }
  std::size_t topics() const noexcept { return topics_.size(); }
  /// To topics for which it holds.
  std::size_t subscriptions(const std::function<bool(const topic&)>& of) const;

private:
  followed_topic* follow(const topic&);
  void forget_deserted(unix_ms now, bool all);
  void erase(std::unordered_map<std::string, std::unique_ptr<followed_topic>>::iterator) noexcept;
  bool resume(subscription&);
  bool serve_kept(subscription&);
  void deliver(subscription&, const versioned_frame& snapshot);
  void replay(subscription&, std::int64_t above);
  void ask(followed_topic&, std::uint64_t for_one, const topic_reader&);
  void show_cluster(followed_topic&);
  std::optional<topic_reader> reader_of(const subscription&) const;
  bool may_follow(const subscription&) const;
  void answered(const std::string& key, std::uint64_t for_one, const snapshot_answer&);
  void answered_one(followed_topic&, subscription&, const snapshot_answer&);
  void answered_all(followed_topic&, const snapshot_answer&);
  bool put_off(followed_topic&, v1::ErrorCode);
  void start_over(followed_topic&, std::int64_t lost_up_to);
  void begin_sweep(followed_topic&, std::vector<change_ptr>);
  void take_along(followed_topic&);
  void go_on_sweeping(followed_topic&);
  void end_sweep(followed_topic&);
  frame fold(const std::vector<change_ptr>&);
  void remember(followed_topic&, versioned_frame);
  void trim(followed_topic&, std::size_t deltas_max, std::size_t bytes_max);
  void drop_kept(followed_topic&) noexcept;

  const std::shared_ptr<live_shared> shared_;
  const std::shared_ptr<lane> lane_;
  std::unordered_map<std::string, std::unique_ptr<followed_topic>> topics_;
  std::unordered_map<std::uint64_t, subscription*> private_asks_;  // by serial
  std::uint64_t serials_ = 0;
  std::size_t kept_bytes_ = 0;
  unix_ms collect_at_ = 0;
};

}  // namespace holdfast::gateway
