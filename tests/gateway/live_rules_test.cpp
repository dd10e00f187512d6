// What a subscriber may ask for, what it is told, and what happens when the entities do not answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/auth/jwt.hpp"
#include "tests/gateway/live_stage.hpp"

namespace holdfast::gateway::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using LiveRulesTest = live_stage;

// ---- who may see what

TEST_F(LiveRulesTest, AnotherTenantsTopicIsNotFound) {
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

TEST_F(LiveRulesTest, WhatTheEncoderHidesIsNotFound) {
  v1::Reply hidden;
  hidden.mutable_event()->mutable_definition()->set_id("hidden");
  region.table["event/doc-nz/hidden"] = hidden;
  auto v = open();
  v->subscribe("event:hidden");
  run();
  EXPECT_THAT(v->take(), ElementsAre(R"({"op":"error","topic":"event:hidden","code":"not_found"})"));
}

TEST_F(LiveRulesTest, ABookingNeedsItsTokenEachTime) {
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
  r.mutable_booking()->set_version(5);
  region.table[block_entity] = r;
  publish(5, booking);
  run();
  EXPECT_THAT(thief->take(), IsEmpty());
  EXPECT_EQ(region.asked.size(), 3U);
  EXPECT_EQ(region.asked[2]->get_booking().access_sha256(), region.asked[0]->get_booking().access_sha256());
  EXPECT_THAT(owner->take(), ElementsAre(snapshot(5, booking)));
  region.table[block_entity] = as_reply(reject(v1::NOT_FOUND));  // the token holds no longer
  publish(6, booking);
  run();
  EXPECT_THAT(owner->take(), ElementsAre(HasSubstr("not_found")));
  publish(7, booking);
  run();
  EXPECT_THAT(owner->take(), IsEmpty());
}

TEST_F(LiveRulesTest, StaffFollowABookingUntilTheirTokenEnds) {
  const std::string booking = "booking:aoraki.p1.7k3m9q2xw4tz";
  v1::Reply r;
  r.mutable_booking()->set_version(4);
  region.table[block_entity] = r;
  const auto token = [&](const std::string& role, const std::string& tenant) {
    const principal who{"ida", tenant, {role}};
    return R"(,"bearer":")" + sign_jwt(keys, who, clock.now(), 60'000) + "\"";
  };
  for (const auto& wrong : {token("guest", "doc-nz"), token("staff", "elsewhere"), std::string(R"(,"bearer":"nonsense")")}) {
    auto stranger = open();
    stranger->subscribe(booking, wrong);
    run();
    EXPECT_THAT(stranger->take(), ElementsAre(HasSubstr("not_found")));
  }
  EXPECT_TRUE(region.asked.empty());
  auto door = open();
  door->subscribe(booking, token("staff", "doc-nz"));
  run();
  EXPECT_THAT(door->take(), ElementsAre(HasSubstr("for staff")));
  EXPECT_EQ(region.asked.at(0)->get_booking().actor(), v1::ACTOR_STAFF);
  EXPECT_EQ(region.asked.at(0)->get_booking().access_sha256(), "");
  clock.advance(60'000);
  publish(5, booking);
  run();
  EXPECT_THAT(door->take(), ElementsAre(HasSubstr("not_found")));
  EXPECT_EQ(region.asked.size(), 1U);
}

TEST_F(LiveRulesTest, ASocketNeedsATenant) {
  request asked;
  EXPECT_EQ(std::get<response>(hub().open(asked, lanes[0])).status, 422);
  asked.query = {{"tenant", "No Slug"}};
  EXPECT_EQ(std::get<response>(hub().open(asked, lanes[0])).status, 422);
  asked.query = {{"tenant", "doc-nz"}};
  EXPECT_TRUE(std::holds_alternative<std::shared_ptr<socket_session>>(hub().open(asked, lanes[0])));
}

// ---- messages

TEST_F(LiveRulesTest, MessagesThatAreNoneAreAnsweredWithTheirError) {
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
           {R"({"op":"subscribe","topic":"block:aoraki.p1","bearer":[]})", "invalid_fields"},
           {R"({"op":"unsubscribe","topic":"block:aoraki.p1","bearer":"x"})", "invalid_fields"},
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

TEST_F(LiveRulesTest, UnsubscribeEndsTheDeltas) {
  region.set_block(block_entity, 1);
  auto v = watching();
  v->say(R"({"op":"unsubscribe","topic":"block:aoraki.p1"})");
  v->say(R"({"op":"unsubscribe","topic":"block:never"})");
  change(2);
  run();
  EXPECT_THAT(v->take(), IsEmpty());
  EXPECT_EQ(metric(metrics, "holdfast_live_subscriptions"), 0);
}

TEST_F(LiveRulesTest, SubscriptionsOfASocketAreBounded) {
  settings.subscriptions_max = 3;
  auto v = open();
  for (int i = 0; i < 4; ++i) {
    region.set_block("block/doc-nz/aoraki.p" + std::to_string(i), 1);
    v->subscribe("block:aoraki.p" + std::to_string(i));
    run();
    EXPECT_THAT(v->take(), ElementsAre(HasSubstr(i < 3 ? "snapshot" : "too_many_requests")));
  }
}

TEST_F(LiveRulesTest, TopicsOfALaneAreBounded) {
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

TEST_F(LiveRulesTest, ManySubscriptionsAreServedAFewAtATime) {
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

TEST_F(LiveRulesTest, AChattererIsShownOut) {
  settings.messages = {1, 3};
  auto v = open();
  for (int i = 0; i < 3; ++i) v->say(R"({"op":"unsubscribe","topic":"block:aoraki.p1"})");
  EXPECT_EQ(v->link.closed_with, 0);
  v->say(R"({"op":"unsubscribe","topic":"block:aoraki.p1"})");
  EXPECT_EQ(v->link.closed_with, 1008);
}

TEST_F(LiveRulesTest, AReaderThatOnlyTalksIsNotReadFurther) {
  auto v = open();
  for (int i = 0; i < 20 && v->link.reading; ++i) v->say("nonsense");
  EXPECT_FALSE(v->link.reading);
  v->link.sending = false;
  v->session->on_sent();
  EXPECT_TRUE(v->link.reading);
}

// ---- trouble behind

TEST_F(LiveRulesTest, ATemporaryFailureIsTriedAgain) {
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

TEST_F(LiveRulesTest, AFailureThatStaysIsTold) {
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

TEST_F(LiveRulesTest, AnAnswerForOneWhoLeftIsDropped) {
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
