// What operators see and do, and that nobody else does.
#include <gmock/gmock.h>

#include "tests/api/console_stage.hpp"

namespace holdfast::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using ConsoleTest = console_stage;

// ---- who may

struct path {
  const char* method;
  const char* target;
};
std::ostream& operator<<(std::ostream& out, const path& p) { return out << p.method << " " << p.target; }

class ConsoleAccessTest : public console_stage, public ::testing::WithParamInterface<path> {};

TEST_P(ConsoleAccessTest, IsForOperatorsOfAllTenantsOnly) {
  const auto status = [&](const std::string& bearer) {
    return w.send(GetParam().method, std::string("/operator") + GetParam().target, {.bearer = bearer}).status;
  };
  EXPECT_EQ(status(""), 401);
  EXPECT_EQ(status("nonsense"), 401);
  for (const auto* role : {"guest", "staff", "admin"}) EXPECT_EQ(status(w.token(role)), 403) << role;
  EXPECT_EQ(status(w.token("admin", "*")), 403);
  EXPECT_EQ(status(w.token("operator", "t")), 403) << "an operator of one tenant is none of the cluster";
  EXPECT_NE(status(token) / 100, 5);
  EXPECT_TRUE(status(token) != 401 && status(token) != 403);
  w.clock.advance(31 * day);
  EXPECT_EQ(status(token), 401);
}

INSTANTIATE_TEST_SUITE_P(Operations, ConsoleAccessTest,
                         ::testing::Values(path{"GET", "/cluster"}, path{"GET", "/nodes/node-1/slow-requests"},
                                           path{"GET", "/nodes/node-1/log-levels"}, path{"POST", "/nodes/node-1/log-level"},
                                           path{"POST", "/nodes/node-1/drain"}, path{"POST", "/nodes/node-1/pause"},
                                           path{"POST", "/nodes/node-1/resume"}, path{"POST", "/shards/1/move"}, path{"POST", "/rebalance"},
                                           path{"GET", "/entities"}, path{"GET", "/entity?id=tenant/t"}, path{"POST", "/entity/passivate"},
                                           path{"POST", "/entity/restart"}, path{"POST", "/entity/snapshot"}, path{"GET", "/tenants"},
                                           path{"POST", "/tenants/t/suspend"}, path{"POST", "/tenants/t/resume"}, path{"GET", "/actions"}));

// ---- nodes and shards

TEST_F(ConsoleTest, ANodeThatIsAloneServesEveryShard) {
  w.spot_tenant();
  beat();
  const auto got = get("/cluster");
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_FALSE(got.at("/clustered").as_bool());
  EXPECT_EQ(got.at("/nodes").as_array().size(), 1U);
  EXPECT_EQ(got.text_at("/nodes/0/state"), "serving");
  EXPECT_EQ(got.at("/nodes/0/shards"), 256);
  EXPECT_GT(got.at("/nodes/0/commandsPerS").to_number<double>(), 0);
  EXPECT_EQ(got.at("/shards").as_array().size(), 256U);
  const auto shard = std::to_string(shard_of("block/t/e.b").value);
  EXPECT_EQ(got.text_at("/shards/" + shard + "/node"), "node-1");
  EXPECT_EQ(got.at("/shards/" + shard + "/epoch"), 1);
  EXPECT_EQ(got.at("/shards/" + shard + "/entities"), 1);
  EXPECT_EQ(got.text_at("/tenants/0/tenant"), "t");
}

TEST_F(ConsoleTest, HistoryIsBoundedAndItsColumnsAreAsLongAsItsTimes) {
  for (int i = 0; i < 8; ++i) beat();
  const auto got = get("/cluster");
  EXPECT_EQ(got.at("/history/at").as_array().size(), 5U);
  EXPECT_EQ(got.at("/history/nodes/0/cpu").as_array().size(), 5U);
  EXPECT_TRUE(got.at("/history/nodes/0/replicationLagMs/4").is_null());
}

TEST_F(ConsoleTest, AChangeCarriesOnlyShardsThatChanged) {
  beat();
  EXPECT_EQ(feed.all.back()->cluster().shards_size(), 0);
  w.spot_tenant();
  beat();
  const auto& change = *feed.all.back();
  EXPECT_EQ(change.topic(), "cluster:");
  EXPECT_EQ(change.tenant_slug(), "*");
  EXPECT_EQ(change.cluster().shards_size(), 3) << "tenant, event and block";
  EXPECT_EQ(change.version(), (*(feed.all.rbegin() + 1))->version() + 1);
}

