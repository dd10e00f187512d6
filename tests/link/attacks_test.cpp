// What strangers and bad relations do to a reachable port: refused, logged, no CPU burnt, and the node goes on serving its peers.
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/resource.h>

#include <array>
#include <random>
#include <thread>
#include <vector>

#include "tests/link/raw_peer.hpp"
#include "tests/link/stage.hpp"

namespace holdfast::actors::link::test {
namespace {

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::string frame(unsigned op, std::uint32_t announced, std::size_t payload) {
  std::string out(32 + payload, '\0');
  out[0] = static_cast<char>(op);
  for (unsigned i = 0; i < 4; ++i) out[4 + i] = static_cast<char>(announced >> (24U - 8U * i));
  return out;
}

/// "a" and "b" are linked; "m" is a name that "b" expects, played by the attacker.
class LinkAttacks : public ::testing::Test {
protected:
  void SetUp() override {
    for (auto* node : {&a, &b}) ASSERT_TRUE(node->link().set_peers({a.address(), b.address(), {"m", "127.0.0.1:9"}}));
    ASSERT_TRUE(a.comes_up("b"));
    for (std::size_t i = 0; i < refusal_kinds; ++i) at_start[i] = b.link().figures().refused[i];  // a may have dialled before b knew it
  }
  /// Whatever was done to it: b serves a, over the link that was there before.
  void TearDown() override {
    EXPECT_TRUE(b.comes_up("a")) << log.text();
    const auto got = a.ask("b", "still there?");
    ASSERT_TRUE(got) << got.error();
    EXPECT_EQ(*got, "still there?");
    EXPECT_EQ(a.changes(), std::vector<std::string>{"+b"}) << "the link between the others was never interrupted";
    EXPECT_TRUE(eventually([&] { return b.link().figures().half_open == 0; }));
  }

  std::uint64_t refusals(refusal kind) { return b.link().figures().refusals(kind) - at_start[static_cast<std::size_t>(kind)]; }
  void expect_refused(refusal kind, std::uint64_t before = 0) {
    EXPECT_TRUE(eventually([&] { return refusals(kind) == before + 1; })) << refusal_names[static_cast<std::size_t>(kind)] << "\n"
                                                                          << log.text();
    EXPECT_TRUE(eventually([&] { return log.lines_with(std::string(refusal_names[static_cast<std::size_t>(kind)])) > before; }))
        << log.text();
  }
  std::uint16_t port() { return b.link().port(); }
  std::vector<std::unique_ptr<raw_peer>> connect(std::size_t times) {
    std::vector<std::unique_ptr<raw_peer>> out(times);
    for (auto& peer : out) peer = std::make_unique<raw_peer>(port());
    return out;
  }

  std::array<std::uint64_t, refusal_kinds> at_start{};
  log_catcher log;
  test_authority authority;
  stage_node a{authority, "a"};
  stage_node b{authority, "b"};
  credential_files m = authority.certify("m");
};

TEST_F(LinkAttacks, GarbageAndHttp) {
  std::uint64_t before = 0;
  for (const std::string& words : {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string(512, '\xA7'), std::string(64, '\0'),
                                   frame(0, 0, 0), frame(1, 0, 0), frame(2, 0xFFFFFFFFU, 0)}) {
    const raw_peer attacker(port());
    attacker.send(words);
    EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s));
    expect_refused(refusal::tls, before++);
  }
}

TEST_F(LinkAttacks, SilentConnectionsByTheHundred) {
  const auto cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const auto silent = connect(300);
  EXPECT_TRUE(eventually([&] { return b.link().figures().accepted >= 300; }));
  EXPECT_LE(b.link().figures().half_open, static_cast<std::int64_t>(short_limits().half_open_max));
  for (const auto& s : silent) EXPECT_TRUE(s->closed_within(HOLDFAST_SLOWNESS * 2s));
  EXPECT_TRUE(eventually([&] { return refusals(refusal::too_many_half_open) + refusals(refusal::deadline) >= 300; }));
  EXPECT_GE(refusals(refusal::deadline), 1U);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(cpu_seconds() - cpu, 0.5 * time.count() + 0.2) << "in " << time.count() << " s";
}

TEST_F(LinkAttacks, HalfAHandshakeByTheHundred) {
  static constexpr char client_hello_begins[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01};
  const auto slow = connect(200);
  for (const auto& s : slow) s->send({client_hello_begins, sizeof client_hello_begins});
  for (const auto& s : slow) EXPECT_TRUE(s->closed_within(HOLDFAST_SLOWNESS * 2s));
}

