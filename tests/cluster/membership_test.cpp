// Whole clusters of memberships on one memory disk and virtual time: who decides what, when nodes come, go, hang and come back.
#include "actors/cluster/membership.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "persistence/memory/memory_disk.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/virtual_system.hpp"

namespace holdfast::actors::cluster {
namespace {

using persistence::lease;
using std::chrono::milliseconds;
using where = shard_place::where;

/// Knows what it serves; puts entities away when told to.
struct house_stub final : shard_house {
  std::map<std::uint16_t, epoch> open_shards;
  std::map<std::uint16_t, std::function<void()>> leaving;
  bool prompt = true;

  void open(shard_id shard, epoch owner) override {
    leaving.erase(shard.value);
    open_shards[shard.value] = owner;
  }
  void put_away(shard_id shard, std::function<void()> done) override {
    open_shards.erase(shard.value);
    if (prompt) return done();
    leaving[shard.value] = std::move(done);
  }
  void close(shard_id shard) override {
    leaving.erase(shard.value);
    open_shards.erase(shard.value);
  }
};

struct nobody final : local_shards {
  void ask(shard_id, std::shared_ptr<const v1::Command>, reply_handler) override {}
  void tell(shard_id, std::shared_ptr<const v1::Command>, bool) override {}
};

struct mailbox final : link::peers {
  std::vector<std::string> told;
  void ask(const std::string& node, std::string, milliseconds, link::answer_handler handler) override {
    told.push_back(node);
    handler(link::link_error::unavailable);
  }
};

/// The store as one node reaches it, or does not.
struct wire final : persistence::cluster_store {
  explicit wire(std::unique_ptr<persistence::cluster_store> s) : store(std::move(s)) {}
  std::unique_ptr<persistence::cluster_store> store;
  bool cut = false;

  static failure gone() { return fail(failure_code::unavailable, "cut"); }
  result<persistence::cluster_map> beat(const persistence::node_beat& self, milliseconds ttl) override {
    if (cut) return gone();
    return store->beat(self, ttl);
  }
  result<std::vector<lease>> take(const std::string& who, std::span<const lease> wanted, std::span<const std::string> dead) override {
    if (cut) return gone();
    return store->take(who, wanted, dead);
  }
  result<std::vector<lease>> hand_over(const std::string& who, std::span<const lease> held, const std::string& to) override {
    if (cut) return gone();
    return store->hand_over(who, held, to);
  }
  result<void> leave(const std::string& who) override {
    if (cut) return gone();
    return store->leave(who);
  }
};

struct host {
  house_stub house;
  std::shared_ptr<mailbox> post = std::make_shared<mailbox>();
  std::shared_ptr<cluster_region> region;
  wire* store = nullptr;
  std::unique_ptr<membership> member;
  bool stopped = false;  // as by SIGSTOP
};

class cluster {
public:
  host& start(const std::string& name, std::uint32_t weight = 100) {
    auto& h = *(hosts[name] = std::make_unique<host>());
    h.region = std::make_shared<cluster_region>(
        std::make_shared<nobody>(), h.post,
        cluster_region::options{.clock = &clock, .waiting_max = 100, .elapsed = [this] { return milliseconds{clock.now()}; }});
    auto store = std::make_unique<wire>(std::move(*storage->cluster()));
    h.store = store.get();
    v1::NodeAnnouncement about;
    about.set_weight(weight);
    membership::options o;
    o.name = name;
    o.instance = name + "/" + std::to_string(++starts);
    o.moves_max = 32;
    o.elapsed = [this] { return milliseconds{clock.now()}; };
    h.member = std::make_unique<membership>(std::move(o), about, std::move(store), h.house, h.region, h.post, clock);
    return h;
  }
  host& operator[](const std::string& name) { return *hosts.at(name); }

  void pass(std::int64_t ms, std::int64_t step = 100) {
    for (std::int64_t t = 0; t < ms; t += step) {
      clock.advance(step);
      for (auto& [name, h] : hosts)
        if (!h->stopped) h->member->tick();
      for (auto& [name, h] : hosts)
        if (!h->stopped) h->member->round();
      check();
    }
  }

  /// Does the node decide for the shard at this moment?
  static bool decides(const host& h, std::uint16_t shard) {
    return !h.stopped && h.member->now() == membership::state::member && h.house.open_shards.contains(shard) &&
           h.region->place_of({shard}).at == where::here;
  }
  /// No shard is ever decided by two nodes.
  void check() const {
    for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
      std::string deciding;
      for (const auto& [name, h] : hosts)
        if (decides(*h, shard)) {
          EXPECT_EQ(deciding, "") << "shard " << shard << " also on " << name << " at " << clock.now();
          deciding = name;
        }
    }
  }
  std::map<std::string, std::size_t> shares() const {
    std::map<std::string, std::size_t> out;
    for (const auto& [name, h] : hosts)
      for (std::uint16_t shard = 0; shard < shard_count; ++shard) out[name] += decides(*h, shard) ? 1 : 0;
    return out;
  }
  std::size_t served() const {
    std::size_t out = 0;
    for (const auto& [name, count] : shares()) out += count;
    return out;
  }

