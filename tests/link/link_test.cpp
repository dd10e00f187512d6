// What the link does for those who use it.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "tests/link/stage.hpp"

namespace holdfast::actors::link::test {
namespace {

/// Keeps the requests until it is told what to do with them.
class patient_server {
public:
  void operator()(incoming_request request) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(request));
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return kept_.size();
  }
  std::vector<incoming_request> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(kept_, {});
  }

private:
  std::mutex mutex_;
  std::vector<incoming_request> kept_;
};

class Links : public ::testing::Test {
protected:
  std::unique_ptr<stage_node> node(const std::string& name, const std::function<void(link_options&)>& adjust = {}) {
    return std::make_unique<stage_node>(authority, name, adjust);
  }
  std::unique_ptr<stage_node> patient(const std::string& name) {
    return node(name, [this](link_options& o) { o.serve = [s = server](incoming_request r) { (*s)(std::move(r)); }; });
  }

  log_catcher log;
  test_authority authority;
  std::shared_ptr<patient_server> server = std::make_shared<patient_server>();
};

TEST_F(Links, BothEndsAskAndAreAnswered) {
  const auto a = node("a");
  const auto b = node("b");
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  ASSERT_TRUE(b->comes_up("a"));
  const std::string bytes("\0\xFF binary", 9);
  EXPECT_EQ(*a->ask("b", bytes), bytes);
  EXPECT_EQ(*b->ask("a", bytes), bytes);
  EXPECT_EQ(*a->ask("b", ""), "");
  EXPECT_EQ(a->link().figures().requests, 2U);
  EXPECT_EQ(a->link().figures().requests_served, 1U);
  EXPECT_EQ(a->link().figures().peers_up, 1);
}

TEST_F(Links, EveryPairOfThreeNodesHasOne) {
  const auto a = node("a");
  const auto b = node("b");
  const auto c = node("c");
  introduce({a.get(), b.get(), c.get()});
  for (const auto* from : {a.get(), b.get(), c.get()})
    for (const std::string to : {"a", "b", "c"}) {
      if (from->address().node == to) continue;
      ASSERT_TRUE(from->comes_up(to));
      EXPECT_EQ(*from->ask(to, to), to);
    }
  EXPECT_EQ(a->link().figures().accepted, 0U) << "the first by name dials";
  EXPECT_EQ(c->link().figures().dials, 0U);
}

TEST_F(Links, TheHandlerHearsWhoAsksAndHowMuchTimeIsLeft) {
  const auto a = node("a");
  const auto b = patient("b");
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  auto heard = a->ask_later("b", "q", 3s);
  ASSERT_TRUE(eventually([&] { return server->size() == 1; }));
  const auto got = server->take();
  EXPECT_EQ(got[0].from, "a");
  EXPECT_EQ(got[0].envelope, "q");
  EXPECT_LE(got[0].patience, 3s);
  EXPECT_GT(got[0].patience, 2s);
  got[0].reply("first");
  got[0].reply("second");
  EXPECT_EQ(*heard.get(), "first");
}

TEST_F(Links, LargeEnvelopesPassUpToTheLimit) {
  const auto a = node("a");
  const auto b = node("b");
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  const std::string most(short_limits().envelope_bytes_max, 'm');
  const auto got = a->ask("b", most, 20s);
  ASSERT_TRUE(got) << got.error();
  EXPECT_TRUE(*got == most);
  EXPECT_EQ(a->ask("b", most + "x").error(), link_error::too_large);
}

TEST_F(Links, AnAnswerBeyondTheLimitIsAnError) {
  const auto a = node("a");
  const auto b = node("b", [](link_options& o) {
    o.serve = [](const incoming_request& r) { r.reply(std::string(short_limits().envelope_bytes_max + 1, 'x')); };
  });
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  EXPECT_EQ(a->ask("b", "q").error(), link_error::peer_lost);
}

TEST_F(Links, WithoutALinkTheAnswerIsUnavailableAtOnce) {
  const auto a = node("a");
  EXPECT_EQ(a->ask("nobody", "q").error(), link_error::unavailable);
  ASSERT_TRUE(a->link().set_peers({{"b", "127.0.0.1:9"}}));
  EXPECT_TRUE(eventually([&] { return a->link().figures().dials_failed >= 4; }));
  EXPECT_EQ(a->ask("b", "q").error(), link_error::unavailable);
  EXPECT_EQ(log.lines_with("no link to b"), 1U) << "once for a reason, not for every attempt\n" << log.text();
}

TEST_F(Links, AFullWindowIsATypedErrorAtOnce) {
  const auto a = node("a", [](link_options& o) {
    o.limits.window_requests_max = 4;
    o.limits.window_bytes_max = 100;
  });
  const auto b = patient("b");
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  auto heard = a->ask_many(4, "b", "q");
  auto fifth = a->ask_later("b", "q");
  ASSERT_EQ(fifth.wait_for(0s), std::future_status::ready);
  EXPECT_EQ(fifth.get().error(), link_error::window_full);
  ASSERT_TRUE(eventually([&] { return server->size() == 4; }));
  for (const auto& r : server->take()) r.reply("done");
  for (auto& h : heard) EXPECT_EQ(*h.get(), "done");
  EXPECT_EQ(a->ask("b", std::string(101, 'x')).error(), link_error::window_full);
  auto last = a->ask_later("b", std::string(100, 'x'));
  EXPECT_TRUE(eventually([&] { return server->size() == 1; }));
  server->take()[0].reply("ok");
  EXPECT_EQ(*last.get(), "ok");
}

