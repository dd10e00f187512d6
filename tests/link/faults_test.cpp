// Links that break, come back, cannot be made; certificates that change; a stop in the middle of everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "tests/link/black_hole.hpp"
#include "tests/link/raw_peer.hpp"
#include "tests/link/stage.hpp"

namespace holdfast::actors::link::test {
namespace {

/// Answers nothing, and gives nothing up either, until the test is over.
struct silent_server {
  std::mutex mutex;
  std::vector<incoming_request> kept;
  void operator()(incoming_request request) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(request));
  }
  std::size_t size() {
    const std::lock_guard lock(mutex);
    return kept.size();
  }
};

class LinkFaults : public ::testing::Test {
protected:
  std::unique_ptr<stage_node> node(const std::string& name, const std::function<void(link_options&)>& adjust = {}) {
    return std::make_unique<stage_node>(authority, name, adjust);
  }
  std::unique_ptr<stage_node> silent(const std::string& name) {
    return node(name, [this](link_options& o) { o.serve = [s = server](incoming_request r) { (*s)(std::move(r)); }; });
  }
  ~LinkFaults() override { server->kept.clear(); }

  log_catcher log;
  test_authority authority;
  std::shared_ptr<silent_server> server = std::make_shared<silent_server>();
};

TEST_F(LinkFaults, WhatIsOutstandingFailsAtOnceWhenTheLinkEnds) {
  const auto a = node("a");
  auto b = silent("b");
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  auto heard = a->ask_many(50, "b", "q", 60s);
  ASSERT_TRUE(eventually([&] { return server->size() == 50; }));
  const auto begin = std::chrono::steady_clock::now();
  b->link().stop();
  for (auto& h : heard) EXPECT_EQ(h.get().error(), link_error::peer_lost);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_TRUE(a->goes_down("b"));
  EXPECT_EQ(a->ask("b", "q").error(), link_error::unavailable);
  EXPECT_EQ(a->link().figures().requests_peer_lost, 50U);
  server->kept.clear();
}

TEST_F(LinkFaults, ANodeThatStartsAgainIsFound) {
  const auto a = node("a");
  auto b = node("b");
  const auto c = node("c");
  introduce({a.get(), b.get(), c.get()});
  ASSERT_TRUE(a->comes_up("b"));
  ASSERT_TRUE(c->comes_up("b"));
  const auto port = b->link().port();
  for (int life = 0; life < 3; ++life) {
    b.reset();
    ASSERT_TRUE(a->goes_down("b"));
    b = node("b", [&](link_options& o) { o.port = port; });
    introduce({b.get(), a.get(), c.get()});
    ASSERT_TRUE(a->comes_up("b"));
    ASSERT_TRUE(c->comes_up("b"));
    EXPECT_EQ(*a->ask("b", "again"), "again");
    EXPECT_EQ(*c->ask("b", "again"), "again");
  }
  const auto changes = a->changes();
  const auto count = [&](const std::string& what) { return std::count(changes.begin(), changes.end(), what); };
  EXPECT_EQ(count("+c"), 1);
  EXPECT_EQ(count("+b"), 4);
  EXPECT_EQ(count("-b"), 3);
}

TEST_F(LinkFaults, ItIsKnownWhichRunOfANodeIsGone) {
  const auto b = node("b");
  const auto run = [&](const std::string& name, const std::string& instance, std::uint16_t port) {
    return node(name, [&](link_options& o) {
      o.instance = instance;
      o.port = port;
    });
  };
  const auto told = [&](const std::string& what) {
    return eventually([&] {
      const auto changes = b->changes();
      return !changes.empty() && changes.back() == what;
    });
  };
  for (const std::string name : {"a", "c"}) {  // one dials b, one is dialled by it
    auto first = run(name, ".1", 0);
    const auto port = first->link().port();
    introduce({first.get(), b.get()});
    EXPECT_TRUE(told("+" + name + ".1")) << log.text();
    first.reset();
    EXPECT_TRUE(told("x" + name + ".1")) << log.text();
    const auto second = run(name, ".2", port);
    introduce({second.get(), b.get()});
    EXPECT_TRUE(told("+" + name + ".2")) << log.text();
    EXPECT_EQ(b->link().states()[0].instance, ".2");
    ASSERT_TRUE(b->link().set_peers({}));
    EXPECT_TRUE(told("-" + name + ".2")) << log.text();
  }
  EXPECT_EQ(b->changes().size(), 10U) << "who is not wanted any more is not looked after";
}

