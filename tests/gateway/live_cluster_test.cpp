// The operators' topic: who may follow it and for how long, and that everybody gets the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/auth/jwt.hpp"
#include "gateway/live/cluster_source.hpp"
#include "gateway/live/topic.hpp"
#include "tests/gateway/live_stage.hpp"

namespace holdfast::gateway::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string cluster = "cluster:";
const std::string not_found = R"({"op":"error","topic":"cluster:","code":"not_found"})";

class plain_source final : public cluster_source {
public:
  text snapshot() const override {
    ++asked;
    return {version, std::to_string(version)};
  }
  std::int64_t version = 1;
  mutable int asked = 0;
};

class LiveClusterTest : public live_stage {
protected:
  LiveClusterTest() { hub().show_cluster(source); }

  std::string bearer(const std::string& role = "operator", const std::string& tenant = "*", unix_ms lifetime = 60'000) {
    return R"(,"bearer":")" + sign_jwt(keys, {"ada", tenant, {role}}, clock.now(), lifetime) + "\"";
  }
  std::unique_ptr<viewer> following(std::size_t lane = 0, unix_ms lifetime = 60'000) {
    auto out = open("*", lane);
    out->subscribe(cluster, bearer("operator", "*", lifetime));
    run();
    return out;
  }
  /// One second later.
  void sample() {
    ++source.version;
    auto change = std::make_shared<v1::LiveChange>();
    change->set_tenant_slug("*");
    change->set_topic(cluster);
    change->set_version(source.version);
    change->mutable_cluster();
    hub().publish(change);
    run();
  }
  plain_source source;
};

TEST_F(LiveClusterTest, AnOperatorGetsASnapshotAndThenEachSample) {
  auto v = following();
  sample();
  sample();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(1, cluster), delta(2, 0, cluster), delta(3, 2, cluster)));
}

TEST_F(LiveClusterTest, ASampleIsWrittenOnceForAllOfThem) {
  auto a = following(0), b = following(0), c = following(1);
  encoder.deltas = 0;
  sample();
  EXPECT_EQ(encoder.deltas, 1);
  for (auto* v : {a.get(), b.get(), c.get()}) v->read_all();
  EXPECT_EQ(*a->link.received.back(), delta(2, 0, cluster));
  EXPECT_EQ(a->link.received.back(), b->link.received.back()) << "not only equal";
  EXPECT_EQ(a->link.received.back(), c->link.received.back()) << "on another lane neither";
}

TEST_F(LiveClusterTest, NobodyElseMayFollowIt) {
  for (const auto& [role, tenant] : {std::pair("staff", "*"), {"admin", "*"}, {"operator", "doc-nz"}}) {
    auto v = open("*");
    v->subscribe(cluster, bearer(role, tenant));
    run();
    EXPECT_THAT(v->take(), ElementsAre(not_found)) << role << " " << tenant;
  }
  auto v = open("*");
  v->subscribe(cluster);
  v->subscribe(cluster, R"(,"bearer":"a.b.c")");
  v->subscribe(cluster, R"(,"access":"abcdefghjkmnpqrstvwxyz0123")");
  run();
  EXPECT_THAT(v->take(), ElementsAre(not_found, not_found, not_found));
  EXPECT_EQ(source.asked, 0);
}

TEST_F(LiveClusterTest, ItIsNoTenantsAndThereAreNoOthersBesideIt) {
  auto tenant = open("doc-nz");
  tenant->subscribe(cluster, bearer());
  auto v = open("*");
  v->subscribe("block:aoraki.p1");
  v->subscribe("tenant:*");
  v->subscribe("cluster:x", bearer());
  run();
  EXPECT_THAT(tenant->take(), ElementsAre(not_found));
  EXPECT_EQ(v->take().size(), 3U);
  EXPECT_THAT(region.asked, IsEmpty());
}

TEST_F(LiveClusterTest, ATokenThatRunsOutEndsTheSubscription) {
  auto soon = following(0, 5'000), later = following(0, 60'000);
  soon->take();
  later->take();
  clock.advance(6'000);
  sample();
  EXPECT_THAT(soon->take(), ElementsAre(not_found));
  EXPECT_THAT(later->take(), ElementsAre(delta(2, 0, cluster)));
  sample();
  EXPECT_THAT(soon->take(), IsEmpty());
}

TEST_F(LiveClusterTest, AReaderWhoComesBackGetsOnlyWhatIsNew) {
  auto v = following();
  sample();
  v->take();
  sample();
  auto again = open("*");
  again->subscribe(cluster, bearer() + R"(,"version":2)");
  run();
  EXPECT_THAT(again->take(), ElementsAre(delta(3, 2, cluster)));
}

TEST_F(LiveClusterTest, ASlowReaderGetsOneSnapshotInsteadOfEverySample) {
  auto v = following();
  for (int i = 0; i < 100; ++i) sample();
  EXPECT_LE(v->link.received.size(), 1U);
  v->read_all();
  v->session->on_tick({});
  run();
  const auto got = v->take();
  EXPECT_LE(got.size(), settings.queue_frames_max + 2);
  EXPECT_EQ(got.back(), snapshot(101, cluster));
}

TEST_F(LiveClusterTest, WithoutASourceThereIsNoSuchTopic) {
  live_hub bare(settings, clock, metrics);
  bare.connect(region, encoder, keys);
  request asked;
  asked.query = {{"tenant", "*"}};
  auto opened = bare.open(asked, lanes[0]);
  viewer v;
  v.session = std::get<std::shared_ptr<socket_session>>(std::move(opened));
  v.session->on_open(v.link);
  v.subscribe(cluster, bearer());
  run();
  EXPECT_THAT(v.take(), ElementsAre(not_found));
  v.session->on_closed();
}

TEST_F(LiveClusterTest, SubscriptionsAreCountedByWhatTheyConcern) {
  region.set_block(block_entity, 1);
  auto a = watching(block, 0), b = watching(block, 1);
  auto other = watching("block:aoraki.p2");
  run();
  v1::Reply booking;
  booking.mutable_booking()->set_version(4);
  region.table[block_entity] = booking;  // the block is asked, and answers for its bookings as well
  auto guest = open();
  guest->subscribe("booking:aoraki.p1.7k3m9q2xw4tz", R"(,"access":"abcdefghjkmnpqrstvwxyz0123")");
  run();
  std::size_t found = 0;
  const auto count = [&](const std::string& entity) {
    found = 99;
    hub().count([entity](const topic& t) { return concerns(t, entity); }, [&](std::size_t n) { found = n; });
    run();
    return found;
  };
  EXPECT_EQ(count(block_entity), 3U);
  EXPECT_EQ(count("block/other/aoraki.p1"), 0U);
  EXPECT_EQ(count("event/doc-nz/aoraki"), 0U);
  a->session->on_closed();
  EXPECT_EQ(count(block_entity), 2U);
}

}  // namespace
}  // namespace holdfast::gateway::test
