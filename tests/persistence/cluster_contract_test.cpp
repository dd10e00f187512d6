// Nodes meet and shards change hands: over the stores that several nodes can share.
#include <thread>

#include "persistence/cluster.hpp"
#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr auto long_enough = 60s;

class ClusterContract : public contract {
protected:
  void SetUp() override {
    place_ = make_place(GetParam());
    reopen();
    cluster_ = must(storage_->cluster());
  }

  static node_beat node(const std::string& name, int start = 1) {
    return {name, name + "/" + std::to_string(start), "announcement of " + name};
  }
  cluster_map beat(const node_beat& self, milliseconds ttl = long_enough) { return must(cluster_->beat(self, ttl)); }

  /// The shards at the epochs that the store shows, or 0.
  std::vector<lease> seen(std::initializer_list<std::uint16_t> shards) {
    const auto stands = must(must(storage_->leases())->all());
    std::vector<lease> out;
    for (const auto shard : shards) {
      const auto it = std::find_if(stands.begin(), stands.end(), [&](const lease& one) { return one.shard.value == shard; });
      out.push_back(it == stands.end() ? lease{{shard}, "", {0}} : *it);
    }
    return out;
  }
  std::vector<lease> take(const node_beat& self, const std::vector<lease>& wanted, const std::vector<std::string>& dead = {}) {
    return must(cluster_->take(self.instance, wanted, dead));
  }

  std::unique_ptr<cluster_store> cluster_;
};
INSTANTIATE_TEST_SUITE_P(Shared, ClusterContract, testing::Values(backend::memory, backend::postgresql), backend_name);

std::string holders(const std::vector<lease>& leases) {
  std::map<std::uint16_t, std::string> sorted;
  for (const auto& one : leases)
    sorted[one.shard.value] = std::to_string(one.shard.value) + ":" + one.node + "@" + std::to_string(one.owner.value);
  std::string out;
  for (const auto& [shard, text] : sorted) out.append(out.empty() ? "" : " ").append(text);
  return out;
}

TEST_P(ClusterContract, NodesSeeEachOther) {
  EXPECT_EQ(beat(node("a")).nodes.size(), 1U);
  const auto map = beat(node("b"), 5s);
  ASSERT_EQ(map.nodes.size(), 2U);
  EXPECT_EQ(map.nodes[0].last.instance, "a/1");
  EXPECT_EQ(map.nodes[0].last.announcement, "announcement of a");
  EXPECT_EQ(map.nodes[1].last.name, "b");
  EXPECT_LE(map.nodes[1].left, 5s);
  EXPECT_GT(map.nodes[1].left, 1s);
  EXPECT_LT(map.nodes[0].silent_for, 5s);
  EXPECT_TRUE(map.leases.empty());
}

TEST_P(ClusterContract, ANameBelongsToOneLiveInstance) {
  beat(node("a", 1));
  const auto second = cluster_->beat(node("a", 2), long_enough);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, failure_code::conflict);
  EXPECT_EQ(second.error().detail, "another node called 'a' is alive");
  must(cluster_->leave("a/1"));
  beat(node("a", 2));
  EXPECT_FALSE(cluster_->beat(node("a", 1), long_enough)) << "it was replaced";
}

TEST_P(ClusterContract, AnExpiredInstanceIsReplaced) {
  beat(node("a", 1), 1ms);
  std::this_thread::sleep_for(20ms);
  const auto map = beat(node("a", 2));
  ASSERT_EQ(map.nodes.size(), 1U);
  EXPECT_EQ(map.nodes[0].last.instance, "a/2");
}

TEST_P(ClusterContract, FreeShardsAreTakenOnce) {
  const auto a = node("a"), b = node("b");
  beat(a);
  beat(b);
  const auto free = seen({3, 4, 200});
  EXPECT_EQ(holders(take(a, free)), "3:a/1@1 4:a/1@1 200:a/1@1");
  EXPECT_EQ(holders(take(b, free)), "") << "they do not stand as seen";
  EXPECT_EQ(holders(take(b, seen({3, 4, 200}))), "") << "their holder is alive";
  EXPECT_EQ(holders(take(a, seen({3}))), "") << "it holds it already";
  EXPECT_EQ(holders(beat(b).leases), "3:a/1@1 4:a/1@1 200:a/1@1");
}

