#include "gateway/live/live_hub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/live_twins.hpp"

namespace holdfast::gateway::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string block = "block:aoraki.p1";
const std::string block_entity = "block/doc-nz/aoraki.p1";

/// One subscriber: a session of the hub and the pace of its reader.
struct viewer {
  std::shared_ptr<socket_session> session;
  paced_link link;

  void say(const std::string& text) { link.reading = session->on_text(text); }
  void subscribe(const std::string& topic, const std::string& more = {}) { say(R"({"op":"subscribe","topic":")" + topic + "\"" + more + "}"); }
  /// The reader takes everything there is.
  void read_all() {
    while (link.sending) {
      link.sending = false;
      session->on_sent();
    }
  }
  std::vector<std::string> take() {
    read_all();
    std::vector<std::string> out;
    for (const auto& f : link.received) out.push_back(*f);
    link.received.clear();
    return out;
  }
};

class LiveHubTest : public ::testing::Test {
protected:
  LiveHubTest() {
    settings.queue_frames_max = 8;
    settings.ring_deltas_max = 16;
    settings.replay_max = 4;
    settings.messages = {0, 1};
  }

  live_hub& hub() {
    if (!hub_) {
      hub_ = std::make_unique<live_hub>(settings, clock, metrics);
      hub_->connect(region, encoder);
    }
    return *hub_;
  }

  std::unique_ptr<viewer> open(const std::string& tenant = "doc-nz", std::size_t lane = 0) {
    request asked;
    asked.tenant = tenant;
    auto opened = hub().open(asked, lanes.at(lane));
    auto out = std::make_unique<viewer>();
    out->session = std::get<std::shared_ptr<socket_session>>(std::move(opened));
    out->session->on_open(out->link);
    return out;
  }

  std::unique_ptr<viewer> watching(const std::string& topic = block, std::size_t lane = 0) {
    auto out = open("doc-nz", lane);
    out->subscribe(topic);
    run();
    out->take();
    return out;
  }

  void publish(std::int64_t version, const std::string& topic = block, bool redefined = false, const std::string& tenant = "doc-nz") {
    auto change = std::make_shared<v1::LiveChange>();
    change->set_topic(topic);
    change->set_tenant_slug(tenant);
    change->set_version(version);
    if (topic.starts_with("event:")) {
      change->mutable_event()->set_redefined(redefined);
    } else {
      change->mutable_block()->set_redefined(redefined);
    }
    hub().publish(change);
  }

  void run() {
    for (const auto& l : lanes) l->run();
  }
  /// The change is durable and stands in the table before anyone hears of it.
  void change(std::int64_t version) {
    region.set_block(block_entity, version);
    publish(version);
  }

  static std::string snapshot(std::int64_t v, const std::string& topic = block) {
    return R"({"op":"snapshot","topic":")" + topic + R"(","version":)" + std::to_string(v) + R"(,"state":)" + std::to_string(v) + "}";
  }
  static std::string delta(std::int64_t v, std::int64_t from, const std::string& topic = block) {
    return R"({"op":"delta","topic":")" + topic + R"(","version":)" + std::to_string(v) + R"(,"from":)" + std::to_string(from) + R"(,"changes":)" +
           std::to_string(v) + "}";
  }

  live_settings settings;
  manual_clock clock;
  prometheus::Registry metrics;
  std::vector<std::shared_ptr<step_lane>> lanes{std::make_shared<step_lane>(0), std::make_shared<step_lane>(1)};
  table_region region;
  plain_encoder encoder;

private:
  std::unique_ptr<live_hub> hub_;
};

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
  EXPECT_EQ(encoder.deltas, 0);
  publish(2);
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

// ---- who may see what

TEST_F(LiveHubTest, AnotherTenantsTopicIsNotFound) {
  region.set_block(block_entity, 1);
  auto v = open("other");
  v->subscribe(block);
  run();
  EXPECT_THAT(v->take(), ElementsAre(R"({"op":"error","topic":"block:aoraki.p1","code":"not_found"})"));
  v->subscribe("tenant:doc-nz");
  EXPECT_THAT(v->take(), ElementsAre(R"({"op":"error","topic":"tenant:doc-nz","code":"not_found"})"));
  change(2);
  run();
  EXPECT_THAT(v->take(), IsEmpty());
}

