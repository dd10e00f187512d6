// Live changes across nodes: who is told what, and that nobody misses a change for good, whatever gets lost on the way.
#include "actors/cluster/live_relay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>

#include "tests/support/commands.hpp"

namespace holdfast::actors::cluster {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using where = shard_place::where;

const std::string tenant{test::tenant};
const std::string topic = "block:fest.a";
const std::string entity = block_entity(tenant, "fest.a").value;
const shard_id home = shard_of(entity);

/// The guests of one node: what they were told.
struct sockets_stub final : live_sockets {
  topic_watcher* watcher = nullptr;
  std::vector<std::string> told;
  void publish(std::shared_ptr<const v1::LiveChange> change) override { told.push_back(std::to_string(change->version())); }
  void watch(topic_watcher* w) override { watcher = w; }
  void refresh(const std::string&, const std::string& topic) override { told.push_back("fresh " + topic); }
};

class town;

struct wires final : link::peers {
  wires(town& of, std::string self) : in(of), from(std::move(self)) {}
  town& in;
  std::string from;
  void ask(const std::string& node, std::string envelope, milliseconds, link::answer_handler handler) override;
};

struct reply_to final : link::reply_path::end {
  explicit reply_to(link::answer_handler h) : handler(std::move(h)) {}
  void send(std::string envelope) override { handler(std::move(envelope)); }
  link::answer_handler handler;
};

struct node {
  std::shared_ptr<sockets_stub> sockets = std::make_shared<sockets_stub>();
  std::shared_ptr<live_relay> relay;
};

class town {
public:
  explicit town(std::initializer_list<const char*> names, relay_limits limits = {}) {
    for (const char* name : names) {
      auto& n = nodes[name];
      n.relay = std::make_shared<live_relay>(n.sockets, *n.sockets, limits);
      n.relay->connect(std::make_shared<wires>(*this, name), [this, name = std::string(name)](shard_id) {
        if (owner.empty()) return shard_place{};
        return owner == name ? shard_place{where::here, {}} : shard_place{where::there, owner};
      });
    }
  }
  node& operator[](const std::string& name) { return nodes.at(name); }

  void put(const std::string& on) {
    owner = on;
    for (auto& [name, n] : nodes) n.relay->moved(home);
  }
  void follow(const std::string& at) { nodes.at(at).relay->follow(tenant, topic, entity); }
  void happens(const std::string& at, std::int64_t version) {
    auto change = std::make_shared<v1::LiveChange>();
    change->set_tenant_slug(tenant);
    change->set_topic(topic);
    change->set_version(version);
    nodes.at(at).relay->publish(std::move(change));
  }
  /// What is on its way arrives, in the order in which it was sent.
  void deliver() {
    while (!on_the_way.empty()) {
      auto next = std::move(on_the_way.front());
      on_the_way.pop_front();
      next();
    }
  }
  void lose() {
    for (auto& handler : std::exchange(waiting, {}))
      if (auto h = std::exchange(*handler, nullptr)) h(link::link_error::timed_out);
    on_the_way.clear();
  }
  void tick(std::int64_t ms = 50) {
    time += milliseconds{ms};
    for (auto& [name, n] : nodes) n.relay->tick(time);
  }
  std::vector<std::string> told(const std::string& at) { return std::exchange(nodes.at(at).sockets->told, {}); }