TEST_P(ClusterContract, TheLeasesOfADeadNodeAreTakenAndItsWritesRefused) {
  const auto a = node("a"), b = node("b");
  const std::string entity = "block/t/e.a";
  const auto shard = shard_of(entity).value;
  beat(a, 2'000ms);
  beat(b);
  ASSERT_EQ(take(a, seen({shard})).size(), 1U);
  EXPECT_EQ(append({row(entity, 1, "x", 1)}), all(1, append_status::durable));
  std::this_thread::sleep_for(2'100ms);
  const auto map = beat(b);
  EXPECT_EQ(map.nodes[0].left, 0ms);
  ASSERT_EQ(take(b, seen({shard})).size(), 1U);
  EXPECT_EQ(append({row(entity, 2, "x", 1)}), all(1, append_status::stale_epoch));
  EXPECT_EQ(append({row(entity, 2, "x", 2)}), all(1, append_status::durable));
}

TEST_P(ClusterContract, ANodeThatIsKnownToBeDeadNeedNotRunOut) {
  const auto a = node("a"), b = node("b"), c = node("c");
  for (const auto& one : {a, b, c}) beat(one);
  take(a, seen({1}));
  take(c, seen({2}));
  EXPECT_EQ(holders(take(b, seen({1, 2}), {a.instance})), "1:b/1@2");
}

TEST_P(ClusterContract, ANodeThatRenewsLateKeepsWhatNobodyTook) {
  const auto a = node("a"), b = node("b");
  beat(a, 1ms);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(holders(take(a, seen({1}))), "") << "its own row has expired";
  beat(a);
  EXPECT_EQ(holders(take(a, seen({1}))), "1:a/1@1");
  beat(a, 1ms);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(holders(beat(a).leases), "1:a/1@1");
  beat(b);
  EXPECT_EQ(holders(take(b, seen({1}))), "") << "it is alive again";
}

TEST_P(ClusterContract, WhoLeavesLetsGo) {
  const auto a = node("a"), b = node("b");
  beat(a);
  beat(b);
  take(a, seen({1, 2}));
  must(cluster_->leave(a.instance));
  EXPECT_EQ(beat(b).nodes.size(), 1U);
  EXPECT_EQ(holders(take(b, seen({1, 2}))), "1:b/1@2 2:b/1@2");
}

TEST_P(ClusterContract, HandingOverRaisesTheEpoch) {
  const auto a = node("a"), b = node("b");
  beat(a);
  beat(b);
  const auto held = take(a, seen({1, 2}));
  EXPECT_EQ(holders(must(cluster_->hand_over(a.instance, {held.data(), 1}, b.instance))), "1:b/1@2");
  EXPECT_EQ(holders(must(cluster_->hand_over(a.instance, held, b.instance))), "2:b/1@2") << "the other is gone already";
  EXPECT_EQ(holders(must(cluster_->hand_over(a.instance, seen({1}), a.instance))), "") << "it is not its to give";
  EXPECT_EQ(holders(must(cluster_->hand_over(b.instance, seen({1}), "c/1"))), "") << "nobody there to take it";
}

TEST_P(ClusterContract, ASingleOwnerBeforeItIsReplaced) {
  must(must(storage_->leases())->take_all("alone"));
  const auto a = node("a");
  beat(a);
  EXPECT_EQ(holders(take(a, seen({7}))), "7:a/1@2");
}

// Several find the same node dead at the same moment: each shard goes to one of them.
TEST_P(ClusterContract, RivalsShareNoShard) {
  const auto dead = node("dead");
  beat(dead);
  std::vector<lease> everything;
  for (std::uint16_t i = 0; i < shard_count; ++i) everything.push_back({{i}, "", {0}});
  ASSERT_EQ(take(dead, everything).size(), shard_count);
  must(cluster_->leave(dead.instance));
  const auto stands = must(must(storage_->leases())->all());
  std::vector<std::vector<lease>> taken(4);
  {
    std::vector<std::jthread> rivals;
    for (std::size_t i = 0; i < taken.size(); ++i)
      rivals.emplace_back([&, i] {
        const auto mine = must(storage_->cluster());
        const auto self = node("rival-" + std::to_string(i));
        must(mine->beat(self, long_enough));
        for (std::size_t at = 0; at < stands.size(); at += 16) {
          const auto got = must(mine->take(self.instance, std::span(stands).subspan(at, 16), {}));
          taken[i].insert(taken[i].end(), got.begin(), got.end());
        }
      });
  }
  std::vector<lease> all_taken;
  for (const auto& one : taken) all_taken.insert(all_taken.end(), one.begin(), one.end());
  EXPECT_EQ(all_taken.size(), shard_count);
  EXPECT_EQ(holders(all_taken), holders(must(must(storage_->leases())->all())));
}

TEST(Cluster, NeedsAStoreThatNodesCanShare) {
  const auto place = make_place(backend::sqlite);
  const auto storage = place->open();
  must(storage->migrate());
  const auto refused = storage->cluster();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure_code::invalid_argument);
  EXPECT_EQ(refused.error().detail, "several nodes can share a PostgreSQL journal only");
}

}  // namespace
}  // namespace holdfast::persistence::test
