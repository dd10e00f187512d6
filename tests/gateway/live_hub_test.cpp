// The way of a change: snapshot, deltas, resuming, slow sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/live_stage.hpp"

namespace holdfast::gateway::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using LiveHubTest = live_stage;

TEST_F(LiveHubTest, ASubscriberGetsASnapshotThenDeltasInOrder) {
  region.set_block(block_entity, 5);
  auto v = open();
  v->subscribe(block);
  run();
  change(6);
  change(8);
  run();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(5), delta(6, 0), delta(8, 6)));
}

TEST_F(LiveHubTest, ChangesDuringTheQuestionFollowTheSnapshotOnce) {
  region.set_block(block_entity, 5);
  region.hold = true;
  auto v = open();
  v->subscribe(block);
  change(6);
  change(7);
  run();
  publish(8);  // published while the answer, of version 7, is on its way
  region.answer();
  publish(9);
  run();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(7), delta(8, 7), delta(9, 8)));
}

TEST_F(LiveHubTest, AChangeThatTheSnapshotHasAlreadyIsNotSentAgain) {
  region.set_block(block_entity, 6);
  auto v = open();
  v->subscribe(block);
  run();
  publish(6);  // came after the answer that contains it
  publish(7);
  run();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(6), delta(7, 6)));
}

TEST_F(LiveHubTest, WhatNobodyWatchesIsNotEncoded) {
  region.set_block(block_entity, 1);
  publish(1);
  auto v = watching();
  publish(1, block, false, "other-tenant");
  publish(2, "block:aoraki.p2");
  run();
  EXPECT_EQ(encoder.deltas, 0);
  publish(2);
  run();
  EXPECT_EQ(encoder.deltas, 1);
}

TEST_F(LiveHubTest, AChangeIsSerialisedOnceForAllSocketsOfAllLanes) {
  region.set_block(block_entity, 1);
  std::vector<std::unique_ptr<viewer>> all;
  for (int i = 0; i < 20; ++i) all.push_back(watching(block, static_cast<std::size_t>(i % 2)));
  change(2);
  run();
  EXPECT_EQ(encoder.deltas, 1);
  for (const auto& v : all) {
    ASSERT_EQ(v->link.received.size(), 1U);
    EXPECT_EQ(v->link.received[0].get(), all[0]->link.received[0].get());  // the same bytes, not equal ones
  }
}

TEST_F(LiveHubTest, ManyWhoWaitCauseOneQuestion) {
  region.set_block(block_entity, 1);
  region.hold = true;
  std::vector<std::unique_ptr<viewer>> all;
  for (int i = 0; i < 50; ++i) {
    all.push_back(open());
    all.back()->subscribe(block);
  }
  EXPECT_EQ(region.asked.size(), 1U);
  region.answer();
  run();
  for (const auto& v : all) EXPECT_THAT(v->take(), ElementsAre(snapshot(1)));
  auto late = open();
  late->subscribe(block);
  EXPECT_THAT(late->take(), ElementsAre(snapshot(1)));  // from what is kept
  EXPECT_EQ(region.asked.size(), 1U);
}

TEST_F(LiveHubTest, AKeptSnapshotIsFollowedByWhatCameSince) {
  region.set_block(block_entity, 1);
  auto first = watching();
  for (int i = 2; i <= 4; ++i) change(i);
  run();
  auto late = open();
  late->subscribe(block);
  EXPECT_THAT(late->take(), ElementsAre(snapshot(1), delta(2, 0), delta(3, 2), delta(4, 3)));
  for (int i = 5; i <= 7; ++i) change(i);
  run();
  auto later = open();
  later->subscribe(block);
  run();
  EXPECT_THAT(later->take(), ElementsAre(snapshot(7)));  // six deltas are more than replay_max
}

