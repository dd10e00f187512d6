#include "tests/gateway/server_fixture.hpp"

#include <atomic>
#include <thread>

namespace holdfast::gateway::test {
namespace {

using ServerTest = server_test;

TEST_F(ServerTest, AnswersWithItsStandardFields) {
  const auto got = ask(get("/hello"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "hello");
  EXPECT_EQ(got->header("date"), "Sun, 21 Jun 2026 12:00:00 GMT");
  EXPECT_EQ(got->header("cache-control"), "no-store");
  EXPECT_EQ(got->header("x-content-type-options"), "nosniff");
  EXPECT_EQ(got->header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
  EXPECT_FALSE(got->header("request-id").empty());
  EXPECT_EQ(got->header("connection"), "");
}

TEST_F(ServerTest, KeepsTheConnectionForTheNextRequest) {
  raw_client client(port());
  for (int i = 0; i < 50; ++i) {
    client.send(get("/items/" + std::to_string(i)));
    const auto got = client.receive();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->body, std::to_string(i) + "|-");
  }
  EXPECT_EQ(server->connections(), 1U);
}

TEST_F(ServerTest, ClosesWhenTheClientWantsIt) {
  raw_client client(port());
  client.send(get("/hello", "Connection: close\r\n"));
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->header("connection"), "close");
  EXPECT_TRUE(client.closed_within(2s));
}

TEST_F(ServerTest, OneZeroKeepsOnlyOnDemand) {
  raw_client once(port());
  once.send("GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(once.receive()->header("connection"), "close");
  raw_client kept(port());
  kept.send("GET /hello HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.receive()->header("connection"), "keep-alive");
}

TEST_F(ServerTest, ServesPipelinedRequestsInOrder) {
  raw_client client(port());
  std::string all;
  for (int i = 0; i < 200; ++i) all += get("/items/" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 200; ++i) {
    const auto got = client.receive();
    ASSERT_TRUE(got) << i;
    EXPECT_EQ(got->body, std::to_string(i) + "|-");
  }
}

TEST_F(ServerTest, APipelinedRequestWaitsForTheOneBefore) {
  raw_client client(port());
  client.send(get("/wait") + get("/hello"));
  EXPECT_FALSE(client.receive(200ms));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  answer_waiting(text_response(200, "late"));
  EXPECT_EQ(client.receive()->body, "late");
  EXPECT_EQ(client.receive()->body, "hello");
}

TEST_F(ServerTest, WhatAPipeliningClientSendsAheadIsBounded) {
  raw_client client(port(), 16 * 1024);
  client.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  const auto before = metric(around.metrics, "holdfast_http_received_bytes_total");
  std::thread sender([&] { client.send(std::string(16 * 1024 * 1024, 'x')); });
  std::this_thread::sleep_for(200ms);
  EXPECT_LE(metric(around.metrics, "holdfast_http_received_bytes_total") - before, 16 * 1024);
  answer_waiting(no_content());
  server->stop(0ms);
  sender.join();
}

TEST_F(ServerTest, RequestsInPiecesAreRequests) {
  raw_client client(port());
  for (const char c :
       std::string("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
    client.send(std::string(1, c));
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(client.receive()->body, "abcde");
}

TEST_F(ServerTest, LargeBodyComesBackWhole) {
  raw_client client(port());
  std::string body(1024 * 1024, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 26);
  std::thread sender([&] { client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n" + body); });
  const auto got = client.receive(20s);
  sender.join();
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->body == body);
}

TEST_F(ServerTest, ContinuesOnlyWhenAskedAndNeeded) {
  raw_client client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_bytes(25), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(client.receive()->body, "hello");
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nworld");
  EXPECT_EQ(client.receive()->body, "world");
}

TEST_F(ServerTest, HeadHasTheLengthButNoBody) {
  raw_client client(port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/items/next"));
  const auto head = client.receive(5s, true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("content-length"), "5");
  EXPECT_EQ(client.receive()->body, "next|-");
}

TEST_F(ServerTest, AFailingHandlerIs500WithoutDetails) {
  const auto got = ask(get("/throw"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 500);
  EXPECT_EQ(got->body.find("secret"), std::string::npos);
  server->stop(100ms);
  EXPECT_NE(around.log_text.str().find("secret detail"), std::string::npos);
}

TEST_F(ServerTest, AHandlerCannotInjectHeaderFields) {
  const auto got = ask(get("/inject"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->header("set-cookie"), "");
  EXPECT_EQ(got->header("x-given"), "aSet-Cookie: stolen=1");
}

TEST_F(ServerTest, ADroppedResponderAnswers503) {
  raw_client client(port());
  client.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  drop_waiting();
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503);
  EXPECT_NE(got->body.find("\"code\":\"unavailable\""), std::string::npos);
  EXPECT_FALSE(got->header("retry-after").empty());
}

TEST_F(ServerTest, OnlyTheFirstAnswerCounts) {
  raw_client client(port());
  routes.add("GET", "/twice", "twice", [](const auto&, const auto&, const auto& answer) {
    answer(text_response(200, "first"));
    answer(text_response(500, "second"));
  });
  client.send(get("/twice") + get("/hello"));
  EXPECT_EQ(client.receive()->body, "first");
  EXPECT_EQ(client.receive()->body, "hello");
}

TEST_F(ServerTest, TellsTenantAndClient) {
  settings.tenant_domains = {"holdfast.example"};
  settings.trusted_proxies = {"127.0.0.1"};
  EXPECT_EQ(ask(get("/who"))->body, "127.0.0.1|localhost|");
  EXPECT_EQ(ask(get("/who", "Holdfast-Tenant: doc-nz\r\n"))->body, "127.0.0.1|localhost|doc-nz");
  EXPECT_EQ(ask(get("/who", "Holdfast-Tenant: Doc NZ\r\n"))->body, "127.0.0.1|localhost|");
  EXPECT_EQ(ask("GET /who HTTP/1.1\r\nHost: Doc-NZ.holdfast.example:8080\r\n\r\n")->body, "127.0.0.1|doc-nz.holdfast.example|doc-nz");
  EXPECT_EQ(ask("GET /who HTTP/1.1\r\nHost: a.b.holdfast.example\r\n\r\n")->body, "127.0.0.1|a.b.holdfast.example|");
  EXPECT_EQ(ask(get("/who", "X-Forwarded-For: 9.9.9.9, 203.0.113.7, 127.0.0.1\r\n"))->body, "203.0.113.7|localhost|");
}

TEST_F(ServerTest, AForwardedAddressOfAStrangerIsNotBelieved) {
  EXPECT_EQ(ask(get("/who", "X-Forwarded-For: 9.9.9.9\r\n"))->body, "127.0.0.1|localhost|");
}

TEST_F(ServerTest, WritesOneLinePerRequestWithoutSecrets) {
  ask(get("/items/a%20b?access=topsecret", "Holdfast-Tenant: doc-nz\r\n"));
  ask("nonsense\r\n\r\n");
  server->stop(500ms);
  const auto log = around.log_text.str();
  EXPECT_NE(log.find("GET /items/a%20b 200 "), std::string::npos) << log;
  EXPECT_NE(log.find("tenant=doc-nz route=item"), std::string::npos) << log;
  EXPECT_EQ(log.find("topsecret"), std::string::npos) << log;
  EXPECT_NE(log.find("- - 400 "), std::string::npos) << log;
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2);
}

TEST_F(ServerTest, CountsWhatItDoes) {
  ask(get("/hello"));
  ask(get("/hello"));
  ask("nonsense\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return metric(around.metrics, "holdfast_http_requests_total", R"({route="hello",status="200"})") == 2; }));
  EXPECT_EQ(metric(around.metrics, "holdfast_http_request_duration_seconds_count", R"({route="hello"})"), 2);
  EXPECT_TRUE(eventually([&] { return metric(around.metrics, "holdfast_http_malformed_requests_total") == 1; }));
  EXPECT_TRUE(eventually([&] { return metric(around.metrics, "holdfast_http_connections") == 0; }));
  EXPECT_GT(metric(around.metrics, "holdfast_http_sent_bytes_total"), 0);
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  http_server_settings same = settings;
  same.port = server->port();
  http_server second(same, around.get(), routes);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().detail.find(std::to_string(same.port)), std::string::npos);
  same.address = "not an address";
  http_server third(same, around.get(), routes);
  EXPECT_FALSE(third.start());
}

TEST_F(ServerTest, StopLetsRequestsInFlightEnd) {
  raw_client busy(port());
  raw_client idle(port());
  busy.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  std::thread stopper([&] { server->stop(5s); });
  EXPECT_TRUE(idle.closed_within(2s));
  answer_waiting(text_response(200, "done"));
  const auto got = busy.receive();
  stopper.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "done");
  EXPECT_EQ(got->header("connection"), "close");
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, StopDoesNotWaitBeyondItsLimit) {
  raw_client busy(port());
  busy.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  const auto before = std::chrono::steady_clock::now();
  server->stop(200ms);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
  EXPECT_TRUE(busy.closed_within(1s));
  answer_waiting(text_response(200, "too late"));  // must not touch what is gone
}

/// What a client sends while the only lane stands still.
class StandstillTest : public server_test {
protected:
  StandstillTest() {
    settings.io_threads = 1;
    settings.handler_ms_max = 1'000;
    routes.add("POST", "/hold-up", "hold-up", [this](const auto&, const auto&, const auto& answer) {
      standing = true;
      std::this_thread::sleep_for(time);
      answer(text_response(200, "at last"));
    });
    routes.add("POST", "/act", "act", [this](const auto&, const auto&, const auto& answer) {
      ++acts;
      answer(text_response(201, "done"));
    });
  }
  static std::string post(std::string_view path) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
  }
  void stand_still(std::chrono::milliseconds how_long) {
    start();
    time = how_long;
    client.emplace(port());
    client->send(get("/hello"));
    ASSERT_TRUE(client->receive());
    holder.emplace(port());
    holder->send(post("/hold-up"));
    ASSERT_TRUE(eventually([&] { return standing.load(); }));
  }
  double stale() { return metric(around.metrics, "holdfast_http_stale_requests_total"); }

  std::optional<raw_client> client, holder;
  std::chrono::milliseconds time{};
  std::atomic<bool> standing{false};
  std::atomic<int> acts{0};
};

TEST_F(StandstillTest, WhatLayThereForLongerThanARequestMayTakeIsNotDone) {
  stand_still(2'500ms);
  client->send(post("/act"));
  const auto got = client->receive(20s);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503) << got->body;
  EXPECT_EQ(acts, 0);
  EXPECT_EQ(stale(), 1);
  const auto served = [&] {
    const auto later = ask(post("/act"));
    return later && later->status == 201;
  };
  EXPECT_TRUE(eventually(served)) << "two sweeps later all is well again";
}

TEST_F(StandstillTest, WhatLayThereForAMomentIsDone) {
  stand_still(100ms);
  client->send(post("/act"));
  const auto got = client->receive(20s);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 201) << got->body;
  EXPECT_EQ(acts, 1);
}

TEST_F(StandstillTest, AClientThatHasLeftWantsNothingDone) {
  stand_still(100ms);
  client->send(post("/act"));
  client->half_close();
  const auto got = client->receive(20s);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503) << got->body;
  EXPECT_EQ(acts, 0);
  EXPECT_EQ(stale(), 1);
}

TEST_F(ServerTest, SeveralLanesShareTheWork) {
  settings.io_threads = 3;
  start();
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int c = 0; c < 6; ++c)
    clients.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        raw_client client(port());
        client.send(get("/items/" + std::to_string(i)));
        const auto got = client.receive();
        right += got && got->body == std::to_string(i) + "|-";
      }
    });
  for (auto& t : clients) t.join();
  EXPECT_EQ(right, 120);
}

}  // namespace
}  // namespace holdfast::gateway::test