TEST_F(LiveHubTest, WhatTheEncoderHidesIsNotFound) {
  v1::Reply hidden;
  hidden.mutable_event()->mutable_definition()->set_id("hidden");
  region.table["event/doc-nz/hidden"] = hidden;
  auto v = open();
  v->subscribe("event:hidden");
  run();
  EXPECT_THAT(v->take(), ElementsAre(R"({"op":"error","topic":"event:hidden","code":"not_found"})"));
}

TEST_F(LiveHubTest, ABookingNeedsItsTokenEachTime) {
  const std::string booking = "booking:aoraki.p1.7k3m9q2xw4tz";
  const std::string access = R"(,"access":"abcdefghjkmnpqrstvwxyz0123")";
  v1::Reply r;
  r.mutable_booking()->set_version(4);
  region.table[block_entity] = r;
  auto without = open();
  without->subscribe(booking);
  EXPECT_THAT(without->take(), ElementsAre(HasSubstr("not_found")));
  EXPECT_TRUE(region.asked.empty());
  auto owner = open();
  owner->subscribe(booking, access);
  run();
  EXPECT_THAT(owner->take(), ElementsAre(snapshot(4, booking)));
  ASSERT_EQ(region.asked.size(), 1U);
  EXPECT_EQ(region.asked[0]->get_booking().actor(), v1::ACTOR_GUEST);
  EXPECT_EQ(region.asked[0]->get_booking().access_sha256().size(), 32U);
  region.table[block_entity] = as_reply(reject(v1::NOT_FOUND));  // what the entity says to a wrong token
  auto thief = open();
  thief->subscribe(booking, R"(,"access":"00000000000000000000000000","version":4)");
  run();
  EXPECT_EQ(region.asked.size(), 2U);  // nothing was taken from what is kept
  EXPECT_THAT(thief->take(), ElementsAre(HasSubstr("not_found")));
  publish(5, booking);
  run();
  EXPECT_THAT(thief->take(), IsEmpty());
  EXPECT_THAT(owner->take(), ElementsAre(delta(5, 0, booking)));
}

TEST_F(LiveHubTest, ASocketNeedsATenant) {
  request asked;
  EXPECT_EQ(std::get<response>(hub().open(asked, lanes[0])).status, 422);
  asked.query = {{"tenant", "No Slug"}};
  EXPECT_EQ(std::get<response>(hub().open(asked, lanes[0])).status, 422);
  asked.query = {{"tenant", "doc-nz"}};
  EXPECT_TRUE(std::holds_alternative<std::shared_ptr<socket_session>>(hub().open(asked, lanes[0])));
}

// ---- messages

TEST_F(LiveHubTest, MessagesThatAreNoneAreAnsweredWithTheirError) {
  auto v = open();
  for (const auto& [text, code] : std::vector<std::pair<std::string, std::string>>{
           {"", "malformed_request"},
           {"[]", "malformed_request"},
           {"{", "malformed_request"},
           {R"({"op":"subscribe"})", "invalid_fields"},
           {R"({"op":"dance","topic":"block:aoraki.p1"})", "invalid_fields"},
           {R"({"op":"subscribe","topic":7})", "invalid_fields"},
           {R"({"op":"subscribe","topic":"block:aoraki.p1","version":-1})", "invalid_fields"},
           {R"({"op":"subscribe","topic":"block:aoraki.p1","version":1.5})", "invalid_fields"},
           {R"({"op":"subscribe","topic":"block:aoraki.p1","extra":1})", "invalid_fields"},
           {R"({"op":"subscribe","topic":"block:aoraki.p1","access":7})", "invalid_fields"},
           {R"({"op":"subscribe","topic":"device:x"})", "not_found"},
           {R"({"op":"subscribe","topic":"block:NO"})", "not_found"},
           {R"({"op":"subscribe","topic":"\"},{"})", "not_found"}}) {
    v->say(text);
    const auto got = v->take();
    ASSERT_EQ(got.size(), 1U) << text;
    EXPECT_THAT(got[0], HasSubstr("\"code\":\"" + code + "\"")) << text;
  }
  EXPECT_TRUE(region.asked.empty());
}

TEST_F(LiveHubTest, UnsubscribeEndsTheDeltas) {
  region.set_block(block_entity, 1);
  auto v = watching();
  v->say(R"({"op":"unsubscribe","topic":"block:aoraki.p1"})");
  v->say(R"({"op":"unsubscribe","topic":"block:never"})");
  change(2);
  run();
  EXPECT_THAT(v->take(), IsEmpty());
  EXPECT_EQ(metric(metrics, "holdfast_live_subscriptions"), 0);
}