TEST_F(LiveHubTest, AClientResumesFromItsVersion) {
  region.set_block(block_entity, 1);
  auto stays = watching();
  auto v = watching();
  change(2);
  run();
  EXPECT_THAT(v->take(), ElementsAre(delta(2, 0)));
  v->session->on_closed();
  change(3);
  change(4);
  run();
  auto again = open();
  again->subscribe(block, R"(,"version":2)");
  change(5);
  run();
  EXPECT_THAT(again->take(), ElementsAre(delta(3, 2), delta(4, 3), delta(5, 4)));
  EXPECT_EQ(region.asked.size(), 1U);
  EXPECT_EQ(metric(metrics, "holdfast_live_resumed_total"), 1);
}

TEST_F(LiveHubTest, AClientThatIsUpToDateHearsOnlyOfWhatComes) {
  region.set_block(block_entity, 4);
  auto v = watching();
  v->subscribe(block, R"(,"version":4)");
  run();
  EXPECT_THAT(v->take(), IsEmpty());
  change(5);
  run();
  EXPECT_THAT(v->take(), ElementsAre(delta(5, 0)));
}

TEST_F(LiveHubTest, AVersionThatTheRingHasLostGetsASnapshot) {
  region.set_block(block_entity, 1);
  auto v = watching();
  for (int i = 2; i <= 30; ++i) {
    change(i);
    run();
    v->read_all();
  }
  v->take();
  for (const auto* version : {"1", "13", "31", "1000"}) {
    auto late = open();
    late->subscribe(block, std::string(R"(,"version":)") + version);
    run();
    EXPECT_THAT(late->take(), ElementsAre(snapshot(30))) << version;
  }
  auto known = open();
  known->subscribe(block, R"(,"version":28)");
  run();
  EXPECT_THAT(known->take(), ElementsAre(delta(29, 28), delta(30, 29)));
}

TEST_F(LiveHubTest, AVersionFromBeforeThisServerWatchedGetsASnapshot) {
  region.set_block(block_entity, 9);
  auto v = open();
  v->subscribe(block, R"(,"version":7)");
  run();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(9)));
  auto other = open();
  other->subscribe(block, R"(,"version":8)");
  run();
  EXPECT_THAT(other->take(), ElementsAre(snapshot(9)));
}

TEST_F(LiveHubTest, ATopicIsFollowedForAWhileForThoseWhoComeBack) {
  region.set_block(block_entity, 1);
  watching()->session->on_closed();
  change(2);
  run();
  auto back = open();
  back->subscribe(block, R"(,"version":1)");
  run();
  EXPECT_THAT(back->take(), ElementsAre(delta(2, 0)));
  back->session->on_closed();
  clock.advance(settings.linger_ms + 1);
  change(3);  // the first change after the time notices
  run();
  const auto encoded = encoder.deltas.load();
  change(4);
  run();
  EXPECT_EQ(encoder.deltas, encoded);
  EXPECT_EQ(metric(metrics, "holdfast_live_topics"), 0);
}

TEST_F(LiveHubTest, ARedefinitionSendsFreshSnapshotsToEveryone) {
  region.set_block(block_entity, 1);
  auto a = watching();
  auto b = watching();
  region.set_block(block_entity, 2);
  publish(2, block, true);
  run();
  EXPECT_THAT(a->take(), ElementsAre(snapshot(2)));
  EXPECT_THAT(b->take(), ElementsAre(snapshot(2)));
  change(3);
  run();
  EXPECT_THAT(a->take(), ElementsAre(delta(3, 2)));
}

TEST_F(LiveHubTest, AnAnswerFromBeforeTheRedefinitionIsNotUsed) {
  region.set_block(block_entity, 1);
  region.hold = true;
  auto v = open();
  v->subscribe(block);
  region.answer();  // version 1, on its way
  region.set_block(block_entity, 2);
  publish(2, block, true);
  lanes[0]->run();
  region.answer();
  run();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(1), snapshot(2)));
}

TEST_F(LiveHubTest, AnAnswerOlderThanTheRingIsAskedForAgain) {
  region.set_block(block_entity, 1);
  region.hold = true;
  auto v = open();
  v->subscribe(block);
  for (int i = 2; i <= 40; ++i) publish(i);  // the ring forgets 2…24 before the answer is taken
  region.answer();
  auto& l = *lanes[0];
  l.run();
  EXPECT_EQ(region.held(), 1U);
  region.set_block(block_entity, 40);
  region.answer();
  run();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(40)));
}

