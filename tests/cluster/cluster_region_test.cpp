#include "actors/cluster/cluster_region.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "protocols/base/errors.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/virtual_system.hpp"

namespace holdfast::actors::cluster {
namespace {

using std::chrono::milliseconds;
using test::opening;
using where = shard_place::where;

const std::string block = "fest.a";
const shard_id shard = shard_of(block_entity(test::tenant, block).value);

std::shared_ptr<v1::Command> command(const std::string& key = "k", const std::string& of = block) {
  auto out = std::make_shared<v1::Command>(test::command_for(of, key));
  out->mutable_release_hold();
  return out;
}

std::shared_ptr<v1::Command> read_of(const std::string& of = block) {
  auto out = command("", of);
  out->mutable_get_block();
  return out;
}

std::string code(const v1::Reply& reply) {
  return reply.has_rejection() ? std::string(describe(reply.rejection().code()).text)
                               : "done by " + std::to_string(reply.done().next_deadline_ms());
}

/// Decides when the test says so.
struct shards_stub final : local_shards {
  struct asked {
    std::shared_ptr<const v1::Command> command;
    reply_handler handler;
  };
  std::int64_t number = 0;  // stands in its answers
  std::deque<asked> mailbox;
  std::vector<std::string> told;

  void ask(shard_id, std::shared_ptr<const v1::Command> command, reply_handler handler) override {
    mailbox.push_back({std::move(command), std::move(handler)});
  }
  void tell(shard_id, std::shared_ptr<const v1::Command> command, bool) override { told.push_back(command->entity_id()); }
  void decide() {
    auto next = std::move(mailbox.front());
    mailbox.pop_front();
    auto reply = std::make_shared<v1::Reply>();
    reply->mutable_done()->set_next_deadline_ms(number);
    next.handler(std::move(reply));
  }
  void drop() { reject(v1::UNAVAILABLE); }
  void reject(v1::ErrorCode code) {
    auto next = std::move(mailbox.front());
    mailbox.pop_front();
    next.handler(std::make_shared<v1::Reply>(as_reply(holdfast::reject(code))));
  }
};

class town;

/// The link as one node sees it: what is asked stays on the way until the town delivers it.
struct wires final : link::peers {
  wires(town& of, std::string self) : in(of), from(std::move(self)) {}
  town& in;
  std::string from;
  std::optional<link::link_error> broken;
  void ask(const std::string& node, std::string envelope, milliseconds patience, link::answer_handler handler) override;
};

struct reply_to final : link::reply_path::end {
  explicit reply_to(link::answer_handler h) : handler(std::move(h)) {}
  ~reply_to() override {
    if (handler) handler(link::link_error::peer_lost);
  }
  void send(std::string envelope) override {
    if (auto h = std::exchange(handler, nullptr)) h(std::move(envelope));
  }
  link::answer_handler handler;
};

struct node {
  std::shared_ptr<shards_stub> shards = std::make_shared<shards_stub>();
  std::shared_ptr<wires> link;
  std::shared_ptr<cluster_region> region;
  std::unique_ptr<test::virtual_clock> clock;
  int old_maps = 0;
};

class town {
public:
  explicit town(std::initializer_list<const char*> names, std::size_t waiting_max = 100) {
    std::int64_t skew = 0;
    for (const char* name : names) {
      auto& n = nodes[name];
      n.shards->number = static_cast<std::int64_t>(nodes.size());
      n.link = std::make_shared<wires>(*this, name);
      n.clock = std::make_unique<test::virtual_clock>(opening + skew);
      n.region = std::make_shared<cluster_region>(
          n.shards, n.link,
          cluster_region::options{.clock = n.clock.get(),
                                  .waiting_max = waiting_max,
                                  .elapsed = [&n] { return std::chrono::milliseconds{n.clock->now() - opening}; },
                                  .map_is_old = [&n] { ++n.old_maps; },
                                  .shards_given = [this] { ++given; }});
      skew += 3'600'000;  // clocks of hosts differ
    }
  }
  node& operator[](const std::string& name) { return nodes.at(name); }

  /// Everyone knows that the shard is on that node; empty: on none.
  void put(const std::string& on, shard_id which = shard) {
    for (auto& [name, n] : nodes) n.region->place(which, seen_from(name, on));
  }
  static shard_place seen_from(const std::string& name, const std::string& on) {
    if (on.empty()) return {};
    return name == on ? shard_place{where::here, {}} : shard_place{where::there, on};
  }