TEST_F(LiveHubTest, SubscriptionsOfASocketAreBounded) {
  settings.subscriptions_max = 3;
  auto v = open();
  for (int i = 0; i < 4; ++i) {
    region.set_block("block/doc-nz/aoraki.p" + std::to_string(i), 1);
    v->subscribe("block:aoraki.p" + std::to_string(i));
    run();
    EXPECT_THAT(v->take(), ElementsAre(HasSubstr(i < 3 ? "snapshot" : "too_many_requests")));
  }
}

TEST_F(LiveHubTest, TopicsOfALaneAreBounded) {
  settings.topics_max = 2;
  for (int i = 0; i < 3; ++i) region.set_block("block/doc-nz/aoraki.p" + std::to_string(i), 1);
  auto a = watching("block:aoraki.p0");
  auto b = watching("block:aoraki.p1");
  auto c = open();
  c->subscribe("block:aoraki.p2");
  EXPECT_THAT(c->take(), ElementsAre(HasSubstr("overloaded")));
  a->session->on_closed();  // a deserted topic makes room at once
  c->subscribe("block:aoraki.p2");
  run();
  EXPECT_THAT(c->take(), ElementsAre(snapshot(1, "block:aoraki.p2")));
}

TEST_F(LiveHubTest, ManySubscriptionsAreServedAFewAtATime) {
  settings.asks_max = 2;
  region.hold = true;
  auto v = open();
  for (int i = 0; i < 6; ++i) {
    region.set_block("block/doc-nz/aoraki.p" + std::to_string(i), 1);
    v->subscribe("block:aoraki.p" + std::to_string(i));
  }
  EXPECT_EQ(region.held(), 2U);
  for (int i = 0; i < 10; ++i) {
    region.answer();
    run();
    v->read_all();
  }
  EXPECT_EQ(v->take().size(), 6U);
}

TEST_F(LiveHubTest, AChattererIsShownOut) {
  settings.messages = {1, 3};
  auto v = open();
  for (int i = 0; i < 3; ++i) v->say(R"({"op":"unsubscribe","topic":"block:aoraki.p1"})");
  EXPECT_EQ(v->link.closed_with, 0);
  v->say(R"({"op":"unsubscribe","topic":"block:aoraki.p1"})");
  EXPECT_EQ(v->link.closed_with, 1008);
}

TEST_F(LiveHubTest, AReaderThatOnlyTalksIsNotReadFurther) {
  auto v = open();
  for (int i = 0; i < 20 && v->link.reading; ++i) v->say("nonsense");
  EXPECT_FALSE(v->link.reading);
  v->link.sending = false;
  v->session->on_sent();
  EXPECT_TRUE(v->link.reading);
}

// ---- trouble behind

TEST_F(LiveHubTest, ATemporaryFailureIsTriedAgain) {
  region.table[block_entity] = as_reply(reject(v1::UNAVAILABLE));
  auto v = open();
  v->subscribe(block);
  run();
  v->session->on_tick({});
  EXPECT_EQ(region.asked.size(), 1U);  // not at once
  region.set_block(block_entity, 3);
  clock.advance(settings.retry_ms);
  v->session->on_tick({});
  run();
  EXPECT_THAT(v->take(), ElementsAre(snapshot(3)));
}

TEST_F(LiveHubTest, AFailureThatStaysIsTold) {
  region.table[block_entity] = as_reply(reject(v1::UNAVAILABLE));
  auto v = open();
  v->subscribe(block);
  for (int i = 0; i < 20; ++i) {
    run();
    clock.advance(settings.retry_ms);
    v->session->on_tick({});
  }
  EXPECT_THAT(v->take(), ElementsAre(R"({"op":"error","topic":"block:aoraki.p1","code":"unavailable"})"));
  EXPECT_EQ(region.asked.size(), settings.asks_in_vain_max);
}

TEST_F(LiveHubTest, AnAnswerForOneWhoLeftIsDropped) {
  region.set_block(block_entity, 1);
  region.hold = true;
  auto v = open();
  v->subscribe(block);
  v->session->on_closed();
  v.reset();
  region.answer();
  run();
  EXPECT_EQ(metric(metrics, "holdfast_live_subscriptions"), 0);
}

}  // namespace
}  // namespace holdfast::gateway::test