// ---- slow sockets

TEST_F(LiveHubTest, ASlowSocketGetsASnapshotInsteadOfEveryStep) {
  region.set_block(block_entity, 1);
  auto slow = watching();
  auto fast = watching();
  for (int i = 2; i <= 50; ++i) {
    change(i);
    run();
    fast->read_all();
    slow->session->on_tick({});
  }
  EXPECT_EQ(slow->link.received.size(), 1U);  // the one that never ended
  EXPECT_EQ(fast->take().size(), 49U);
  EXPECT_GT(metric(metrics, "holdfast_live_conflated_total"), 0);
  slow->link.sending = false;  // now it reads
  slow->session->on_sent();
  run();
  EXPECT_THAT(slow->take(), ElementsAre(delta(2, 0), snapshot(50)));
  change(51);
  run();
  EXPECT_THAT(slow->take(), ElementsAre(delta(51, 50)));
}

TEST_F(LiveHubTest, AStuckSocketCausesNoQuestions) {
  region.set_block(block_entity, 1);
  auto slow = watching();
  const auto before = region.asked.size();
  for (int i = 2; i <= 1'000; ++i) {
    change(i);
    run();
    slow->session->on_tick({});
  }
  EXPECT_EQ(region.asked.size(), before);
  EXPECT_EQ(metric(metrics, "holdfast_live_conflated_total"), 1);
}

TEST_F(LiveHubTest, AStuckSocketIsCutAfterItsTime) {
  region.set_block(block_entity, 1);
  auto slow = watching();
  change(2);
  run();
  auto now = socket_session::time_point{} + std::chrono::hours(1);
  slow->session->on_tick(now);
  EXPECT_FALSE(slow->link.aborted);  // the first look starts the time
  slow->session->on_tick(now + std::chrono::milliseconds(settings.write_ms_max));
  EXPECT_FALSE(slow->link.aborted);
  slow->session->on_tick(now + std::chrono::milliseconds(settings.write_ms_max + 1));
  EXPECT_TRUE(slow->link.aborted);
}

TEST_F(LiveHubTest, AReaderThatMakesProgressIsNotCut) {
  region.set_block(block_entity, 1);
  auto v = watching();
  auto now = socket_session::time_point{} + std::chrono::hours(1);
  for (int i = 2; i < 20; ++i) {
    change(i);
    run();
    v->session->on_tick(now);
    now += std::chrono::milliseconds(settings.write_ms_max - 1);
    v->session->on_tick(now);
    v->link.sending = false;
    v->session->on_sent();
    now += std::chrono::milliseconds(settings.write_ms_max - 1);
  }
  EXPECT_FALSE(v->link.aborted);
}

TEST_F(LiveHubTest, ALaneThatIsBehindStartsOver) {
  settings.backlog_max = 10;
  region.set_block(block_entity, 1);
  auto v = watching();
  for (int i = 2; i <= 500; ++i) change(i);
  EXPECT_LE(lanes[0]->waiting(), 12U);
  run();
  v->read_all();
  run();
  const auto got = v->take();
  ASSERT_FALSE(got.empty());
  EXPECT_LT(got.size(), 20U);
  EXPECT_EQ(got.back(), snapshot(500));
  EXPECT_GT(metric(metrics, "holdfast_live_overrun_total"), 0);
  change(501);
  run();
  EXPECT_THAT(v->take(), ElementsAre(delta(501, 500)));
}

// ---- events count their own versions