  test::virtual_clock clock{test::opening};
  std::shared_ptr<persistence::storage> storage = [this] {
    persistence::memory_disk::options o;
    o.clock = &clock;
    auto out = persistence::open_memory(std::make_shared<persistence::memory_disk>(o));
    EXPECT_TRUE(out->migrate());
    return out;
  }();
  std::map<std::string, std::unique_ptr<host>> hosts;
  int starts = 0;
};

TEST(Membership, OneNodeServesEverything) {
  cluster c;
  c.start("a");
  EXPECT_EQ(c["a"].member->now(), membership::state::joining);
  c.pass(100);
  EXPECT_EQ(c["a"].member->now(), membership::state::member);
  EXPECT_EQ(c.served(), shard_count);
  EXPECT_EQ(c["a"].house.open_shards.at(7).value, 1);
}

TEST(Membership, AnEmptyNodeTakesItsShare) {
  cluster c;
  c.start("a");
  c.pass(100);
  c.start("b");
  c.pass(3'000);
  const auto shares = c.shares();
  EXPECT_EQ(shares.at("a") + shares.at("b"), shard_count);
  EXPECT_NEAR(static_cast<double>(shares.at("b")), 128, 40);
  EXPECT_TRUE(std::find(c["a"].post->told.begin(), c["a"].post->told.end(), "b") != c["a"].post->told.end()) << "it is told at once";
  EXPECT_EQ(c["a"].region->place_of({0}).at == where::here, c["b"].region->place_of({0}).at == where::there);
}

TEST(Membership, ASilentNodeIsReplacedOnlyAfterItsLeasesEnded) {
  cluster c;
  c.start("a");
  c.start("b");
  c.pass(3'000);
  c["a"].stopped = true;
  c.pass(1'900);
  EXPECT_LT(c.served(), shard_count);
  c.pass(300);
  EXPECT_EQ(c.shares().at("b"), shard_count);
  c["a"].stopped = false;  // it wakes with an old epoch; the first thing it does is to look at the time
  c.pass(3'000);
  EXPECT_EQ(c.served(), shard_count);
  EXPECT_GT(c.shares().at("a"), 0U);
}

TEST(Membership, ANodeThatIsProvedDeadIsReplacedAtOnce) {
  cluster c;
  c.start("a");
  c.start("b");
  c.pass(3'000);
  const auto instance = c["b"].member->map().nodes.front().last.instance;
  c.hosts.erase("a");
  c["b"].member->proved_dead(instance);
  c.pass(100);
  EXPECT_EQ(c.shares().at("b"), shard_count);
}

TEST(Membership, ANodeThatIsHeardOfAgainGetsItsShareBack) {
  cluster c;
  c.start("a");
  c.start("b");
  c.pass(3'000);
  const auto share = c.shares().at("a");
  const auto instance = c["b"].member->map().nodes.front().last.instance;
  c["a"].stopped = true;
  c.pass(3'000);
  c["b"].member->proved_dead(instance);
  c["a"].stopped = false;
  c.pass(30'000);
  EXPECT_EQ(c.shares().at("b"), shard_count);
  c["b"].member->proved_alive(instance);
  c.pass(30'000);
  EXPECT_EQ(c.shares().at("a"), share);
  EXPECT_EQ(c.served(), shard_count);
}

TEST(Membership, WithoutTheStoreNothingIsDecidedInTimeAndAllGoesOnAfterwards) {
  cluster c;
  c.start("a");
  c.start("b");
  c.pass(3'000);
  c["a"].store->cut = true;
  c.pass(1'500);
  EXPECT_EQ(c["a"].member->now(), membership::state::member);
  c.pass(200);
  EXPECT_EQ(c["a"].member->now(), membership::state::unsure);
  EXPECT_EQ(c.shares().at("a"), 0U);
  c["b"].store->cut = true;
  c.pass(5'000);
  EXPECT_EQ(c.served(), 0U);
  c["a"].store->cut = c["b"].store->cut = false;
  c.pass(3'000);
  EXPECT_EQ(c.served(), shard_count);
}

TEST(Membership, AHangingStoreDoesNotMakeItDecideLonger) {
  cluster c;
  auto& a = c.start("a");
  c.pass(100);
  c.clock.advance(1'600);
  a.member->tick();  // its round hangs: only the ticks go on
  EXPECT_EQ(a.member->now(), membership::state::unsure);
}

TEST(Membership, AWeightOfNothingGivesEverythingAway) {
  cluster c;
  c.start("a");
  c.start("b");
  c.pass(3'000);
  c["a"].member->set_weight(0);
  c.pass(3'000);
  EXPECT_EQ(c["a"].member->holds(), 0U);
  EXPECT_EQ(c.shares().at("b"), shard_count);
  c["a"].member->leave();
  EXPECT_EQ(c["a"].member->now(), membership::state::left);
  c.pass(300);
  EXPECT_EQ(c["b"].member->map().nodes.size(), 1U);
}

TEST(Membership, AShardIsMovedByAnOperatorAndBack) {
  cluster c;
  c.start("a");
  c.start("b");
  c.pass(3'000);
  std::uint16_t shard = 0;
  while (c["a"].region->place_of({shard}).at != where::here) ++shard;
  const auto move_to = [&](const std::string& node) {
    v1::Placement word;
    word.set_shard(shard);
    word.set_node(node);
    for (const auto& [name, h] : c.hosts) h->member->settle(word);
  };
  move_to("b");
  c.pass(2'000);
  EXPECT_EQ(c["b"].region->place_of({shard}).at, where::here);
  EXPECT_EQ(c.served(), shard_count);
  move_to("");
  c.pass(2'000);
  EXPECT_EQ(c["a"].region->place_of({shard}).at, where::here);
  move_to("b");
  c.pass(2'000);
  c.hosts.erase("b");
  c.pass(3'000);
  EXPECT_EQ(c.shares().at("a"), shard_count) << "a pin ends with its node";
}

TEST(Membership, APausedNodeKeepsWhatItHas) {
  cluster c;
  c.start("a");
  c.pass(100);
  c["a"].member->set_paused(true);
  c.start("b");
  c.pass(3'000);
  EXPECT_EQ(c.shares().at("a"), shard_count);
  c["a"].member->set_paused(false);
  c.pass(3'000);
  EXPECT_GT(c.shares().at("b"), 0U);
}

TEST(Membership, EntitiesThatDoNotEndDelayAMoveAndDoNotPreventIt) {
  cluster c;
  c.start("a");
  c.pass(100);
  c["a"].house.prompt = false;
  c.start("b");
  c.pass(1'500);
  EXPECT_EQ(c.shares().at("b"), 0U);
  EXPECT_EQ(c["a"].house.leaving.size(), 32U);
  const auto first = c["a"].house.leaving.begin()->first;
  c["a"].house.leaving.begin()->second();
  c.pass(200);
  EXPECT_TRUE(cluster::decides(c["b"], first));
  c.pass(1'000);
  EXPECT_GE(c.shares().at("b"), 32U) << "late is late";
}

TEST(Membership, AShardWhoseHeirDiedStays) {
  cluster c;
  c.start("a");
  c.pass(100);
  c["a"].house.prompt = false;
  c.start("b");
  c.pass(300);
  ASSERT_EQ(c["a"].house.leaving.size(), 32U);
  c["b"].member->leave();
  c["a"].house.prompt = true;
  c.pass(3'000);
  EXPECT_EQ(c.shares().at("a"), shard_count);
}

TEST(Membership, TheSecondOfAName) {
  cluster c;
  c.start("a");
  c.pass(100);
  auto first = std::move(c.hosts.at("a"));
  auto& second = c.start("a");
  second.member->round();
  EXPECT_EQ(second.member->now(), membership::state::joining) << "waits until the first one has run out";
  c.clock.advance(2'100);
  second.member->round();
  EXPECT_EQ(second.member->now(), membership::state::member);
  first->member->tick();
  first->member->round();
  EXPECT_EQ(first->member->now(), membership::state::replaced);
  EXPECT_TRUE(first->house.open_shards.empty());
  EXPECT_EQ(second.house.open_shards.size(), shard_count);
}

// Nodes stop, wake, lose the store, drain and restart at random: no shard is ever decided by two, and when it is quiet again all are.
TEST(Membership, NobodyEverDecidesForAnother) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    cluster c;
    const std::vector<std::string> names{"a", "b", "c", "d"};
    for (const auto& name : names) c.start(name);
    for (int i = 0; i < 60; ++i) {
      const auto& name = names[random() % names.size()];
      auto& h = c[name];
      switch (random() % 7) {
        case 0:
          h.stopped = !h.stopped;
          break;
        case 1:
          h.store->cut = !h.store->cut;
          break;
        case 2:
          h.member->set_weight(random() % 2 * 100);
          break;
        case 3:
          h.house.prompt = !h.house.prompt;
          break;
        case 4:
          c.start(name);
          break;  // kill -9 and again, under a new instance
        default:
          break;
      }
      c.pass(static_cast<std::int64_t>(100 + random() % 900));
    }
    for (const auto& name : names) {
      c[name].stopped = c[name].store->cut = false;
      c[name].house.prompt = true;
      c[name].member->set_weight(100);
    }
    c.pass(8'000);
    EXPECT_EQ(c.served(), shard_count) << "seed " << seed;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace holdfast::actors::cluster