TEST_F(LinkFaults, TheSameProcessesLinkAgain) {
  const auto a = node("a");
  const auto b = node("b");
  for (int round = 0; round < 10; ++round) {
    introduce({a.get(), b.get()});
    ASSERT_TRUE(a->comes_up("b")) << round << "\n" << log.text();
    ASSERT_TRUE(b->comes_up("a")) << round;
    ASSERT_EQ(*a->ask("b", "q"), "q") << round;
    ASSERT_EQ(*b->ask("a", "q"), "q") << round;
    ASSERT_TRUE((round % 2 == 0 ? a : b)->link().set_peers({}));
    ASSERT_TRUE(a->goes_down("b"));
    ASSERT_TRUE(b->goes_down("a"));
  }
  const auto changes = a->changes();
  for (std::size_t i = 0; i < changes.size(); ++i) EXPECT_EQ(changes[i], i % 2 == 0 ? "+b" : "-b") << i;
}

TEST_F(LinkFaults, ABlackHoleEndsAtItsDeadlineAndHoldsUpNobody) {
  const black_hole hole;
  const auto a = node("a");
  const auto b = node("b");
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(b->link().set_peers({a->address()}));
  ASSERT_TRUE(a->link().set_peers({{"x", hole.where()}, b->address()}));
  const auto patience = short_limits().connect_ms_max;
  EXPECT_TRUE(a->comes_up("b", patience * 4 / 5)) << "while the other connect hangs";
  ASSERT_TRUE(eventually([&] { return !a->trouble("x").empty(); }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, patience);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10 * patience);
  EXPECT_EQ(a->trouble("x"), "no welcome within " + std::to_string(patience.count()) + " ms");
}

TEST_F(LinkFaults, APortThatAcceptsAndSaysNothingEndsAtTheDeadlineToo) {
  const auto a = node("a");
  const auto silent_port = node("b", [](link_options& o) { o.limits.handshake_ms_max = 10s; });
  const auto mute = std::make_unique<raw_peer>(silent_port->link().port());  // its own end: nothing to do with a
  boost::system::result<void, failure> set = a->link().set_peers({{"x", "127.0.0.1:" + std::to_string(silent_port->link().port())}});
  ASSERT_TRUE(set);
  EXPECT_TRUE(eventually([&] { return !a->trouble("x").empty(); }));
}

TEST_F(LinkFaults, ANodeThatIsNotKnownYetIsTakenAsSoonAsItIs) {
  const auto a = node("a", [](link_options& o) { o.limits.connect_ms_max = 30s; });
  const auto b = node("b", [](link_options& o) {
    o.limits.handshake_ms_max = 30s;
    o.limits.introduction_ms_max = 20s;
  });
  ASSERT_TRUE(a->link().set_peers({b->address()}));
  ASSERT_TRUE(eventually([&] { return b->link().figures().half_open == 1; }));
  EXPECT_FALSE(a->up("b"));
  ASSERT_TRUE(b->link().set_peers({a->address()}));
  EXPECT_TRUE(a->comes_up("b"));
  EXPECT_EQ(b->link().figures().accepted, 1U) << "by the connection that waited";
  EXPECT_EQ(b->link().figures().refusals(refusal::greeting), 0U);
}