TEST_F(ConsoleTest, WhatNeedsOthersIsRefusedByANodeThatIsAlone) {
  for (const auto* target : {"/nodes/node-1/drain", "/nodes/node-1/pause", "/nodes/node-1/resume", "/rebalance"}) {
    const auto got = post(target);
    EXPECT_EQ(got.status, 409) << target;
    EXPECT_EQ(got.code(), "not_a_cluster") << target;
  }
  EXPECT_EQ(post("/shards/255/move", R"({"node":"node-2"})").code(), "not_a_cluster");
  EXPECT_EQ(post("/shards/256/move", R"({"node":"node-2"})").status, 404);
  EXPECT_EQ(post("/shards/x/move", R"({"node":"node-2"})").status, 404);
  EXPECT_THAT(recorded(), ElementsAre("move_shard 255 not_a_cluster", "rebalance_shards  not_a_cluster", "resume_node node-1 not_a_cluster",
                                      "pause_node node-1 not_a_cluster", "drain_node node-1 not_a_cluster"));
}

TEST_F(ConsoleTest, ANodeThatIsNotThereIsNotFound) {
  EXPECT_EQ(get("/nodes/node-9/log-levels").status, 404);
  EXPECT_EQ(get("/nodes/node-9/slow-requests").status, 404);
  EXPECT_EQ(post("/nodes/node-9/drain").status, 404);
}

TEST_F(ConsoleTest, SlowRequestsAreKeptBoundedTheNewestFirst) {
  for (int i = 0; i < 6; ++i) {
    gateway::access_record line;
    line.method = "GET";
    line.path = i % 2 == 0 ? "/even" : "/odd";
    line.status = 200;
    line.micros = 600'000 + i;
    EXPECT_TRUE(http.count(200, line.micros));
    http.remember(line, w.clock.now() + i);
  }
  EXPECT_FALSE(http.count(200, 499'999));
  const auto got = get("/nodes/node-1/slow-requests?limit=3");
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_EQ(got.at("/pagination/total"), 4) << "the oldest are gone";
  EXPECT_EQ(got.at("/data").as_array().size(), 3U);
  EXPECT_EQ(got.text_at("/data/0/path"), "/odd");
  EXPECT_NEAR(got.at("/data/0/ms").to_number<double>(), 600, 0.1);
  EXPECT_EQ(got.at("/thresholdMs"), 500);
}

TEST_F(ConsoleTest, LevelsOfUnknownComponentsAreRefused) {
  EXPECT_EQ(get("/nodes/node-1/log-levels").status, 200);
  EXPECT_THAT(post("/nodes/node-1/log-level", R"({"component":"nobody","level":"debug"})").fields(), ElementsAre("component:unknown"));
  EXPECT_THAT(post("/nodes/node-1/log-level", R"({"component":"mail","level":"loud"})").fields(), ElementsAre("level:format"));
}

// ---- entities

class ConsoleEntityTest : public console_stage {
protected:
  ConsoleEntityTest() {
    w.spot_tenant();
    booking =
        w.post("/bookings", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s1"}],"userDetails":{"firstName":"Ida","lastName":"Lund",
                                    "email":"ida.lund@example.org","phone":"+45 20 30 40 50"}})",
                             .key = "a-secret-key"});
    EXPECT_EQ(booking.status, 201) << booking.text;
  }
  answered inspect(const std::string& more = "") { return get("/entity?id=block/t/e.b" + more); }
  answered wish(const std::string& what, const std::string& key = "") {
    return post("/entity/" + what, R"({"entityId":"block/t/e.b"})", key);
  }
  answered booking;
};

TEST_F(ConsoleEntityTest, IsShownWithItsRunItsStateAndItsLastEvents) {
  subscribers = 7;
  const auto got = inspect("&events=2");
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_EQ(got.text_at("/kind"), "block");
  EXPECT_EQ(got.text_at("/node"), "node-1");
  EXPECT_EQ(got.text_at("/run/phase"), "ready");
  EXPECT_EQ(got.at("/run/sequence"), got.at("/sequence"));
  EXPECT_EQ(got.at("/bookings"), 1);
  EXPECT_EQ(got.at("/statuses/confirmed"), 1);
  EXPECT_EQ(got.at("/subscribers"), 7);
  EXPECT_EQ(got.text_at("/state/definition/id"), "e.b");
  EXPECT_EQ(got.text_at("/state/bookings/0/view/status"), "booking_confirmed");
  EXPECT_EQ(got.at("/events").as_array().size(), 2U);
  EXPECT_EQ(got.at("/events/0/sequence"), got.at("/sequence"));
  EXPECT_EQ(got.text_at("/events/0/traceId"), "test");
}

TEST_F(ConsoleEntityTest, NothingSecretIsShown) {
  const auto text = inspect("&events=100").text;
  EXPECT_THAT(text, AllOf(Not(HasSubstr("ida.lund")), Not(HasSubstr("Lund")), Not(HasSubstr("20 30 40")), Not(HasSubstr("a-secret-key")),
                          Not(HasSubstr("sha256")), Not(HasSubstr("nonce")), Not(HasSubstr("digest")), Not(HasSubstr("fingerprint")),
                          Not(HasSubstr(booking.text_at("/accessToken")))));
  EXPECT_THAT(text, AllOf(HasSubstr("i…@example.org"), HasSubstr("…50"), HasSubstr("createBooking:…")));
}