TEST_F(LiveHubTest, FiguresOfAnEventMoveItsVersionOnTheWire) {
  region.set_event("event/doc-nz/aoraki", 3);
  auto v = open();
  v->subscribe("event:aoraki");
  run();
  publish(3, "event:aoraki");  // the event's own sequence number stands still
  publish(3, "event:aoraki");
  run();
  const auto got = v->take();
  ASSERT_EQ(got.size(), 3U);
  EXPECT_THAT(got[0], HasSubstr(R"("op":"snapshot","topic":"event:aoraki","version":0,"state":3)"));
  EXPECT_THAT(got[1], HasSubstr(R"("version":1,"from":0)"));
  EXPECT_THAT(got[2], HasSubstr(R"("version":2,"from":1)"));
}

TEST_F(LiveHubTest, AnEventIsNeverResumed) {
  region.set_event("event/doc-nz/aoraki", 3);
  auto stays = watching("event:aoraki");
  publish(3, "event:aoraki");
  run();
  auto v = open();
  v->subscribe("event:aoraki", R"(,"version":1)");
  run();
  const auto got = v->take();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_THAT(got[0], HasSubstr("snapshot"));
}

// ---- very many subscribers

TEST_F(LiveHubTest, WhatChangesWhileAFrameIsOnItsWayGoesOutTogether) {
  settings.subscribers_per_turn_max = 2;
  region.set_block(block_entity, 1);
  std::vector<std::unique_ptr<viewer>> crowd;
  for (int i = 0; i < 5; ++i) crowd.push_back(watching());
  for (int v = 2; v <= 5; ++v) change(v);
  run();
  // Two had been told of the first change when the others came; the rest hear of all at once.
  for (const auto i : {3U, 4U}) EXPECT_THAT(crowd[i]->take(), ElementsAre(delta(2, 0), delta(5, 2))) << i;
  for (const auto i : {0U, 1U, 2U}) EXPECT_THAT(crowd[i]->take(), ElementsAre(delta(5, 0))) << i;
  auto back = open();
  back->subscribe(block, R"(,"version":2)");  // the ring has what was sent
  run();
  EXPECT_THAT(back->take(), ElementsAre(delta(5, 2)));
}

TEST_F(LiveHubTest, ComingAndLeavingBetweenTheTurnsMissesNothing) {
  settings.subscribers_per_turn_max = 2;
  region.set_block(block_entity, 1);
  std::vector<std::unique_ptr<viewer>> crowd;
  for (int i = 0; i < 6; ++i) crowd.push_back(watching());
  change(2);
  lanes[0]->run_one();  // the change arrives, and the last two in the list get it
  EXPECT_EQ(lanes[0]->waiting(), 1U);
  EXPECT_THAT(crowd[5]->take(), ElementsAre(delta(2, 0)));
  EXPECT_THAT(crowd[3]->take(), IsEmpty());
  // One that waits leaves, one that has it leaves, one comes, and another change is on its way.
  crowd[1]->session->on_closed();
  crowd[5]->session->on_closed();
  auto late = open();
  late->subscribe(block);
  change(3);
  run();
  EXPECT_THAT(crowd[0]->take(), ElementsAre(delta(3, 0)));
  EXPECT_THAT(crowd[2]->take(), ElementsAre(delta(2, 0), delta(3, 2)));
  EXPECT_THAT(crowd[3]->take(), ElementsAre(delta(2, 0), delta(3, 2)));
  EXPECT_THAT(crowd[4]->take(), ElementsAre(delta(2, 0), delta(3, 0)));
  EXPECT_THAT(crowd[1]->take(), IsEmpty());
  const auto seen = late->take();
  ASSERT_FALSE(seen.empty());
  EXPECT_THAT(seen.back(), HasSubstr("\"version\":3"));
}

TEST_F(LiveHubTest, ARedefinitionEndsWhatIsOnItsWay) {
  settings.subscribers_per_turn_max = 1;
  region.set_block(block_entity, 1);
  const auto last = watching();
  const auto first = watching();
  change(2);
  change(3);
  region.set_block(block_entity, 4);
  publish(4, block, true);
  run();
  EXPECT_THAT(first->take(), ElementsAre(delta(2, 0), snapshot(4)));
  EXPECT_THAT(last->take(), ElementsAre(snapshot(4)));
}

}  // namespace
}  // namespace holdfast::gateway::test
