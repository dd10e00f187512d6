// Every read and write of a connection fails once, in turn: Beast's test stream counts its operations and fails the n-th. Whatever happens,
// the handler runs at most once per request, everything is given back and nothing is left on the lane.
#include <boost/beast/_experimental/test/fail_count.hpp>
#include <boost/beast/_experimental/test/stream.hpp>

#include "gateway/http/stream_rules.hpp"

namespace holdfast::gateway {

using test_stream = boost::beast::test::stream;

template <>
struct stream_rules<test_stream> {
  static constexpr bool has_handshake = false;
  static void close(test_stream& s) { s.close(); }
  static void limit_send_buffer(test_stream&, int) {}
  static bool peer_left(test_stream&) { return false; }
  static bool is_end(boost::system::error_code ec) { return ec == boost::asio::error::eof; }
  template <class Done>
  static void finish(test_stream&, Done done) {
    done(false);
  }
};

}  // namespace holdfast::gateway

#include <gtest/gtest.h>

#include "gateway/http/stream_link.hpp"
#include "tests/gateway/echo_service.hpp"
#include "tests/gateway/twins.hpp"
#include "tests/gateway/ws_client.hpp"

namespace holdfast::gateway::test {
namespace {

class FaultLoopTest : public ::testing::Test {
protected:
  FaultLoopTest() {
    settings.rates.per_address = {0, 1};
    routes.add("GET", "/hello", "hello", [this](const auto&, const auto&, const auto& answer) {
      ++handled;
      answer(text_response(200, "hello"));
    });
    routes.add("POST", "/echo", "echo", [this](const auto& asked, const auto&, const auto& answer) {
      ++handled;
      answer(text_response(200, asked->body));
    });
  }

  struct run {
    std::string answered;
    int handled = 0;
  };

  /// Plays the bytes of a client against a connection whose n-th operation fails.
  run play(const std::string& bytes, std::size_t n, std::size_t read_size) {
    handled = 0;
    const auto core = std::make_shared<server_core>(settings, around.get(), routes);
    core->sockets.emplace("/live", server_core::socket_route{"live", &echo});
    const auto on = std::make_shared<io_lane>(core, 0);
    boost::beast::test::fail_count faults(n, boost::asio::error::connection_reset);
    test_stream near(on->context(), faults), far(on->context());
    near.connect(far);
    near.read_size(read_size);
    near.append(bytes);
    auto link = std::make_shared<stream_link<test_stream>>(std::move(near), core, on, peer{"192.0.2.1", false}, *core->admit("192.0.2.1"));
    const std::weak_ptr<stream_link<test_stream>> watch = link;
    link->start(false);
    link.reset();
    for (int i = 0; i < 50; ++i) on->context().poll();
    far.close();  // the client has said everything and goes
    for (int i = 0; i < 50; ++i) on->context().poll();
    on->abort_all();
    for (int i = 0; i < 50; ++i) on->context().poll();
    EXPECT_TRUE(watch.expired()) << "operation " << n;
    EXPECT_EQ(core->connections(), 0U) << "operation " << n;
    EXPECT_TRUE(core->take_body_bytes(settings.body_bytes_in_memory_max)) << "body bytes were not given back at operation " << n;
    on->shut();
    return {std::string(far.str()), handled};
  }

  /// Fails every operation in turn until the play runs through.
  void loop(const std::string& bytes, const std::string& whole, int requests, std::size_t read_size) {
    std::size_t n = 0;
    for (; n < 500; ++n) {
      const auto played = play(bytes, n, read_size);
      EXPECT_LE(played.handled, requests) << "operation " << n;
      if (!played.answered.ends_with(whole)) continue;
      EXPECT_EQ(played.handled, requests) << "operation " << n;
      break;
    }
    EXPECT_GT(n, 1U) << "nothing was made to fail";
    EXPECT_LT(n, 500U) << "the play never ran through";
  }

  surroundings around;
  http_server_settings settings;
  router routes;
  echo_service echo;
  int handled = 0;
};

TEST_F(FaultLoopTest, AGet) { loop(get("/hello", "Connection: close\r\n"), "\r\n\r\nhello", 1, 1024); }

TEST_F(FaultLoopTest, AGetInSmallPieces) { loop(get("/hello", "Connection: close\r\n"), "\r\n\r\nhello", 1, 7); }

TEST_F(FaultLoopTest, PipelinedRequests) {
  loop(get("/hello") + get("/hello") + get("/hello", "Connection: close\r\n"), "Connection: close\r\n\r\nhello", 3, 33);
}

TEST_F(FaultLoopTest, AChunkedBodyWithContinue) {
  loop(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
      "\r\n\r\nabcde", 1, 16);
}

TEST_F(FaultLoopTest, ARefusal) { loop("nonsense\r\n\r\n", "\"}", 0, 5); }

TEST_F(FaultLoopTest, AWebSocket) {
  for (std::size_t n = 0; n < 40; ++n) {
    const int opened = echo.opened, closed = echo.closed;
    play(ws_handshake("/live"), n, 64);
    EXPECT_EQ(echo.opened - opened, echo.closed - closed) << "operation " << n;
  }
  EXPECT_GT(echo.opened, 0);
}

}  // namespace
}  // namespace holdfast::gateway::test
