// Everything together over real sockets: the node's own routes, the pages, the live socket.
#include "gateway/gateway.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <thread>

#include "tests/gateway/live_twins.hpp"
#include "tests/gateway/server_fixture.hpp"
#include "tests/gateway/ws_client.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::gateway::test {
namespace {

/// Answers from any thread, as the actors do.
class shared_region final : public actors::region {
public:
  void ask(std::shared_ptr<const v1::Command> command, actors::reply_handler handler) override {
    auto reply = std::make_shared<v1::Reply>();
    if (command->entity_id() == "block/doc-nz/aoraki.p1") {
      reply->mutable_block()->set_version(version);
    } else {
      *reply = as_reply(reject(v1::NOT_FOUND));
    }
    handler(std::move(reply));
  }
  std::atomic<std::int64_t> version{1};
};

class GatewayTest : public ::testing::Test {
protected:
  ~GatewayTest() override {
    if (whole) whole->stop(0ms);
  }

  void start() {
    whole = std::make_unique<gateway>(settings, around.get());
    const auto started = whole->start(region, encoder, keys);
    ASSERT_TRUE(started) << started.error().detail;
  }
  std::optional<answer> ask(const std::string& bytes) {
    raw_client client(whole->port());
    client.send(bytes);
    return client.receive();
  }
  void publish(std::int64_t version) {
    region.version = version;
    auto change = std::make_shared<v1::LiveChange>();
    change->set_topic("block:aoraki.p1");
    change->set_tenant_slug("doc-nz");
    change->set_version(version);
    change->mutable_block();
    whole->feed().publish(std::move(change));
  }
  std::unique_ptr<ws_client> watch(int receive_buffer = 0) {
    auto out = std::make_unique<ws_client>(whole->port(), receive_buffer);
    EXPECT_TRUE(out->open("/api/v1/live?tenant=doc-nz"));
    out->say(R"({"op":"subscribe","topic":"block:aoraki.p1"})");
    const auto first = out->hear();
    EXPECT_TRUE(first && first->starts_with(R"({"op":"snapshot","topic":"block:aoraki.p1")"));
    return out;
  }