TEST_F(LinkAttacks, ARealNodeGetsThroughACrowdOfSilentOnes) {
  const auto silent = connect(200);
  raw_peer real(port());
  ASSERT_TRUE(real.shake_hands(m));
  EXPECT_EQ(real.greet("m", "b"), "");
}

TEST_F(LinkAttacks, NoCpuWhileSilentOnesWait) {
  const auto silent = connect(16);
  EXPECT_TRUE(eventually([&] { return b.link().figures().half_open == 16; }));
  const auto cpu = cpu_seconds();
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(cpu_seconds() - cpu, 0.1) << "two idle nodes and 16 silent connections, 0.3 s";
}

TEST_F(LinkAttacks, NoCertificate) {
  raw_peer attacker(port());
  attacker.shake_hands({});
  EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s));
  expect_refused(refusal::tls);
}

TEST_F(LinkAttacks, AForeignAuthority) {
  const test_authority foreign;
  raw_peer attacker(port());
  attacker.shake_hands(foreign.certify("m"));
  EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s));
  expect_refused(refusal::tls);
  EXPECT_EQ(log.lines_with("its certificate: "), 1U) << log.text();
}

TEST_F(LinkAttacks, AnExpiredCertificate) {
  raw_peer attacker(port());
  attacker.shake_hands(authority.certify("m", -1, "m-expired"));
  EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s));
  expect_refused(refusal::tls);
  EXPECT_EQ(log.lines_with("certificate has expired"), 1U) << log.text();
}

TEST_F(LinkAttacks, AnOlderTls) {
  raw_peer attacker(port());
  EXPECT_FALSE(attacker.shake_hands(m, TLS1_2_VERSION));
  expect_refused(refusal::tls);
}

TEST_F(LinkAttacks, TheRightAuthorityButAnotherName) {
  raw_peer attacker(port());
  ASSERT_TRUE(attacker.shake_hands(authority.certify("x")));
  EXPECT_EQ(attacker.greet("m", "b"), "it calls itself m, which its certificate does not say");
  EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s));
  expect_refused(refusal::wrong_name);
}

TEST_F(LinkAttacks, ANodeThatIsNotOneHere) {
  const auto x = authority.certify("x");
  const auto said = [&](const credential_files& files, const std::string& from, const std::string& to, const std::string& cluster,
                        std::uint32_t protocol) {
    raw_peer attacker(port());
    EXPECT_TRUE(attacker.shake_hands(files));
    return attacker.greet(from, to, cluster, protocol);
  };
  EXPECT_EQ(said(x, "x", "b", "holdfast", 1), "x is not known here as a node of the cluster");
  EXPECT_EQ(said(m, "m", "a", "holdfast", 1), "m wants another node");
  EXPECT_EQ(said(m, "m", "b", "elsewhere", 1), "m belongs to another cluster");
  EXPECT_EQ(said(m, "m", "b", "holdfast", 2), "m speaks link protocol 2");
  EXPECT_EQ(said(authority.certify("b", 24, "b-again"), "b", "b", "holdfast", 1), "it calls itself by this node's own name");
  EXPECT_TRUE(eventually([&] { return refusals(refusal::greeting) == 5; }));
}

TEST_F(LinkAttacks, AGreetingThatIsNone) {
  std::uint64_t before = 0;
  for (const std::string& words :
       {std::string("\xFF\xFF", 2), std::string("\0\0", 2), std::string("\0\x04\xFF\xFF\xFF\xFF", 6), std::string("\x04\x00 half", 7)}) {
    raw_peer attacker(port());
    ASSERT_TRUE(attacker.shake_hands(m));
    attacker.send_inside(words);
    EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s));
    ++before;
    EXPECT_TRUE(eventually([&] { return refusals(refusal::greeting) + refusals(refusal::deadline) == before; })) << log.text();
  }
}

TEST_F(LinkAttacks, BadFramesFromACertifiedPeer) {
  const auto payload = std::string(40, 'x');
  const std::vector<std::pair<std::string, std::string>> attacks{
      {frame(1, 0, 0), "operation 1 with 0 bytes"},          // CAF 0.17.6 dies of it
      {frame(0, 0, 0), "operation 0 before the handshake"},  // and of this
      {frame(2, 0xFFFFFFFFU, 0), "operation 2 before the handshake"},
      {frame(2, 40, 40), "operation 2 before the handshake"},  // CAF 0.17.6 delivers it
      {frame(6, 0, 0), "operation 6 before the handshake"},
      {frame(9, 4, 4), "unknown operation 9"},
      {frame(3, 40, 40), "unknown operation 3"},
      {frame(1, 0xFFFFFFFFU, 0), "a frame of 4294967295 bytes"},
  };
  std::uint64_t before = 0;
  for (const auto& [bytes, said] : attacks) {
    raw_peer attacker(port());
    ASSERT_TRUE(attacker.shake_hands(m));
    ASSERT_EQ(attacker.greet("m", "b"), "");
    attacker.send_inside(bytes);
    EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s)) << said;
    expect_refused(refusal::broken_frame, before++);
    const auto line = "m sent " + said;
    EXPECT_TRUE(eventually([&] { return log.lines_with(line) >= 1; })) << log.text();
  }
}

