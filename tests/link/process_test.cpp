// Nodes in processes of their own, killed and stopped by signals; from both sides of a link, because only one of them dials.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/link/child_node.hpp"
#include "tests/link/stage.hpp"

namespace holdfast::actors::link::test {
namespace {

/// "a" dials the child, "z" is dialled by it.
class LinkProcesses : public ::testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    ASSERT_TRUE(here.link().set_peers({child.address()}));
    ASSERT_TRUE(here.comes_up("m")) << log.text();
    EXPECT_EQ(*here.ask("m", "hello"), "hello");
  }

  log_catcher log;
  test_authority authority;
  stage_node here{authority, GetParam()};
  child_node child{authority, "m", here.address()};
};
INSTANTIATE_TEST_SUITE_P(Sides, LinkProcesses, ::testing::Values("a", "z"),
                         [](const auto& of) { return of.param == "a" ? "Dialling" : "Dialled"; });

TEST_P(LinkProcesses, AKilledPeerFailsWhatIsOutstandingAtOnce) {
  child.pause();  // so that nothing is answered
  auto heard = here.ask_many(100, "m", "q", 60s);
  const auto begin = std::chrono::steady_clock::now();
  child.kill();
  for (auto& h : heard) EXPECT_EQ(h.get().error(), link_error::peer_lost);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, HOLDFAST_SLOWNESS * 5s);
  const std::vector<std::string> all{"+m", "-m", "xm"};
  EXPECT_TRUE(eventually([&] { return here.changes() == all; })) << log.text();
}

TEST_P(LinkProcesses, AStoppedPeerIsLostWithinTheSilenceLimitAndComesBack) {
  auto before = here.ask_later("m", "q", 60s);
  EXPECT_TRUE(before.get());
  child.pause();
  const auto begin = std::chrono::steady_clock::now();
  auto heard = here.ask_later("m", "q", 60s);
  EXPECT_EQ(heard.get().error(), link_error::peer_lost) << log.text();
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(took, 300ms) << "a pause is not a death";
  EXPECT_LT(took, HOLDFAST_SLOWNESS * 5s);
  EXPECT_TRUE(here.goes_down("m"));
  std::this_thread::sleep_for(200ms);  // time to be taken for gone
  child.go_on();
  EXPECT_TRUE(here.comes_up("m", HOLDFAST_SLOWNESS * 12s)) << log.text();
  const std::vector<std::string> all{"+m", "-m", "+m"};
  EXPECT_TRUE(eventually([&] { return here.changes() == all; })) << "who is only stopped is not gone\n" << log.text();
  const auto again = here.ask("m", "again");
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(*again, "again");
}

TEST_P(LinkProcesses, AStoppedPeerWithEveryBufferFullIsLostToo) {
  child.pause();
  const auto begin = std::chrono::steady_clock::now();
  auto heard = here.ask_many(24, "m", std::string(std::size_t{1} << 20U, 'q'), 60s);
  for (auto& h : heard) EXPECT_EQ(h.get().error(), link_error::peer_lost);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, HOLDFAST_SLOWNESS * 5s);
  EXPECT_TRUE(here.goes_down("m"));
  child.go_on();
  EXPECT_TRUE(here.comes_up("m", HOLDFAST_SLOWNESS * 12s)) << log.text();
  EXPECT_TRUE(eventually([&] { return here.ask("m", "again").has_value(); }, HOLDFAST_SLOWNESS * 12s)) << log.text();
}

TEST_P(LinkProcesses, AShortPauseBreaksNothing) {
  child.pause();
  auto heard = here.ask_later("m", "q", 60s);
  std::this_thread::sleep_for(150ms);
  child.go_on();
  EXPECT_EQ(*heard.get(), "q");
  EXPECT_EQ(here.changes(), std::vector<std::string>{"+m"});
}

TEST_P(LinkProcesses, APeerThatLeavesInOrderExitsWithZero) {
  EXPECT_EQ(child.stop(), 0);
  EXPECT_TRUE(here.goes_down("m"));
}

TEST(LinkProcess, ANodeThatWasKilledIsFoundAgain) {
  const test_authority authority;
  const stage_node here(authority, "a");
  std::uint16_t port = 0;
  for (int life = 0; life < 3; ++life) {
    child_node child(authority, "m", here.address(), port);
    port = static_cast<std::uint16_t>(std::stoi(child.address().where.substr(child.address().where.rfind(':') + 1)));
    ASSERT_TRUE(here.link().set_peers({child.address()}));
    ASSERT_TRUE(here.comes_up("m"));
    EXPECT_EQ(*here.ask("m", "q"), "q");
    child.kill();
    ASSERT_TRUE(here.goes_down("m"));
  }
}

}  // namespace
}  // namespace holdfast::actors::link::test