  gateway_settings settings;
  surroundings around;
  shared_region region;
  plain_encoder encoder;
  const node_keys keys = fresh_keys();
  std::unique_ptr<gateway> whole;
};

TEST_F(GatewayTest, HasTheNodesOwnRoutes) {
  whole = std::make_unique<gateway>(settings, around.get());
  std::atomic<bool> ready{false};
  whole->set_readiness([&]() -> std::optional<std::string> { return ready ? std::nullopt : std::optional<std::string>("recovering"); });
  ASSERT_TRUE(whole->start(region, encoder, keys));
  EXPECT_EQ(ask(get("/healthz"))->body, "ok\n");
  EXPECT_EQ(ask(get("/readyz"))->status, 503);
  EXPECT_EQ(ask(get("/readyz"))->body, "recovering\n");
  ready = true;
  EXPECT_EQ(ask(get("/readyz"))->status, 200);
  const auto metrics = ask(get("/metrics"));
  ASSERT_TRUE(metrics);
  EXPECT_EQ(metrics->header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(metrics->body.find("holdfast_http_requests_total{route=\"readiness\",status=\"503\"} 2"), std::string::npos) << metrics->body;
  EXPECT_NE(metrics->body.find("# TYPE holdfast_live_subscriptions gauge"), std::string::npos);
  EXPECT_EQ(ask(get("/nowhere"))->status, 404);
  EXPECT_EQ(ask(get("/api/v1/live"))->status, 426);
  EXPECT_EQ(ask(ws_handshake("/api/v1/live"))->status, 422);  // no tenant
}

TEST_F(GatewayTest, ServesThePages) {
  const holdfast::test::temporary_folder pages;
  pages.write("index.html", "<html>page</html>");
  settings.pages = pages.path();
  start();
  const auto got = ask(get("/t/doc-nz/events"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "<html>page</html>");
  EXPECT_EQ(ask(get("/t/doc-nz", "If-None-Match: " + got->header("etag") + "\r\n"))->status, 304);
  EXPECT_EQ(got->header("content-security-policy").find("default-src 'self'"), 0U);
}

TEST_F(GatewayTest, AChangeReachesEveryWatcher) {
  start();
  std::vector<std::unique_ptr<ws_client>> all;
  for (int i = 0; i < 20; ++i) all.push_back(watch());
  for (int v = 2; v <= 30; ++v) publish(v);
  for (auto& one : all)
    for (int v = 2; v <= 30; ++v) {
      const auto heard = one->hear();
      ASSERT_TRUE(heard);
      EXPECT_NE(heard->find("\"version\":" + std::to_string(v) + ",\"from\":" + std::to_string(v == 2 ? 0 : v - 1)), std::string::npos)
          << *heard;
    }
}

// Publishing never pauses while clients come, go, resume and dawdle. What each client builds up must have no gap and never go back.
TEST_F(GatewayTest, VersionsHaveNoGapWhileEverythingMoves) {
  settings.http.io_threads = 2;
  settings.http.rates.per_address = {0, 1};
  settings.live.messages = {0, 1};
  settings.live.queue_frames_max = 16;
  settings.live.ring_deltas_max = 32;
  start();
  std::atomic<bool> stop{false};
  std::thread publisher([&] {
    for (std::int64_t v = 2; !stop; ++v) {
      publish(v);
      if (v % 50 == 0) std::this_thread::sleep_for(1ms);
    }
  });
  std::vector<std::thread> clients;
  std::atomic<int> frames{0}, resumes{0};
  for (int c = 0; c < 8; ++c)
    clients.emplace_back([&, c] {
      std::int64_t seen = -1;
      for (int round = 0; round < 12; ++round) {
        ws_client client(whole->port(), c % 2 ? 8192 : 0);
        if (!client.open("/api/v1/live?tenant=doc-nz")) {
          ADD_FAILURE() << "the server refused";
          return;
        }
        const bool resume = seen > 0 && round % 2;
        if (!resume) seen = -1;  // the server cannot know what another socket was told
        client.say(R"({"op":"subscribe","topic":"block:aoraki.p1")" + (resume ? ",\"version\":" + std::to_string(seen) : std::string()) +
                   "}");
        for (int i = 0; i < 60; ++i) {
          const auto got = client.receive();
          const auto* heard = got && got->op == opcode::text ? &got->payload : nullptr;
          if (!heard) {
            ADD_FAILURE() << "after " << seen << " in round " << round << ", frame " << i << ", resuming " << resume << " came "
                          << (got ? "op " + std::to_string(static_cast<int>(got->op)) + got->payload : "silence");
            break;
          }
          ++frames;
          const auto number = [&](const char* key) {
            return std::stoll(heard->substr(heard->find(key) + std::char_traits<char>::length(key)));
          };
          const auto version = number("\"version\":");
          if (heard->starts_with(R"({"op":"snapshot")")) {
            if (version < seen) ADD_FAILURE() << "after " << seen << " came " << *heard;
          } else {
            resumes += i == 0;
            const bool gap = (i == 0 && !resume) || number("\"from\":") > seen || version != seen + 1;
            if (gap) ADD_FAILURE() << "after " << seen << " came " << *heard;
          }
          seen = version;
          if (c % 2 && i % 20 == 0) std::this_thread::sleep_for(5ms);
        }
      }
    });
  for (auto& t : clients) t.join();
  stop = true;
  publisher.join();
  EXPECT_GT(frames, 1'000);
}

TEST_F(GatewayTest, ASlowWatcherGetsTheLatestStateAndAStuckOneIsCut) {
  settings.live.write_ms_max = 1'000;
  settings.live.queue_frames_max = 8;
  encoder.padding = std::string(20'000, ' ');
  start();
  auto slow = watch(4096);
  auto stuck = watch(4096);
  constexpr std::int64_t last = 2'000;
  for (std::int64_t v = 2; v <= last; ++v) {
    publish(v);
    if (v % 20 == 0) std::this_thread::sleep_for(1ms);
  }
  std::int64_t seen = 0, frames = 0;
  for (; seen < last; ++frames) {
    const auto heard = slow->hear();
    ASSERT_TRUE(heard);
    const auto version = std::stoll(heard->substr(heard->find("\"version\":") + 10));
    ASSERT_GE(version, seen + (heard->starts_with(R"({"op":"delta")") ? 1 : 0)) << heard->substr(0, 100);
    seen = version;
  }
  EXPECT_LT(frames, last / 2);
  EXPECT_GT(metric(around.metrics, "holdfast_live_conflated_total"), 0);
  EXPECT_TRUE(eventually([&] { return metric(around.metrics, "holdfast_live_cut_total") == 1; }, 10s));
  EXPECT_TRUE(stuck->socket.closed_within(5s));
}

TEST_F(GatewayTest, StopsWithWatchersAndLatePublishers) {
  start();
  auto watcher = watch();
  std::atomic<bool> done{false};
  std::thread publisher([&] {
    for (std::int64_t v = 2; !done; ++v) publish(v);
  });
  std::this_thread::sleep_for(50ms);
  const auto begun = std::chrono::steady_clock::now();
  whole->stop(5s);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  done = true;
  publisher.join();
}

}  // namespace
}  // namespace holdfast::gateway::test
