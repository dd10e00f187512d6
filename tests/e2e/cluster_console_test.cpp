// What operators do to a cluster of real nodes: whichever node they ask.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <thread>

#include "tests/e2e/guest.hpp"
#include "tests/e2e/three_nodes.hpp"

namespace holdfast::e2e {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

class ClusterConsole : public ::testing::Test {
protected:
  void SetUp() override {
    nodes.start();
    if (HasFatalFailure()) return;
    nodes.expect_at_rest({1, 2, 3});
  }

  finished run(int node, const std::vector<std::string>& words) { return nodes.cluster(node, words); }
  json::value first(int node, const std::vector<std::string>& words) {
    const auto got = run(node, words);
    EXPECT_EQ(got.exit, 0) << words[0] << ": " << got.err;
    return got.out.empty() ? json::value(json::object()) : json::parse(got.out.substr(0, got.out.find('\n')));
  }
  /// {"node-1": 85, …} as the node sees it.
  int shards(int seen_from, const std::string& of) {
    const auto status = first(seen_from, {"status"});
    const auto* held = status.at("shards").as_object().if_contains(of);
    return held == nullptr ? 0 : held->to_number<int>();
  }
  json::value node(int seen_from, const std::string& name) {
    const auto status = first(seen_from, {"status"});
    for (const auto& one : status.at("nodes").as_array())
      if (text_at(one, "node") == name) return one;
    return json::object();
  }
  std::string owner(int seen_from, int shard) {
    const auto got = run(seen_from, {"shards"});
    for (std::size_t from = 0; from < got.out.size();) {
      const auto end = got.out.find('\n', from);
      const auto one = json::parse(got.out.substr(from, end - from));
      if (one.at("shard") == shard) return text_at(one, "node");
      from = end + 1;
    }
    return {};
  }
  static bool is_paused(const json::value& node) {
    const auto* paused = node.as_object().if_contains("paused");
    return paused != nullptr && paused->as_bool();
  }
  template <class Condition>
  static bool soon(Condition&& holds) {
    return test::eventually(holds, std::chrono::seconds(10), milliseconds(100));
  }
  three_nodes nodes;
};

TEST_F(ClusterConsole, EveryNodeIsSeenFromEveryNode) {
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(soon([&] {
      const auto status = first(i, {"status"});
      int serving = 0;
      for (const auto& one : status.at("nodes").as_array())
        serving += text_at(one, "state") == "serving" && one.as_object().contains("cpu") ? 1 : 0;
      return serving == 3 && status.at("clustered").as_bool();
    })) << nodes[i].log();
    EXPECT_EQ(shards(i, "node-1") + shards(i, "node-2") + shards(i, "node-3"), 256);
  }
  nodes[3].kill();
  EXPECT_TRUE(soon([&] { return text_at(node(1, "node-3"), "state") == "unreachable"; }));
  EXPECT_TRUE(soon([&] { return shards(2, "node-1") + shards(2, "node-2") == 256; }));
}

TEST_F(ClusterConsole, AShardGoesWhereItIsWantedAndBackWhenAllAreRebalanced) {
  constexpr int shard = 42;
  const auto before = owner(1, shard);
  const auto other = before == "node-3" ? "node-2" : "node-3";
  EXPECT_EQ(text_at(first(1, {"move", std::to_string(shard), other}), "outcome"), "done");
  EXPECT_TRUE(soon([&] { return owner(2, shard) == other; })) << owner(2, shard);
  std::this_thread::sleep_for(milliseconds(1'000));
  EXPECT_EQ(owner(1, shard), other) << "it stays";
  const auto unknown = run(1, {"move", "42", "node-9"});
  EXPECT_EQ(unknown.exit, 1);
  EXPECT_NE(unknown.err.find("there is no such node"), std::string::npos) << unknown.err;
  EXPECT_EQ(text_at(first(2, {"rebalance"}), "outcome"), "done");
  EXPECT_TRUE(soon([&] { return owner(3, shard) == before; })) << owner(3, shard);
}

TEST_F(ClusterConsole, ANodeIsDrainedAndResumedByWhicheverNodeIsAsked) {
  EXPECT_EQ(text_at(first(1, {"drain", "node-2"}), "outcome"), "done");
  EXPECT_TRUE(soon([&] { return shards(3, "node-2") == 0; }));
  EXPECT_TRUE(soon([&] { return text_at(node(1, "node-2"), "state") == "draining"; }));
  guest g(nodes[2].url(), "festival");
  EXPECT_EQ(g.get("/tenant").status, 200) << "it serves requests all the same";
  EXPECT_EQ(text_at(first(3, {"resume", "node-2"}), "outcome"), "done");
  EXPECT_TRUE(soon([&] { return shards(1, "node-2") > 40; }));
  EXPECT_EQ(text_at(first(3, {"pause", "node-1"}), "outcome"), "done");
  EXPECT_TRUE(soon([&] { return is_paused(node(2, "node-1")); }));
  EXPECT_EQ(text_at(first(1, {"resume", "node-1"}), "outcome"), "done");
  EXPECT_EQ(run(1, {"drain", "node-9"}).exit, 1);
}

TEST_F(ClusterConsole, AnEntityIsInspectedAndPutAwayWhereverItRuns) {
  guest g(nodes[1].url(), "theatre");
  ASSERT_EQ(g.get("/tenant").status, 200);
  const auto served_by = text_at(first(1, {"find", "--id", "tenant/theatre"}), "node");
  EXPECT_FALSE(served_by.empty());
  for (int i = 1; i <= 3; ++i) {
    const auto seen = first(i, {"entity", "tenant/theatre"});
    EXPECT_EQ(text_at(seen, "node"), served_by);
    EXPECT_EQ(seen.at_pointer("/run/phase"), "ready") << i;
  }
  EXPECT_EQ(text_at(first(2, {"passivate", "tenant/theatre"}), "outcome"), "done");
  EXPECT_EQ(first(3, {"entity", "tenant/theatre"}).at_pointer("/run/phase"), "not_running");
}

TEST_F(ClusterConsole, LogsOfAnyNodeAreSetFromAnyNodeAndTheRecordIsOne) {
  EXPECT_EQ(text_at(first(1, {"log-level", "mail", "debug", "--node", "node-3"}), "outcome"), "done");
  const auto level = [&](const std::string& of) {
    const auto out = run(2, {"log-level", "--node", of}).out;
    const auto at = out.find(R"("component":"mail")");
    return at == std::string::npos ? std::string() : out.substr(at, out.find('}', at) - at);
  };
  EXPECT_NE(level("node-3").find("debug"), std::string::npos);
  EXPECT_NE(level("node-1").find("info"), std::string::npos);
  EXPECT_EQ(run(1, {"slow", "--node", "node-2"}).exit, 0);
  for (int i = 1; i <= 3; ++i) {
    const auto newest = first(i, {"audit-trail", "--limit", "1"});
    EXPECT_EQ(text_at(newest, "action"), "set_log_level");
    EXPECT_EQ(text_at(newest, "node"), "node-1") << "that was asked";
    EXPECT_EQ(text_at(newest, "target"), "node-3");
  }
}

}  // namespace
}  // namespace holdfast::e2e
