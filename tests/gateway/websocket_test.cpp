#include <malloc.h>

#include "tests/gateway/echo_service.hpp"
#include "tests/gateway/server_fixture.hpp"
#include "tests/gateway/ws_client.hpp"

namespace holdfast::gateway::test {
namespace {

class WebSocketTest : public server_test {
protected:
  std::uint16_t port() {
    if (!server) {
      server = std::make_unique<http_server>(settings, around.get(), routes);
      server->add_socket("/live", "live", echo);
      const auto started = server->start();
      EXPECT_TRUE(started);
    }
    return server->port();
  }
  std::optional<answer> refused(const std::string& handshake) {
    raw_client client(port());
    client.send(handshake);
    return client.receive();
  }
  /// What the server closes with after these bytes.
  int closed_with(const std::string& bytes) {
    ws_client client(port());
    EXPECT_TRUE(client.open("/live"));
    client.socket.send(bytes);
    const auto got = client.receive();
    EXPECT_TRUE(got && got->op == opcode::close);
    EXPECT_TRUE(client.socket.closed_within(5s));
    return got ? got->close_code() : 0;
  }

  echo_service echo;

  // The server must go before the service that it calls.
  ~WebSocketTest() override {
    if (server) server->stop(0ms);
  }
};

TEST_F(WebSocketTest, OpensAndSpeaks) {
  raw_client first(port());
  first.send(ws_handshake("/live"));
  const auto agreed = first.receive();
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->status, 101);
  EXPECT_EQ(agreed->header("sec-websocket-accept"), ws_accept);
  EXPECT_FALSE(agreed->header("request-id").empty());
  EXPECT_EQ(agreed->header("sec-websocket-extensions"), "");
  ws_client client(port());
  ASSERT_TRUE(client.open("/live"));
  for (int i = 0; i < 20; ++i) {
    client.say("message " + std::to_string(i));
    EXPECT_EQ(client.hear(), "message " + std::to_string(i));
  }
  EXPECT_EQ(metric(around.metrics, "holdfast_http_websockets"), 2);
}

TEST_F(WebSocketTest, CompressionIsNotTaken) {
  raw_client client(port());
  client.send(ws_handshake("/live", "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 101);
  EXPECT_EQ(got->header("sec-websocket-extensions"), "");
}

TEST_F(WebSocketTest, WhatIsNoHandshakeIsToldSo) {
  const auto plain = refused(get("/live"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->status, 426);
  EXPECT_EQ(plain->header("upgrade"), "websocket");
  EXPECT_NE(plain->body.find("upgrade_required"), std::string::npos);
  EXPECT_EQ(refused("POST /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")->status, 405);
  auto version = ws_handshake("/live");
  version.replace(version.find("Version: 13"), 11, "Version: 12");
  EXPECT_EQ(refused(version)->status, 426);
  auto key = ws_handshake("/live");
  key.replace(key.find(ws_key), ws_key.size(), "short");
  EXPECT_EQ(refused(key)->status, 400);
  EXPECT_EQ(refused(ws_handshake("/live?refuse=1"))->status, 404);
  EXPECT_EQ(refused(ws_handshake("/hello"))->status, 200);  // an offer that a plain route need not take
  EXPECT_EQ(echo.opened, 0);
}

TEST_F(WebSocketTest, OnlyOwnPagesMayOpenIt) {
  settings.websocket_origins = {"pages.example:8443"};
  EXPECT_EQ(refused(ws_handshake("/live", "Origin: http://localhost\r\n"))->status, 101);
  EXPECT_EQ(refused(ws_handshake("/live", "Origin: https://pages.example:8443\r\n"))->status, 101);
  EXPECT_EQ(refused(ws_handshake("/live", "Origin: http://evil.example\r\n"))->status, 403);
  EXPECT_EQ(refused(ws_handshake("/live", "Origin: http://localhost:81\r\n"))->status, 403);
  EXPECT_EQ(refused(ws_handshake("/live", "Origin: null\r\n"))->status, 403);
}

TEST_F(WebSocketTest, NothingMayComeBeforeTheHandshakeIsAnswered) {
  const auto got = refused(ws_handshake("/live") + encode_frame(opcode::text, "early"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 400);
  EXPECT_EQ(echo.opened, 0);
}

TEST_F(WebSocketTest, FragmentsPingsAndCloseFollowTheRfc) {
  ws_client client(port());
  ASSERT_TRUE(client.open("/live"));
  client.socket.send(encode_frame(opcode::text, "in ", false) + encode_frame(opcode::ping, "there?") +
                     encode_frame(opcode::continuation, "pieces"));
  const auto pong = client.receive();
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->op, opcode::pong);
  EXPECT_EQ(pong->payload, "there?");
  EXPECT_EQ(client.hear(), "in pieces");
  client.socket.send(encode_frame(opcode::close, "\x03\xe8"));
  const auto bye = client.receive();
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->close_code(), 1000);
  EXPECT_TRUE(client.socket.closed_within(5s));
  EXPECT_TRUE(eventually([&] { return echo.closed == 1; }));
}

TEST_F(WebSocketTest, BrokenRulesCloseWithTheirCode) {
  EXPECT_EQ(closed_with(encode_frame(opcode::text, "bare", true, false)), 1002);
  EXPECT_EQ(closed_with(encode_frame(static_cast<opcode>(3), "reserved")), 1002);
  EXPECT_EQ(closed_with(encode_frame(opcode::continuation, "of nothing")), 1002);
  EXPECT_EQ(closed_with(encode_frame(opcode::binary, "bytes")), 1003);
  EXPECT_EQ(closed_with(encode_frame(opcode::text, "\xff\xfe")), 1007);
  EXPECT_EQ(closed_with(encode_frame(opcode::text, std::string(5'000, 'x'))), 1009);
  EXPECT_EQ(closed_with(encode_frame(opcode::text, "go away")), 1013);
  EXPECT_TRUE(eventually([&] { return echo.closed == echo.opened; }));
}

TEST_F(WebSocketTest, MessagesInOneBunchAreReadOneByOne) {
  ws_client client(port());
  ASSERT_TRUE(client.open("/live"));
  std::string bunch;
  for (int i = 0; i < 100; ++i) bunch += encode_frame(opcode::text, std::to_string(i));
  client.socket.send(bunch);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.hear(), std::to_string(i));
}

TEST_F(WebSocketTest, ASilentPeerIsPingedAndThenClosed) {
  settings.websocket_idle_ms_max = 600;
  ws_client client(port());
  ASSERT_TRUE(client.open("/live"));
  const auto ping = client.receive(3s);
  ASSERT_TRUE(ping);
  EXPECT_EQ(ping->op, opcode::ping);
  EXPECT_TRUE(client.socket.closed_within(3s));
  EXPECT_TRUE(eventually([&] { return echo.closed == 1; }));
}

TEST_F(WebSocketTest, APongKeepsItOpen) {
  settings.websocket_idle_ms_max = 400;
  ws_client client(port());
  ASSERT_TRUE(client.open("/live"));
  const auto until = std::chrono::steady_clock::now() + 1500ms;
  while (std::chrono::steady_clock::now() < until) {
    const auto got = client.receive(1s);
    ASSERT_TRUE(got);
    ASSERT_EQ(got->op, opcode::ping);
    client.socket.send(encode_frame(opcode::pong, got->payload));
  }
  client.say("still here");
  EXPECT_EQ(client.hear(), "still here");
}

TEST_F(WebSocketTest, StoppingSaysGoodbye) {
  ws_client client(port());
  ASSERT_TRUE(client.open("/live"));
  ws_client rude(port());
  ASSERT_TRUE(rude.open("/live"));
  ASSERT_TRUE(eventually([&] { return echo.opened == 2; }));
  std::thread stopper([&] { server->stop(10s); });
  const auto begun = std::chrono::steady_clock::now();
  const auto bye = client.receive();
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->op, opcode::close);
  EXPECT_EQ(bye->close_code(), 1001);
  client.socket.send(encode_frame(opcode::close, "\x03\xe9"));
  stopper.join();  // the one that never answers is cut by its own limit
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_EQ(echo.closed, 2);
}

TEST_F(WebSocketTest, AbortIsAtOnce) {
  ws_client client(port());
  ASSERT_TRUE(client.open("/live"));
  client.say("abort");
  EXPECT_TRUE(client.socket.closed_within(2s));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(WebSocketTest, AVanishedPeerIsNoticed) {
  for (int i = 0; i < 50; ++i) {
    ws_client client(port());
    ASSERT_TRUE(client.open("/live"));
    client.say("x");
  }
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  EXPECT_EQ(echo.closed, 50);
  EXPECT_EQ(metric(around.metrics, "holdfast_http_websockets"), 0);
}

TEST_F(WebSocketTest, AnIdleSocketIsSmall) {
  constexpr std::size_t count = 1'000;
  settings.connections_per_address_max = 2 * count;
  settings.rates.per_address = {0, 1};
  port();
  std::vector<std::unique_ptr<ws_client>> all;
  all.reserve(count);
  const auto open_one = [&] {
    all.push_back(std::make_unique<ws_client>(port()));
    ASSERT_TRUE(all.back()->open("/live"));
    all.back()->say("hello");
    ASSERT_TRUE(all.back()->hear());
  };
  for (std::size_t i = 0; i < 100; ++i) open_one();
  const auto before = ::mallinfo2().uordblks;
  for (std::size_t i = 100; i < count; ++i) open_one();
  const auto each = (::mallinfo2().uordblks - before) / (count - 100);
  RecordProperty("bytes_per_idle_websocket", static_cast<int>(each));
  EXPECT_LE(each, 16U * 1024U);
}

}  // namespace
}  // namespace holdfast::gateway::test
