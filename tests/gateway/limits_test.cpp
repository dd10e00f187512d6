#include "tests/gateway/server_fixture.hpp"

#include <memory>
#include <thread>

namespace holdfast::gateway::test {
namespace {

using LimitsTest = server_test;

TEST_F(LimitsTest, ASilentConnectionIsClosed) {
  settings.head_ms_max = 200;
  raw_client client(port());
  EXPECT_EQ(client.receive_to_end(3s), "");
}

TEST_F(LimitsTest, AHeadThatDripsGets408) {
  settings.head_ms_max = 300;
  raw_client client(port());
  const auto began = std::chrono::steady_clock::now();
  std::thread drip([&] {
    for (const char c : get("/hello", "X: " + std::string(100, 'y') + "\r\n")) {
      if (!client.send(std::string(1, c))) return;
      std::this_thread::sleep_for(50ms);
    }
  });
  const auto got = client.receive(3s);
  drip.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
  EXPECT_NE(got->body.find("request_timeout"), std::string::npos);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 300ms);
}

TEST_F(LimitsTest, TheHeadOfALaterRequestHasTheSameLimit) {
  settings.head_ms_max = 300;
  settings.idle_ms_max = 60'000;
  raw_client client(port());
  client.send(get("/hello"));
  ASSERT_TRUE(client.receive());
  client.send("GET /hel");
  const auto got = client.receive(3s);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
}

TEST_F(LimitsTest, ABodyThatDripsGets408) {
  settings.body_ms_max = 300;
  raw_client client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
  std::thread drip([&] {
    for (int i = 0; i < 100 && client.send("x"); ++i) std::this_thread::sleep_for(50ms);
  });
  const auto got = client.receive(3s);
  EXPECT_TRUE(client.closed_within(3s));
  drip.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
}

TEST_F(LimitsTest, AnIdleConnectionIsClosedQuietly) {
  settings.idle_ms_max = 200;
  raw_client client(port());
  client.send(get("/hello"));
  ASSERT_TRUE(client.receive());
  EXPECT_EQ(client.receive_to_end(3s), "");
}

TEST_F(LimitsTest, AReaderThatDoesNotReadIsCut) {
  settings.write_ms_max = 300;
  settings.write_bytes_per_s_min = 100'000'000;
  raw_client client(port(), 4096);
  client.send(get("/large"));
  EXPECT_TRUE(eventually([&] { return metric(around.metrics, "holdfast_http_timeouts_total") == 1; }));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(LimitsTest, ASlowHandlerGets503AndItsAnswerIsDropped) {
  settings.handler_ms_max = 300;
  raw_client client(port());
  client.send(get("/wait"));
  const auto got = client.receive(3s);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503);
  answer_waiting(text_response(200, "late"));
  client.send(get("/hello"));
  EXPECT_EQ(client.receive()->body, "hello");  // the connection lives, the late answer went nowhere
}

TEST_F(LimitsTest, TheRequestTellsItsDeadline) {
  settings.handler_ms_max = 4'000;
  routes.add("GET", "/deadline", "deadline", [](const auto& asked, const auto&, const auto& answer) {
    answer(text_response(200, std::to_string(asked->deadline_ms - asked->received_ms)));
  });
  EXPECT_EQ(ask(get("/deadline"))->body, "4000");
}

TEST_F(LimitsTest, ConnectionsBeyondTheTotalGet503) {
  settings.connections_max = 3;
  start();
  std::vector<std::unique_ptr<raw_client>> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(std::make_unique<raw_client>(port()));
    open.back()->send(get("/hello"));
    ASSERT_TRUE(open.back()->receive());
  }
  const auto got = ask(get("/hello"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503);
  EXPECT_FALSE(got->header("retry-after").empty());
  EXPECT_EQ(metric(around.metrics, "holdfast_http_refused_connections_total", R"({limit="total"})"), 1);
  open.pop_back();
  EXPECT_TRUE(eventually([&] { return server->connections() == 2; }));
  EXPECT_EQ(ask(get("/hello"))->status, 200);
}

TEST_F(LimitsTest, ConnectionsOfOneAddressAreBounded) {
  settings.connections_per_address_max = 2;
  start();
  raw_client first(port()), second(port());
  ASSERT_TRUE(eventually([&] { return server->connections() == 2; }));
  EXPECT_EQ(ask(get("/hello"))->status, 503);
  EXPECT_EQ(metric(around.metrics, "holdfast_http_refused_connections_total", R"({limit="address"})"), 1);
}

TEST_F(LimitsTest, AFloodBeyondTheLimitLeavesTheServerWell) {
  settings.connections_max = 50;
  start();
  {
    std::vector<std::unique_ptr<raw_client>> flood;
    for (int i = 0; i < 400; ++i) flood.push_back(std::make_unique<raw_client>(port()));
    ASSERT_TRUE(eventually([&] { return metric(around.metrics, "holdfast_http_refused_connections_total", R"({limit="total"})") >= 350; }));
    EXPECT_LE(server->connections(), 50U);
  }
  ASSERT_TRUE(eventually([&] { return server->connections() == 0; }));
  EXPECT_EQ(ask(get("/hello"))->status, 200);
}

TEST_F(LimitsTest, ManyIdleConnectionsAreServed) {
  start();
  std::vector<std::unique_ptr<raw_client>> many;
  for (int i = 0; i < 900; ++i) many.push_back(std::make_unique<raw_client>(port()));
  for (auto& one : many) one->send(get("/hello"));
  std::size_t good = 0;
  for (auto& one : many) good += one->receive().has_value();
  EXPECT_EQ(good, many.size());
  EXPECT_EQ(server->connections(), many.size());
}

TEST_F(LimitsTest, BodiesInMemoryAreBounded) {
  settings.body_bytes_in_memory_max = 100'000;
  start();
  raw_client holder(port());
  holder.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\nx");
  ASSERT_TRUE(eventually([&] { return metric(around.metrics, "holdfast_http_received_bytes_total") > 60; }));
  const auto refused = ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  holder.send(std::string(89'999, 'x'));
  EXPECT_EQ(holder.receive()->status, 200);
  EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")->status, 200);
}

TEST_F(LimitsTest, ABodyThatGrowsBeyondTheLimitGets413) {
  settings.limits.body_bytes_max = 10;
  EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n")
                ->status,
            413);
}

TEST_F(LimitsTest, AConnectionServesSoManyRequests) {
  settings.requests_per_connection_max = 3;
  raw_client client(port());
  for (int i = 1; i <= 3; ++i) {
    client.send(get("/hello"));
    EXPECT_EQ(client.receive()->header("connection"), i == 3 ? "close" : "");
  }
  EXPECT_TRUE(client.closed_within(2s));
}

TEST_F(LimitsTest, TooManyRequestsGet429) {
  settings.rates.per_address = {1, 3};
  raw_client client(port());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/hello"));
    EXPECT_EQ(client.receive()->status, 200);
  }
  client.send(get("/hello"));
  const auto refused = client.receive();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(refused->header("retry-after"), "1");
  around.clock.advance(1'000);
  client.send(get("/hello"));  // the same connection: a refusal without a body does not end it
  EXPECT_EQ(client.receive()->status, 200);
}

TEST_F(LimitsTest, OneKeyIsLimitedWhereverItComesFrom) {
  settings.rates.per_key = {1, 1};
  EXPECT_EQ(ask(get("/hello", "Authorization: Bearer a\r\n"))->status, 200);
  EXPECT_EQ(ask(get("/hello", "Authorization: Bearer b\r\n"))->status, 200);
  EXPECT_EQ(ask(get("/hello", "Authorization: Bearer a\r\n"))->status, 429);
  EXPECT_EQ(ask(get("/hello"))->status, 200);
}

}  // namespace
}  // namespace holdfast::gateway::test