TEST_F(ConsoleEntityTest, IsThereWhetherItRunsOrNot) {
  ASSERT_EQ(wish("passivate").status, 200);
  const auto got = inspect();
  EXPECT_EQ(got.text_at("/run/phase"), "not_running");
  EXPECT_EQ(got.at("/bookings"), 1);
  EXPECT_EQ(inspect().text_at("/run/phase"), "not_running") << "looking starts nothing";
}

TEST_F(ConsoleEntityTest, ThatNeverWasIsNotFound) {
  EXPECT_EQ(get("/entity?id=block/t/no.body").status, 404);
  EXPECT_THAT(get("/entity?id=block/t").fields(), ElementsAre("id:format"));
  EXPECT_THAT(get("/entity").fields(), ElementsAre("id:required"));
}

TEST_F(ConsoleEntityTest, IsRestartedAndKeptWhileItRuns) {
  const auto restarted = wish("restart");
  ASSERT_EQ(restarted.status, 200) << restarted.text;
  EXPECT_EQ(restarted.text_at("/outcome"), "done");
  EXPECT_EQ(wish("snapshot").status, 200);
  for (int i = 0; i < 500 && inspect().at("/snapshotSequence") == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(inspect().at("/snapshotSequence"), inspect().at("/sequence"));
  ASSERT_EQ(wish("passivate").status, 200);
  EXPECT_EQ(wish("restart").code(), "entity_not_running");
  EXPECT_EQ(wish("snapshot").code(), "entity_not_running");
  EXPECT_EQ(wish("passivate").status, 200);
}

TEST_F(ConsoleEntityTest, IsFoundByWhatPeopleKnow) {
  w.catch_up();
  const auto entities = [&](const std::string& query) {
    const auto got = get("/entities" + query);
    EXPECT_EQ(got.status, 200) << got.text;
    std::vector<std::string> out;
    for (const auto& one : got.at("/data").as_array()) out.emplace_back(one.at("entityId").as_string());
    return out;
  };
  const auto code = booking.text_at("/confirmationCode"), id = booking.text_at("/bookingId");
  EXPECT_THAT(entities(""), ElementsAre("tenant/t"));
  EXPECT_THAT(entities("?tenant=t"), ElementsAre("event/t/e"));
  EXPECT_THAT(entities("?tenant=t&event=e"), ElementsAre("event/t/e", "block/t/e.b"));
  EXPECT_THAT(entities("?tenant=t&event=e&page=2&limit=1"), ElementsAre("block/t/e.b"));
  EXPECT_THAT(entities("?tenant=t&event=nothing"), IsEmpty());
  EXPECT_THAT(entities("?id=block/t/e.b"), ElementsAre("block/t/e.b"));
  EXPECT_THAT(entities("?tenant=t&id=e.b"), ElementsAre("block/t/e.b"));
  EXPECT_THAT(entities("?tenant=t&id=" + id), ElementsAre("block/t/e.b"));
  EXPECT_THAT(entities("?confirmationCode=" + code), ElementsAre("block/t/e.b"));
  EXPECT_THAT(entities("?tenant=other&confirmationCode=" + code), IsEmpty());
  EXPECT_EQ(get("/entities?confirmationCode=" + code).text_at("/data/0/bookingId"), id);
  EXPECT_THAT(get("/entities?id=e.b").fields(), ElementsAre("tenant:required"));
  EXPECT_THAT(get("/entities?event=e").fields(), ElementsAre("tenant:required"));
}

// ---- tenants

TEST_F(ConsoleTest, ASuspendedTenantTakesNoNewBookingsAndKeepsWhatItHas) {
  w.spot_tenant();
  w.catch_up();
  const std::string wanted = R"({"resourceId":"e.b","spots":[{"spot":"s1"}])";
  const auto held = w.post("/holds", {.body = wanted + "}"});
  const auto booked = w.post("/bookings", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s2"}],)" + ida + "}"});
  ASSERT_EQ(post("/tenants/t/suspend", R"({"reason":"Unpaid since May"})").status, 200);
  const auto refused = w.post("/holds", {.body = wanted + "}"});
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "tenant_suspended");
  EXPECT_EQ(w.post("/bookings", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s3"}],)" + ida + "}"}).code(), "tenant_suspended");
  EXPECT_EQ(w.post("/bookings",
                   {.body = R"({"holdId":")" + held.text_at("/holdId") + R"(",)" + ida + "}", .access = held.text_at("/accessToken")})
                .code(),
            "tenant_suspended");
  const auto id = booked.text_at("/bookingId"), access = booked.text_at("/accessToken");
  EXPECT_EQ(w.get("/bookings/" + id, {.access = access}).status, 200);
  EXPECT_EQ(w.post("/bookings/" + id + "/cancel", {.access = access}).status, 200);
  EXPECT_EQ(w.get("/events").status, 200);

  const auto shown = get("/tenants");
  EXPECT_EQ(shown.text_at("/data/0/suspension/reason"), "Unpaid since May");
  EXPECT_EQ(shown.text_at("/data/0/suspension/by"), "operator@example.org");
  EXPECT_EQ(shown.at("/data/0/policy/spotsPerBookingMax"), 20);
  EXPECT_EQ(get("/entity?id=tenant/t").text_at("/state/suspension/reason"), "Unpaid since May");

  ASSERT_EQ(post("/tenants/t/resume").status, 200);
  EXPECT_EQ(w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s4"}]})"}).status, 201);
  EXPECT_THAT(recorded(), ElementsAre("resume_tenant t done", "suspend_tenant t done"));
}