TEST_F(Links, ThePeerRefusesWhatExceedsItsOwnWindow) {
  const auto a = node("a");
  const auto b = node("b", [this](link_options& o) {
    o.limits.window_requests_max = 2;
    o.serve = [s = server](incoming_request r) { (*s)(std::move(r)); };
  });
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  auto heard = a->ask_many(3, "b", "q");
  EXPECT_EQ(heard[2].get().error(), link_error::window_full);
  for (const auto& r : server->take()) r.reply("done");
  EXPECT_EQ(*heard[0].get(), "done");
}

TEST_F(Links, DeadlinesHoldAndTheirCreditComesBackWithTheAnswer) {
  const auto a = node("a", [](link_options& o) { o.limits.window_requests_max = 2; });
  const auto b = patient("b");
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  const auto begin = std::chrono::steady_clock::now();
  auto long_one = a->ask_later("b", "q", 10s);
  auto short_one = a->ask_later("b", "q", 100ms);  // sooner than what was armed
  EXPECT_EQ(short_one.get().error(), link_error::timed_out);
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 5s);
  EXPECT_EQ(a->ask("b", "q").error(), link_error::window_full) << "it still lies at the peer";
  ASSERT_TRUE(eventually([&] { return server->size() == 2; }));
  for (const auto& r : server->take()) r.reply("late");
  EXPECT_EQ(*long_one.get(), "late");
  EXPECT_TRUE(eventually([&] { return a->link().states()[0].requests_outstanding == 0; }));
  EXPECT_EQ(a->ask("b", "q", 0ms).error(), link_error::timed_out);
  EXPECT_EQ(a->link().figures().requests_timed_out, 1U);
}

TEST_F(Links, AReplyThatIsDroppedOrThrownAwayIsHeardAtOnce) {
  const auto a = node("a");
  const auto b = patient("b");
  const auto c = node("c", [](link_options& o) { o.serve = [](const incoming_request&) { throw std::runtime_error("broken"); }; });
  introduce({a.get(), b.get(), c.get()});
  ASSERT_TRUE(a->comes_up("b"));
  ASSERT_TRUE(a->comes_up("c"));
  auto heard = a->ask_later("b", "q", 20s);
  ASSERT_TRUE(eventually([&] { return server->size() == 1; }));
  server->take();
  EXPECT_EQ(heard.get().error(), link_error::peer_lost);
  EXPECT_EQ(a->ask("c", "q", 20s).error(), link_error::peer_lost);
  EXPECT_EQ(a->ask("c", "q", 20s).error(), link_error::peer_lost) << "a throwing handler ends nothing";
}

/// Which of the two understands packs: a version before them did not.
class LinksOfTwoVersions : public Links, public ::testing::WithParamInterface<std::pair<bool, bool>> {};

INSTANTIATE_TEST_SUITE_P(Packs, LinksOfTwoVersions,
                         ::testing::Values(std::pair(true, true), std::pair(true, false), std::pair(false, true), std::pair(false, false)));

TEST_P(LinksOfTwoVersions, ManyAsksFromManyThreads) {
  const auto patient_with_slow_machines = [](bool packs) {
    return [packs](link_options& o) {
      o.limits.silence_ms_max = 20s;
      o.packs = packs;
    };
  };
  const auto a = node("a", patient_with_slow_machines(GetParam().first));
  const auto b = node("b", patient_with_slow_machines(GetParam().second));
  introduce({a.get(), b.get()});
  ASSERT_TRUE(a->comes_up("b"));
  ASSERT_TRUE(b->comes_up("a"));
  std::atomic<int> right{0};
  const auto ask_all = [&](int number) {
    const auto& from = number % 2 == 0 ? *a : *b;
    const std::string to = number % 2 == 0 ? "b" : "a";
    for (int round = 0; round < 50; ++round) {
      const auto words = std::to_string(number) + "." + std::to_string(round);
      auto heard = from.ask_many(20, to, words, 60s);
      for (auto& h : heard)
        if (const auto got = h.get(); got && *got == words) ++right;
    }
  };
  std::vector<std::thread> threads(4);
  for (std::size_t i = 0; i < threads.size(); ++i) threads[i] = std::thread(ask_all, static_cast<int>(i));
  for (auto& t : threads) t.join();
  EXPECT_EQ(right, 4'000);
}

TEST_F(Links, EveryActorSystemIsANodeOfItsOwn) {
  const auto a = node("a");
  const auto b = node("b");
  const auto hash = [](const caf::node_id& id) { return caf::to_string(id); };
  EXPECT_NE(hash(a->system().node()), hash(b->system().node())) << "same process, same hardware";
}

TEST_F(Links, WrongSettingsAreNamed) {
  const auto a = node("a");
  for (const std::string where :
       {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "localhost:80", "::1:80", "[127.0.0.1]:80", "127.0.0.1:80x"})
    EXPECT_FALSE(a->link().set_peers({{"b", where}})) << where;
  EXPECT_FALSE(a->link().set_peers({{"B", "127.0.0.1:80"}}));
  EXPECT_TRUE(a->link().set_peers({{"b", "[::1]:9"}}));
  EXPECT_THROW(node("Wrong"), std::exception);
  EXPECT_THROW(node("c", [](link_options& o) { o.address = "localhost"; }), std::runtime_error);
  EXPECT_THROW(node("c", [&](link_options& o) { o.port = a->link().port(); }), std::runtime_error);
}

}  // namespace
}  // namespace holdfast::actors::link::test