  std::map<std::string, node> nodes;
  std::string owner;
  bool cut = false;
  std::deque<std::function<void()>> on_the_way;
  std::vector<std::shared_ptr<link::answer_handler>> waiting;
  milliseconds time{1'000};
};

void wires::ask(const std::string& node, std::string envelope, milliseconds patience, link::answer_handler handler) {
  if (in.cut) return handler(link::link_error::unavailable);
  auto kept = std::make_shared<link::answer_handler>(std::move(handler));
  in.waiting.push_back(kept);
  in.on_the_way.push_back([this, node, envelope = std::move(envelope), patience, kept] {
    const auto reply = std::make_shared<reply_to>([this, kept](const link::answer& answer) {
      in.on_the_way.push_back([kept, answer] {
        if (auto h = std::exchange(*kept, nullptr)) h(answer);
      });
    });
    v1::PeerRequest asked;
    ASSERT_TRUE(asked.ParseFromString(envelope));
    EXPECT_TRUE(in[node].relay->serve(asked, {from, envelope, patience, link::reply_path(reply)}));
  });
}

TEST(LiveRelay, AGuestElsewhereIsToldInOrder) {
  town t{"a", "b"};
  t.put("a");
  t.follow("b");
  t.deliver();
  for (int i = 1; i <= 3; ++i) t.happens("a", i);
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(t.told("a"), ElementsAre("1", "2", "3")) << "its own guests as ever";
}

TEST(LiveRelay, WhatNobodyFollowsStaysWhereItIs) {
  town t{"a", "b"};
  t.put("a");
  t.happens("a", 1);
  EXPECT_TRUE(t.on_the_way.empty());
  t.follow("b");
  t.deliver();
  t["b"].relay->unfollow(tenant, topic);
  t.deliver();
  t.happens("a", 2);
  EXPECT_TRUE(t.on_the_way.empty());
  EXPECT_EQ(t["a"].relay->figures().topics_for_others.load(), 0);
}

TEST(LiveRelay, OneBatchIsOnItsWayAndWhatHappensMeanwhileIsTheNext) {
  town t{"a", "b"};
  t.put("a");
  t.follow("b");
  t.deliver();
  for (int i = 1; i <= 100; ++i) t.happens("a", i);
  EXPECT_EQ(t.on_the_way.size(), 1U);
  t.deliver();
  EXPECT_EQ(t.told("b").size(), 100U);
}

TEST(LiveRelay, AMovedTopicIsFollowedAtItsNewNodeAndItsGuestsGetAFreshSnapshot) {
  town t{"a", "b", "c"};
  t.put("a");
  t.follow("b");
  t.deliver();
  t.put("c");
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("fresh " + topic));
  t.happens("c", 7);
  t.happens("a", 6);  // late, and of one who is not in charge any more
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("7"));
  EXPECT_EQ(t["a"].relay->figures().topics_for_others.load(), 0);
  t.put("b");
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("fresh " + topic));
}

TEST(LiveRelay, ABrokenLinkCostsAFreshSnapshotNotAChange) {
  town t{"a", "b"};
  t.put("a");
  t.follow("b");
  t.deliver();
  t["a"].relay->peer_down("b");
  t["b"].relay->peer_down("a");
  t.happens("a", 1);
  t.cut = true;
  t.tick();
  t.cut = false;
  t.tick(1'000);
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("fresh " + topic));
  t.happens("a", 2);
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("2"));
}

TEST(LiveRelay, ALostBatchCostsAFreshSnapshot) {
  town t{"a", "b"};
  t.put("a");
  t.follow("b");
  t.deliver();
  t.happens("a", 1);
  t.lose();
  t.happens("a", 2);
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("2", "fresh " + topic));
}

TEST(LiveRelay, ALostBatchIsNoticedAlsoWhenNothingMoreHappens) {
  town t{"a", "b"};
  t.put("a");
  t.follow("b");
  t.deliver();
  t.happens("a", 1);
  t.lose();
  t.tick(6'000);
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("fresh " + topic));
}

TEST(LiveRelay, NodesThatDisagreeAboutWhatIsFollowedBeginAnew) {
  town t{"a", "b"};
  t.put("a");
  t.follow("b");
  t.deliver();
  t["a"].relay->peer_down("b");  // only one side noticed
  t.happens("a", 1);
  t.deliver();
  EXPECT_THAT(t.told("b"), IsEmpty());
  t.tick(6'000);
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("fresh " + topic));
  t.tick(6'000);
  t.deliver();
  EXPECT_THAT(t.told("b"), IsEmpty()) << "now they agree";
  t.happens("a", 2);
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("2"));
}

TEST(LiveRelay, ATopicOfAShardOnTheMoveIsFollowedWhenItHasArrived) {
  town t{"a", "b"};
  t.put("");
  t.follow("b");
  t.tick();
  t.deliver();
  EXPECT_THAT(t.told("b"), IsEmpty());
  t.put("a");
  t.deliver();
  EXPECT_THAT(t.told("b"), ElementsAre("fresh " + topic)) << "a snapshot may have been made before";
}

TEST(LiveRelay, AFullBacklogStartsItsTopicsOver) {
  town t({"a", "b"}, {.backlog_changes_max = 10});
  t.put("a");
  t.follow("b");
  t.deliver();
  for (int i = 1; i <= 30; ++i) t.happens("a", i);  // the first is on its way, ten wait
  t.deliver();
  const auto told = t.told("b");
  EXPECT_EQ(told.back(), "fresh " + topic);
  EXPECT_LE(told.size(), 12U);
}

TEST(LiveRelay, ANodeThatFollowsTooMuchIsRefused) {
  town t({"a", "b"}, {.topics_of_node_max = 1});
  t.put("a");
  t.follow("b");
  t["b"].relay->follow(tenant, "block:fest.b", entity);
  t.deliver();
  EXPECT_EQ(t["a"].relay->figures().topics_for_others.load(), 1);
}

}  // namespace
}  // namespace holdfast::actors::cluster
