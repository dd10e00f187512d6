#pragma once
// Live changes across nodes: one subscription for each (node, topic), however many guests follow the topic there.
//
//   entity ─publish─▶ relay ─▶ this node's sockets
//                       └─▶ batch of each node that follows the topic ─LiveChanges─▶ its relay ─▶ its sockets
//   sockets ─follow─▶ relay ─FollowTopics─▶ relay of the node that serves the topic's entity
//
// A topic is followed before its snapshot is asked for, and both go the same way one after the other, so no change falls between them.
// Wherever that order breaks (the entity moved, a link broke, a batch was lost) the topic is followed anew and its guests get a fresh
// snapshot. Changes of one topic are taken from the node that serves it and from no other.
#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "actors/cluster/cluster_region.hpp"
#include "actors/link/peers.hpp"
#include "actors/region.hpp"
#include "holdfast/v1/cluster.pb.h"

namespace holdfast::actors::cluster {

struct relay_limits {
  /// Changes on their way to one node; beyond, their topics start over with snapshots.
  std::size_t backlog_changes_max = 8'192;
  /// Topics that one node may follow here; beyond, it is refused and its guests see changes when they ask.
  std::size_t topics_of_node_max = 200'000;
  std::chrono::milliseconds batch_patience_ms{5'000};
  /// After a node refused to be followed.
  std::chrono::milliseconds retry_ms{500};
  /// How often nodes compare what one follows at the other.
  std::chrono::milliseconds compare_ms{5'000};
};

struct relay_figures {
  std::atomic<std::uint64_t> changes_sent{0};
  std::atomic<std::uint64_t> changes_received{0};
  std::atomic<std::uint64_t> topics_restarted{0};
  std::atomic<std::int64_t> topics_elsewhere{0};  // followed at other nodes by this one
  std::atomic<std::int64_t> topics_for_others{0};
};

class live_relay final : public live_feed, public topic_watcher, public std::enable_shared_from_this<live_relay> {
public:
  /// `here`: where changes of this node's entities go first; `sockets`: where those of others go. Links and region are told by connect().
  live_relay(std::shared_ptr<live_feed> here, live_sockets& sockets, relay_limits limits = {});

  /// Before anything is published or followed.
  void connect(std::shared_ptr<link::peers> links, std::function<shard_place(shard_id)> place_of);

  // ---- on this node
  void publish(std::shared_ptr<const v1::LiveChange>) override;
  void follow(const std::string& tenant, const std::string& topic, const std::string& entity) override;
  void unfollow(const std::string& tenant, const std::string& topic) override;
  /// From time to time: what could not be followed is tried again, and others are asked whether they agree.
  void tick(std::chrono::milliseconds elapsed);

  // ---- from the cluster, on any thread
  void moved(shard_id);
  void peer_down(const std::string& node);
  /// True: the request was the relay's.
  bool serve(const v1::PeerRequest&, const link::incoming_request&);

  const relay_figures& figures() const noexcept { return figures_; }

private:
  struct followed_topic {
    v1::TopicName name;
    shard_id shard;
    std::string at;                           // the node that was asked to tell; empty: none, or this one
    bool confirmed = false;                   // it said yes
    std::chrono::milliseconds not_before{0};  // it said no: not again at once
    bool gap = false;                         // changes may have been missed: a fresh snapshot when it has said yes
  };
  /// What goes to one node that follows topics here.
  struct subscriber_node {
    std::unordered_set<std::string> topics;
    std::uint64_t sum = 0;
    std::vector<std::shared_ptr<const v1::LiveChange>> waiting;
    std::map<std::string, v1::TopicName> lost;
    bool under_way = false;
  };
  /// Who follows a topic of this node.
  struct told_topic {
    shard_id shard;
    std::vector<std::string> nodes;
  };
  using names = std::vector<v1::TopicName>;

  void ask_to_follow(const std::string& node, names);
  void heard(const std::string& node, const names&, const link::answer&);
  void flush(const std::string& node);
  void delivered(const std::string& node, const names& carried, bool arrived);
  void take(const std::string& from, const v1::LiveChanges&);
  v1::PeerAnswer admit(const std::string& from, const v1::FollowTopics&);
  void dismiss(const std::string& from, const v1::UnfollowTopics&);
  bool agrees(const std::string& from, const v1::FollowedTopics&);
  void compare();
  void follow_again(const std::string& node);
  void lose(followed_topic&);
  void drop(const std::string& node, subscriber_node&, const std::string& key);
  void forget(const std::string& node);
  void refresh(const names&);

  const std::shared_ptr<live_feed> here_;
  live_sockets& sockets_;
  const relay_limits limits_;
  std::shared_ptr<link::peers> links_;
  std::function<shard_place(shard_id)> place_of_;
  relay_figures figures_;

  mutable std::mutex mutex_;
  std::unordered_map<std::string, followed_topic> following_;                    // by key
  std::array<std::unordered_set<std::string>, shard_count> by_shard_;            // keys of following_
  shard_set restless_;                                                           // some of their topics are followed nowhere
  std::unordered_map<std::string, told_topic> followers_;                        // by key
  std::array<std::unordered_set<std::string>, shard_count> followers_by_shard_;  // keys of followers_
  std::map<std::string, subscriber_node> nodes_;
  std::chrono::milliseconds now_{0};  // of the last tick
  std::chrono::milliseconds compared_at_{0};
};

}  // namespace holdfast::actors::cluster