TEST_F(ConsoleTest, ATenantThatIsNotThereCannotBeSuspended) {
  EXPECT_EQ(post("/tenants/nobody/suspend", R"({"reason":"x"})").status, 404);
  EXPECT_THAT(post("/tenants/nobody/suspend", R"({"reason":" "})").fields(), ElementsAre("reason:format"));
  EXPECT_EQ(post("/tenants/nobody/resume").status, 404);
}

TEST_F(ConsoleTest, TenantsComeInPages) {
  w.spot_tenant();
  w.catch_up();
  EXPECT_EQ(get("/tenants?limit=1").at("/pagination/total"), 1);
  EXPECT_EQ(get("/tenants?page=2&limit=1").at("/data").as_array().size(), 0U);
}

// ---- what was done

TEST_F(ConsoleEntityTest, AnActionIsWrittenDownWithWhoWhatWhenAndFromWhere) {
  const auto done = wish("restart");
  const auto got = get("/actions");
  ASSERT_EQ(got.at("/pagination/total"), 1) << got.text;
  EXPECT_EQ(got.at("/data/0"), done.body);
  EXPECT_EQ(got.text_at("/data/0/subject"), "operator@example.org");
  EXPECT_EQ(got.text_at("/data/0/action"), "restart_entity");
  EXPECT_EQ(got.text_at("/data/0/target"), "block/t/e.b");
  EXPECT_EQ(got.text_at("/data/0/node"), "node-1");
  EXPECT_EQ(got.text_at("/data/0/requestId"), "test");
  EXPECT_EQ(get("/actions?action=drain_node").at("/pagination/total"), 0);
  EXPECT_EQ(get("/actions?subject=operator@example.org&target=block/t/e.b").at("/pagination/total"), 1);
}

TEST_F(ConsoleEntityTest, WhatCannotBeWrittenDownIsNotDone) {
  between->broken = v1::OperatorRequest::kBeginAction;
  EXPECT_EQ(wish("passivate").status, 503);
  between->broken = v1::OperatorRequest::KIND_NOT_SET;
  EXPECT_EQ(inspect().text_at("/run/phase"), "ready");
  EXPECT_THAT(recorded(), IsEmpty());
}

TEST_F(ConsoleEntityTest, AnActionWhoseOutcomeIsLostIsCarriedOutAgainUnderItsKey) {
  between->broken = v1::OperatorRequest::kFinishAction;
  EXPECT_EQ(wish("passivate", "k").status, 200) << "it was done";
  EXPECT_THAT(recorded(), ElementsAre("passivate_entity block/t/e.b "));
  between->broken = v1::OperatorRequest::KIND_NOT_SET;
  EXPECT_EQ(wish("passivate", "k").status, 200);
  EXPECT_THAT(recorded(), ElementsAre("passivate_entity block/t/e.b done"));
}

TEST_F(ConsoleEntityTest, ARepeatedKeyDoesNothingAgain) {
  const auto first = wish("passivate", "k");
  ASSERT_EQ(w.get("/blocks/e.b").status, 200);
  EXPECT_EQ(inspect().text_at("/run/phase"), "ready");
  const auto again = wish("passivate", "k");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(inspect().text_at("/run/phase"), "ready") << "it was not put away a second time";
  EXPECT_EQ(post("/entity/passivate", R"({"entityId":"tenant/t"})", "k").code(), "idempotency_key_reused");
  const auto refused = post("/nodes/node-1/drain", "", "d");
  EXPECT_EQ(post("/nodes/node-1/drain", "", "d").code(), refused.code());
  EXPECT_EQ(recorded().size(), 2U);
}

}  // namespace
}  // namespace holdfast::test
