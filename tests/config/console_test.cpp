// What a node measures of itself, and how the samples of several nodes become one.
#include <gmock/gmock.h>

#include "config/console/process.hpp"
#include "config/console/quantile.hpp"
#include "config/console/sampler.hpp"

namespace holdfast::console {
namespace {

using std::chrono::milliseconds;

// ---- quantiles

TEST(Quantile, LiesInsideTheBucketThatHoldsIt) {
  const auto upper = [](std::size_t i) { return static_cast<double>(i + 1) * 10; };
  EXPECT_EQ(quantile({}, 0.5, [](std::size_t) { return 1.0; }), 0);
  EXPECT_EQ(quantile({0, 0, 0}, 0.99, upper), 0);
  EXPECT_DOUBLE_EQ(quantile({0, 10, 0}, 0.5, upper), 15);
  EXPECT_DOUBLE_EQ(quantile({99, 0, 1}, 0.99, upper), 10);
  EXPECT_GT(quantile({98, 0, 2}, 0.99, upper), 20);
  EXPECT_DOUBLE_EQ(quantile({0, 0, 4}, 1.0, upper), 30);
}

TEST(Process, TellsItsTimeAndItsMemory) {
  const auto before = processor_time();
  volatile std::uint64_t sum = 0;
  while (processor_time() - before < milliseconds(20))
    for (int i = 0; i < 10'000; ++i) sum = sum + static_cast<std::uint64_t>(i);
  EXPECT_GT(processor_time(), before);
  EXPECT_GT(memory_bytes(), 1'000'000);
}

// ---- one node

class MeterTest : public ::testing::Test {
protected:
  MeterTest() {
    meter_.emplace(meter_sources{"node-1", "memory", actors, http, [] { return std::size_t{3}; }, [] { return std::size_t{2}; },
                                 [] { return std::int64_t{9}; }, [this] { return obstacle; }},
                   1'000, now);
  }
  /// After so much time.
  v1::NodeReport measure(milliseconds later = milliseconds(1'000)) {
    now += later;
    return meter_->measure(5'000, now);
  }
  actors::figures actors;
  gateway::traffic http{500, 4};
  std::optional<std::string> obstacle;
  meter::moment now{std::chrono::seconds(100)};
  std::optional<meter> meter_;
};

TEST_F(MeterTest, RatesAreOfTheTimeSinceTheLastSample) {
  for (int i = 0; i < 10; ++i) http.count(i < 2 ? 500 : 200, 1'000);
  actors.commands = 6;
  actors.rejections = 3;
  actors.journal_batches = 2;
  actors.journal_rows = 5;
  actors.commit_us.add(900);
  const auto first = measure(milliseconds(2'000)).node();
  EXPECT_EQ(first.requests_per_s(), 5);
  EXPECT_EQ(first.errors_per_s(), 1);
  EXPECT_EQ(first.commands_per_s(), 3);
  EXPECT_EQ(first.rejections_per_s(), 1.5);
  EXPECT_EQ(first.commits_per_s(), 1);
  EXPECT_EQ(first.rows_per_commit(), 2.5);
  EXPECT_NEAR(first.request_p50_ms(), 1, 0.25);
  EXPECT_NEAR(first.commit_p99_ms(), 0.9, 0.2);
  const auto second = measure().node();
  EXPECT_EQ(second.requests_per_s(), 0);
  EXPECT_EQ(second.request_p99_ms(), 0);
  EXPECT_EQ(second.rows_per_commit(), 0);
}

TEST_F(MeterTest, WhatTheNodeIsStandsInEachSample) {
  actors.commands_in_flight = 4;
  actors.entities_started = 7;
  const auto n = measure().node();
  EXPECT_EQ(n.node(), "node-1");
  EXPECT_EQ(n.journal(), "memory");
  EXPECT_EQ(n.at_ms(), 5'000);
  EXPECT_EQ(n.started_at_ms(), 1'000);
  EXPECT_EQ(n.connections(), 3);
  EXPECT_EQ(n.websockets(), 2);
  EXPECT_EQ(n.commands_in_flight(), 4);
  EXPECT_EQ(n.entities(), 7);
  EXPECT_EQ(n.projection_lag_rows(), 9);
  EXPECT_EQ(n.state(), v1::NODE_SERVING);
}

TEST_F(MeterTest, TroubleIsToldWithItsReason) {
  obstacle = "the store does not answer";
  EXPECT_EQ(measure().node().state(), v1::NODE_NOT_READY);
  EXPECT_EQ(measure().node().reason(), "the store does not answer");
  actors.fenced = true;
  EXPECT_EQ(measure().node().state(), v1::NODE_FENCED);
}

TEST_F(MeterTest, TenantsWithLoadComeTheBusiestFirst) {
  actors.tenants.of("quiet").entities = 1;
  actors.tenants.of("busy").commands = 50;
  actors.tenants.of("gone").entities = 0;
  const auto tenants = measure().tenants();
  ASSERT_EQ(tenants.size(), 2);
  EXPECT_EQ(tenants[0].tenant(), "busy");
  EXPECT_EQ(tenants[0].commands_per_s(), 50);
  EXPECT_EQ(tenants[1].tenant(), "quiet");
  EXPECT_EQ(measure().tenants_size(), 1) << "busy has done its work";
}

// ---- several nodes

class table_fleet final : public fleet {
public:
  bool clustered() const noexcept override { return true; }
  std::vector<standing> nodes() const override { return all; }
  std::vector<shard_standing> shards() const override { return places; }
  void ask(const std::string&, std::shared_ptr<const v1::OperatorRequest>, unix_ms, gateway::console::operator_handler) override {}
  std::optional<v1::Rejection> drain() override { return {}; }
  std::optional<v1::Rejection> pause() override { return {}; }
  std::optional<v1::Rejection> resume() override { return {}; }
  std::optional<v1::Rejection> move(shard_id, const std::string&) override { return {}; }
  std::optional<v1::Rejection> rebalance() override { return {}; }

  std::vector<standing> all{{"a", v1::NODE_SERVING, 100, false}, {"b", v1::NODE_DRAINING, 100, true}, {"c", v1::NODE_SERVING, 100, false}};
  std::vector<shard_standing> places = [] {
    std::vector<shard_standing> out(shard_count);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = {i % 2 == 0 ? "a" : "b", {static_cast<std::int64_t>(i)}, {}};
    out[4] = {"", {4}, {}};
    out[6] = {"a", {6}, "b"};
    return out;
  }();
};

class MergeTest : public ::testing::Test {
protected:
  static v1::NodeReport measured(const std::string& node, double commands) {
    v1::NodeReport out;
    out.mutable_node()->set_node(node);
    out.mutable_node()->set_at_ms(1);
    out.mutable_node()->set_state(v1::NODE_SERVING);
    for (std::uint32_t i = 0; i < shard_count; ++i) {
      auto& shard = *out.add_shards();
      shard.set_shard(i);
      shard.set_commands_per_s(commands);
      shard.set_entities(1);
    }
    auto& tenant = *out.add_tenants();
    tenant.set_tenant("t");
    tenant.set_commands_per_s(commands);
    return out;
  }
  table_fleet fleet;
};

TEST_F(MergeTest, ANodeReportsItsOwnShardsOnly) {
  const auto report = complete(measured("a", 1), fleet, "a", {});
  EXPECT_EQ(report.shards_size(), 127) << "every second one, and one of them is nobody's";
  EXPECT_EQ(report.node().shards(), 127U);
  for (const auto& shard : report.shards()) EXPECT_EQ(shard.node(), "a");
  EXPECT_EQ(report.node().weight(), 100U);
}

TEST_F(MergeTest, ReplicationIsThatOfTheStore) {
  const auto report = complete(measured("a", 1), fleet, "a", {2, 4'096, 12.5});
  EXPECT_EQ(report.node().replicas(), 2U);
  EXPECT_EQ(report.node().replication_lag_bytes(), 4'096);
  EXPECT_EQ(report.node().replication_lag_ms(), 12.5);
}

TEST_F(MergeTest, TheSampleHoldsEveryNodeAndEveryShard) {
  const auto sample = merge(fleet, "a", {complete(measured("a", 1), fleet, "a", {}), complete(measured("b", 5), fleet, "b", {})}, 7'000);
  EXPECT_TRUE(sample.clustered());
  EXPECT_EQ(sample.seen_from(), "a");
  ASSERT_EQ(sample.nodes_size(), 3);
  EXPECT_EQ(sample.nodes(0).state(), v1::NODE_SERVING);
  EXPECT_EQ(sample.nodes(1).state(), v1::NODE_DRAINING);
  EXPECT_TRUE(sample.nodes(1).paused());
  EXPECT_EQ(sample.nodes(2).state(), v1::NODE_UNREACHABLE) << "announced, but did not answer";
  EXPECT_EQ(sample.nodes(2).at_ms(), 0);
  ASSERT_EQ(sample.shards_size(), 256);
  EXPECT_EQ(sample.shards(0).commands_per_s(), 1);
  EXPECT_EQ(sample.shards(1).commands_per_s(), 5);
  EXPECT_EQ(sample.shards(4).node(), "");
  EXPECT_EQ(sample.shards(4).entities(), 0);
  EXPECT_EQ(sample.shards(6).moving_to(), "b");
  ASSERT_EQ(sample.tenants_size(), 1);
  EXPECT_EQ(sample.tenants(0).commands_per_s(), 6) << "of both nodes together";
}

TEST_F(MergeTest, OnlyTheBusiestTenantsStandInASample) {
  auto report = measured("a", 1);
  for (int i = 0; i < 80; ++i) {
    auto& one = *report.add_tenants();
    one.set_tenant("t" + std::to_string(i));
    one.set_commands_per_s(i);
  }
  const auto sample = merge(fleet, "a", {report}, 7'000);
  EXPECT_EQ(sample.tenants_size(), static_cast<int>(busiest_tenants_max));
  EXPECT_EQ(sample.tenants(0).tenant(), "t79");
}

}  // namespace
}  // namespace holdfast::console