  std::shared_ptr<std::vector<std::string>> ask(const std::string& at, std::shared_ptr<v1::Command> what) {
    auto heard = std::make_shared<std::vector<std::string>>();
    what->set_deadline_ms(nodes.at(at).clock->now() + 1'000);
    nodes.at(at).region->ask(std::move(what), [heard](const std::shared_ptr<const v1::Reply>& reply) { heard->push_back(code(*reply)); });
    return heard;
  }
  void deliver() {
    while (!on_the_way.empty()) step();
  }
  void step() {
    auto next = std::move(on_the_way.front());
    on_the_way.pop_front();
    next();
  }
  void lose() { std::exchange(on_the_way, {}).clear(); }  // what hears of it may send again
  void wait(std::int64_t ms) {
    for (auto& [name, n] : nodes) n.clock->advance(ms);
    for (auto& [name, n] : nodes) n.region->tick();
  }

  std::map<std::string, node> nodes;
  std::deque<std::function<void()>> on_the_way;
  int given = 0;
};

void wires::ask(const std::string& to, std::string envelope, milliseconds patience, link::answer_handler handler) {
  if (broken) return handler(*broken);
  auto back = std::make_shared<reply_to>(std::move(handler));
  in.on_the_way.emplace_back([this, to, envelope = std::move(envelope), patience, back] {
    in.nodes.at(to).region->serve({from, envelope, patience, link::reply_path(back)});
  });
}

using heard = std::vector<std::string>;

TEST(ClusterRegion, AsksTheShardWhereItIs) {
  town t{"a", "b"};
  t.put("a");
  const auto here = t.ask("a", command());
  t["a"].shards->decide();
  EXPECT_EQ(*here, heard{"done by 1"});
  const auto there = t.ask("b", command());
  t.deliver();
  ASSERT_EQ(t["a"].shards->mailbox.size(), 1U);
  EXPECT_EQ(t["a"].shards->mailbox[0].command->deadline_ms(), opening + 1'000) << "by the clock of the node that decides";
  t["a"].shards->decide();
  EXPECT_EQ(*there, heard{"done by 1"});
}

TEST(ClusterRegion, WaitsWhileTheShardIsNowhere) {
  town t{"a"};
  const auto one = t.ask("a", command("1")), two = t.ask("a", command("2"));
  EXPECT_EQ(t["a"].region->waiting(), 2U);
  t.put("a");
  EXPECT_EQ(t["a"].region->waiting(), 0U);
  t["a"].shards->decide();
  t["a"].shards->decide();
  EXPECT_EQ(*one, heard{"done by 1"});
  EXPECT_EQ(*two, heard{"done by 1"});
}

TEST(ClusterRegion, WaitsNoLongerThanTheDeadlineAndNotForTooMany) {
  town t({"a"}, 2);
  const auto one = t.ask("a", command("1")), two = t.ask("a", command("2")), three = t.ask("a", command("3"));
  EXPECT_EQ(*three, heard{"overloaded"});
  t.wait(999);
  EXPECT_TRUE(one->empty());
  t.wait(1);
  EXPECT_EQ(*one, heard{"unavailable"});
  EXPECT_EQ(*two, heard{"unavailable"});
  EXPECT_EQ(t["a"].region->waiting(), 0U);
  auto late = command("4");
  late->set_deadline_ms(opening);
  std::string refused;
  t["a"].region->ask(std::move(late), [&](const std::shared_ptr<const v1::Reply>& reply) { refused = code(*reply); });
  EXPECT_EQ(refused, "unavailable");
}

TEST(ClusterRegion, AnOldMapCostsAHopAndNoError) {
  town t{"a", "b"};
  t.put("a");
  t["a"].region->place(shard, {where::there, "b"});  // b does not know yet
  const auto answer = t.ask("b", command());
  t.deliver();
  EXPECT_TRUE(answer->empty());
  EXPECT_EQ(t["b"].old_maps, 1);
  t["b"].region->place(shard, {where::here, {}});
  t["b"].shards->decide();
  EXPECT_EQ(*answer, heard{"done by 2"});
}

TEST(ClusterRegion, TwoOldMapsSendNothingToAndFro) {
  town t{"a", "b"};
  t["a"].region->place(shard, {where::there, "b"});
  t["b"].region->place(shard, {where::there, "a"});
  const auto answer = t.ask("a", command());
  t.deliver();
  EXPECT_TRUE(t.on_the_way.empty());
  t.wait(10);
  EXPECT_EQ(t.on_the_way.size(), 1U) << "once a tick";
}

TEST(ClusterRegion, FollowsAShardThatMovedWhileTheAnswerWasOnItsWay) {
  town t{"a", "b", "c"};
  t.put("b");
  const auto answer = t.ask("a", command());
  t["b"].region->place(shard, {});  // leaves
  t["a"].region->place(shard, {where::there, "c"});
  t["c"].region->place(shard, {where::here, {}});
  t.deliver();
  t["c"].shards->decide();
  EXPECT_EQ(*answer, heard{"done by 3"});
}

TEST(ClusterRegion, WhatAShardDroppedWhenItLeftIsSentAfterIt) {
  town t{"a", "b"};
  t.put("a");
  const auto answer = t.ask("a", command());
  t.put("b");
  t["a"].shards->drop();
  t.deliver();
  t["b"].shards->decide();
  EXPECT_EQ(*answer, heard{"done by 2"});
}

// The old owner's lease may be in force again by then, and it still knows nothing of what the new one did.
TEST(ClusterRegion, WhatAShardLookedUpBeforeItLeftIsAskedOfItsNextOwner) {
  town t{"a", "b"};
  t.put("a");
  const auto read = t.ask("a", read_of());
  const auto refused = t.ask("a", command("k"));
  const auto done = t.ask("a", command("l"));
  const auto once = t.ask("a", command(""));
  t.put("b");
  t["a"].shards->decide();
  t["a"].shards->reject(v1::HOLD_CONFLICT);
  t["a"].shards->decide();
  t["a"].shards->reject(v1::HOLD_CONFLICT);
  EXPECT_EQ(*done, heard{"done by 1"}) << "it is durable";
  EXPECT_EQ(*once, heard{"unavailable"}) << "it may not be repeated, and who refused it was not in charge";
  t.deliver();
  t["b"].shards->decide();
  t["b"].shards->decide();
  t.deliver();
  EXPECT_EQ(*read, heard{"done by 2"});
  EXPECT_EQ(*refused, heard{"done by 2"});
}

TEST(ClusterRegion, UnavailableStandsWhereNothingMoved) {
  town t{"a", "b"};
  t.put("a");
  const auto here = t.ask("a", command());
  t["a"].shards->drop();
  EXPECT_EQ(*here, heard{"unavailable"});
  const auto there = t.ask("b", command());
  t.deliver();
  t["a"].shards->drop();
  EXPECT_EQ(*there, heard{"unavailable"});
}

TEST(ClusterRegion, WhatMayBeRepeatedIsSentToTheNextOwnerOfALostNode) {
  town t{"a", "b", "c"};
  t.put("b");
  const auto keyed = t.ask("a", command());
  const auto unkeyed = t.ask("a", command(""));
  const auto read = t.ask("a", read_of());
  t.lose();
  EXPECT_EQ(*unkeyed, heard{"unavailable"}) << "it may have been done";
  EXPECT_TRUE(keyed->empty());
  EXPECT_EQ(t["a"].old_maps, 3);
  t.put("c");
  t.deliver();
  t["c"].shards->decide();
  t["c"].shards->decide();
  EXPECT_EQ(*keyed, heard{"done by 3"});
  EXPECT_EQ(*read, heard{"done by 3"});
}

TEST(ClusterRegion, WaitsForALinkThatIsNotThere) {
  town t{"a", "b"};
  t.put("b");
  t["a"].link->broken = link::link_error::unavailable;
  const auto answer = t.ask("a", command(""));
  t.wait(10);
  EXPECT_TRUE(answer->empty());
  t["a"].link->broken.reset();
  t.wait(10);
  t.deliver();
  t["b"].shards->decide();
  EXPECT_EQ(*answer, heard{"done by 2"});
}

TEST(ClusterRegion, AFullWindowIsOverloadAndAnOverlongCommandIsRefused) {
  town t{"a", "b"};
  t.put("b");
  t["a"].link->broken = link::link_error::window_full;
  EXPECT_EQ(*t.ask("a", command()), heard{"overloaded"});
  t["a"].link->broken = link::link_error::too_large;
  EXPECT_EQ(*t.ask("a", command()), heard{"too_large"});
  t["a"].link->broken = link::link_error::timed_out;
  EXPECT_EQ(*t.ask("a", command()), heard{"unavailable"});
}

TEST(ClusterRegion, WithoutALeaseItReadsAndSaysHowOldThatIsButDecidesNothing) {
  town t{"a"};
  t.put("a");
  const std::chrono::milliseconds at_once{0}, later{60'000};
  t["a"].region->sure_until(at_once, opening - 1'500);
  EXPECT_EQ(*t.ask("a", command()), heard{"unavailable"});
  std::int64_t age = 0;
  t["a"].region->ask(read_of(), [&](const std::shared_ptr<const v1::Reply>& reply) { age = reply->age_ms(); });
  t["a"].shards->decide();
  EXPECT_EQ(age, 1'500);
  EXPECT_TRUE(t["a"].region->served().none()) << "timers and mails are somebody else's from now on";
  t["a"].region->sure_until(later, opening);
  EXPECT_EQ(t["a"].region->served().count(), 1U);
  const auto answer = t.ask("a", command());
  t["a"].shards->decide();
  EXPECT_EQ(*answer, heard{"done by 1"});
}

TEST(ClusterRegion, WhatIsAnsweredAfterTheLeaseEndedIsDurableOrSaysHowOldItIs) {
  town t{"a"};
  t.put("a");
  const auto ask_and_sleep = [&t](v1::Command asked, int rejected) {
    t["a"].region->sure_until(std::chrono::milliseconds{t["a"].clock->now() - opening + 1'000}, t["a"].clock->now());
    v1::Reply heard;
    t["a"].region->ask(std::make_shared<const v1::Command>(std::move(asked)),
                       [&](const std::shared_ptr<const v1::Reply>& reply) { heard = *reply; });
    t["a"].clock->advance(5'000);  // stopped, and woken up
    if (rejected != 0) {
      t["a"].shards->reject(v1::SOLD_OUT);
    } else {
      t["a"].shards->decide();
    }
    return heard;
  };
  EXPECT_TRUE(ask_and_sleep(*command(), 0).has_done()) << "it is on the disk";
  EXPECT_EQ(ask_and_sleep(*command(), 1).rejection().code(), v1::UNAVAILABLE) << "another node may have freed the spot meanwhile";
  EXPECT_EQ(ask_and_sleep(*read_of(), 0).age_ms(), 5'000);
}

TEST(ClusterRegion, WordsBetweenEntitiesFindTheirNode) {
  town t{"a", "b"};
  t.put("b");
  t["a"].region->tell(command(), true);
  t["b"].region->tell(command(), true);
  t.deliver();
  EXPECT_EQ(t["b"].shards->told.size(), 2U);
  t.put("");
  t["a"].region->tell(command(), true);
  EXPECT_TRUE(t.on_the_way.empty());
}

TEST(ClusterRegion, NonsenseOfAPeerIsNotAnswered) {
  town t{"a"};
  t.put("a");
  int lost = 0;
  for (const std::string& envelope : {std::string("\xff\xff\xff"), std::string()}) {
    const auto back = std::make_shared<reply_to>([&](const link::answer& answer) { lost += answer.has_error() ? 1 : 0; });
    t["a"].region->serve({"x", envelope, milliseconds{100}, link::reply_path(back)});
  }
  EXPECT_EQ(lost, 2);
}

// Whatever moves, breaks and is lost on the way: each command hears exactly one answer, and one that was decided was decided where its
// shard was at that moment.
TEST(ClusterRegion, EachCommandHearsOneAnswer) {
  const std::vector<std::string> names{"a", "b", "c"};
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    town t{"a", "b", "c"};
    std::string holder = "a";
    t.put(holder);
    std::vector<std::shared_ptr<heard>> all;
    const auto any = [&]() -> const std::string& { return names[random() % names.size()]; };
    for (int i = 0; i < 400; ++i) {
      switch (random() % 8) {
        case 0:
        case 1:
          all.push_back(t.ask(any(), random() % 4 == 0 ? read_of() : command(random() % 5 == 0 ? "" : std::to_string(i))));
          break;
        case 2:  // the holder lets go; the others learn of it later or never
          if (!holder.empty()) {
            t[holder].region->place(shard, {});
            while (!t[holder].shards->mailbox.empty()) t[holder].shards->drop();
          }
          holder.clear();
          break;
        case 3:
          if (holder.empty()) {
            holder = any();
            t[holder].region->place(shard, {where::here, {}});
          }
          break;
        case 4: {  // somebody sees the map as it is
          const auto& who = any();
          t[who].region->place(shard, town::seen_from(who, holder));
          break;
        }
        case 5:
          if (!t.on_the_way.empty()) t.step();
          break;
        case 6:
          if (!holder.empty() && !t[holder].shards->mailbox.empty()) t[holder].shards->decide();
          break;
        case 7:
          if (random() % 10 == 0) t.lose();
          t.wait(static_cast<std::int64_t>(random() % 20));
          break;
      }
      for (const auto& name : names) EXPECT_TRUE(name == holder || t[name].shards->mailbox.empty()) << "seed " << seed;
    }
    if (holder.empty()) holder = "a";
    t.put(holder);
    for (int i = 0; i < 8; ++i) {
      t.deliver();
      while (!t[holder].shards->mailbox.empty()) t[holder].shards->decide();
      t.wait(1);
    }
    for (const auto& one : all) EXPECT_EQ(one->size(), 1U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace holdfast::actors::cluster