TEST_F(LinkFaults, ReloadedCertificatesServeTheNextHandshake) {
  const auto b = node("b");
  ASSERT_TRUE(b->link().set_peers({{"m", "127.0.0.1:9"}}));
  const auto m = authority.certify("m");
  const auto shown = [&] {
    raw_peer peer(b->link().port());
    EXPECT_TRUE(peer.shake_hands(m));
    return peer.shown_expiry();
  };
  const auto before = shown();
  const auto expiry = b->link().figures().certificate_expires_at_ms.load();
  EXPECT_GT(expiry, system_clock().now());
  authority.certify("b", 40);
  EXPECT_EQ(shown(), before) << "not before it is told";
  ASSERT_TRUE(b->link().reload_certificates());
  EXPECT_NE(shown(), before);
  EXPECT_GT(b->link().figures().certificate_expires_at_ms, expiry);
  const auto renewed = shown();
  authority.certify("b", -1);
  const auto refused = b->link().reload_certificates();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("expired"), std::string::npos) << refused.error().detail;
  EXPECT_EQ(shown(), renewed);
}

TEST_F(LinkFaults, ALinkThatStandsOutlivesAReload) {
  const auto a = node("a");
  const auto b = node("b");
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  for (auto* n : {a.get(), b.get()}) {
    authority.certify(n->address().node, 40);
    ASSERT_TRUE(n->link().reload_certificates());
  }
  EXPECT_EQ(*a->ask("b", "q"), "q");
  EXPECT_EQ(a->changes(), std::vector<std::string>{"+b"});
}

TEST_F(LinkFaults, StopEndsCleanlyWithEverythingInFlight) {
  const black_hole hole;
  auto a = node("a");
  const auto b = silent("b");
  ASSERT_TRUE(b->link().set_peers({a->address()}));
  ASSERT_TRUE(a->link().set_peers({{"x", hole.where()}, b->address(), {"y", "127.0.0.1:9"}}));
  ASSERT_TRUE(a->comes_up("b"));
  std::vector<std::unique_ptr<raw_peer>> strangers(10);
  for (auto& s : strangers) s = std::make_unique<raw_peer>(a->link().port());
  auto heard = a->ask_many(200, "b", std::string(10'000, 'q'), 60s);
  std::atomic<bool> over{false};
  std::atomic<int> asked{0}, told{0};
  std::thread busy([&] {
    while (!over) {
      ++asked;
      a->link().ask("b", "q", 60s, [&](const answer&) { ++told; });
      std::this_thread::sleep_for(100us);
    }
  });
  EXPECT_TRUE(eventually([&] { return server->size() >= 100; }, HOLDFAST_SLOWNESS * 5s));
  const auto begin = std::chrono::steady_clock::now();
  a->link().stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  for (auto& h : heard) {
    ASSERT_EQ(h.wait_for(0s), std::future_status::ready) << "stop() has called every handler";
    EXPECT_EQ(h.get().error(), link_error::peer_lost);
  }
  over = true;
  busy.join();
  EXPECT_EQ(asked, told);
  for (const auto& s : strangers) EXPECT_TRUE(s->closed_within(HOLDFAST_SLOWNESS * 1s));
  a.reset();
  EXPECT_TRUE(b->goes_down("a"));
  server->kept.clear();
}

TEST_F(LinkFaults, StopWhileLookingForAPeerInABlackHole) {
  const black_hole hole;
  auto a = node("a");
  const auto b = node("b", [](link_options& o) { o.limits.connect_ms_max = 10s; });
  ASSERT_TRUE(b->link().set_peers({{"a", hole.where()}}));
  ASSERT_TRUE(a->link().set_peers({b->address()}));
  ASSERT_TRUE(b->comes_up("a"));
  a.reset();
  ASSERT_TRUE(b->goes_down("a"));
  std::this_thread::sleep_for(50ms);
  const auto begin = std::chrono::steady_clock::now();
  b->link().stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(log.lines_with("did not end"), 0U);
}

TEST_F(LinkFaults, StopWithoutAnythingToDo) {
  for (int i = 0; i < 5; ++i) node("a");
}

}  // namespace
}  // namespace holdfast::actors::link::test