TEST_F(LinkAttacks, AFrameThatCafCannotReadEndsOnlyThatLink) {
  for (int i = 0; i < 8; ++i) {
    raw_peer attacker(port());
    ASSERT_TRUE(attacker.shake_hands(m));
    ASSERT_EQ(attacker.greet("m", "b"), "");
    auto handshake = frame(1, 24, 24);
    for (std::size_t at = 32; at < handshake.size(); ++at) handshake[at] = static_cast<char>(37U * at + 11U * static_cast<unsigned>(i));
    attacker.send_inside(handshake);
    EXPECT_TRUE(attacker.closed_within(3s));
  }
}

/// As CAF 0.17.6 writes it: the id of a node, which is a kind, a process id and 20 bytes of its own.
std::string client_handshake(unsigned node) {
  auto out = frame(1, 32, 32);
  for (std::size_t at = 34; at < 63; ++at) out[at] = static_cast<char>(7U * at + node);
  static constexpr std::array<unsigned char, 12> fixed{0x00, 0x00, 0x3e, 0x9a, 0xab, 0x9b, 0xac, 0x79, 0x00, 0x00, 0x5a, 0xa8};
  for (std::size_t i = 0; i < fixed.size(); ++i) out[32 + i] = static_cast<char>(fixed[i]);
  return out;
}

TEST_F(LinkAttacks, NonsenseInWellFormedFramesEndsAtMostThatLink) {
  std::minstd_rand dice(20'261'120);
  for (unsigned i = 0; i < 200; ++i) {
    raw_peer attacker(port());
    ASSERT_TRUE(attacker.shake_hands(m));
    ASSERT_EQ(attacker.greet("m", "b"), "");
    std::string all = client_handshake(i);
    for (int frames = 0; frames < 8; ++frames) {
      static constexpr std::array<unsigned, 3> operations{2, 4, 5};
      const std::size_t size = 1 + dice() % 200;
      auto one = frame(operations[dice() % 3], static_cast<std::uint32_t>(size), size);
      one[3] = static_cast<char>(dice() % 4);
      for (std::size_t at = 8; at < one.size(); ++at) one[at] = static_cast<char>(dice() % 3 == 0 ? dice() : dice() % 8);
      all += one;
    }
    attacker.send_inside(all);
  }
}

TEST_F(LinkAttacks, ACertifiedPeerThatGoesSilentIsLetGo) {
  raw_peer attacker(port());
  ASSERT_TRUE(attacker.shake_hands(m));
  ASSERT_EQ(attacker.greet("m", "b"), "");
  EXPECT_TRUE(attacker.closed_within(3s));
  EXPECT_EQ(b.changes(), std::vector<std::string>{"+a"}) << "it never was a peer";
}

TEST_F(LinkAttacks, TheNameIsCheckedByTheOneWhoDialsToo) {
  stage_node impostor(authority, "x");
  ASSERT_TRUE(impostor.link().set_peers({a.address()}));
  ASSERT_TRUE(a.link().set_peers({b.address(), {"m", impostor.address().where}}));
  EXPECT_TRUE(eventually([&] { return a.trouble("m") == "its certificate does not name m"; })) << a.trouble("m");
}

TEST(LinkLog, ACrowdFillsNoDisk) {
  const log_catcher log;
  const test_authority authority;
  const stage_node b(authority, "b", [](link_options& o) { o.limits.refusal_lines_per_s_max = 5; });
  for (int i = 0; i < 60; ++i) {
    const raw_peer attacker(b.link().port());
    attacker.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(attacker.closed_within(HOLDFAST_SLOWNESS * 2s));
  }
  EXPECT_TRUE(eventually([&] { return b.link().figures().refusals(refusal::tls) == 60; }));
  EXPECT_LE(log.lines_with("refused 127.0.0.1"), 15U);
}

}  // namespace
}  // namespace holdfast::actors::link::test
