// Three real nodes on one PostgreSQL: any of them serves everything, one is killed, one is stopped, one comes back.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/e2e/guest.hpp"
#include "tests/e2e/live_watcher.hpp"
#include "tests/e2e/three_nodes.hpp"

namespace holdfast::e2e {
namespace {

namespace json = boost::json;
using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

json::object wish(int n) { return one_spot("guest" + std::to_string(n) + "@example.org", n % 2 == 0 ? "cabin" : "tent"); }

/// One guest after the other books at one node until told to stop. A guest who hears 503 repeats with the same key, as a page does.
class crowd {
public:
  crowd(const std::string& url, int first) : thread_([this, url, first] { run(url, first); }) {}
  ~crowd() { stop(); }
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::vector<std::string> booked;  // ids; after stop()
  std::vector<std::string> failures;
  int repeated = 0;
  milliseconds longest{0};

private:
  void run(const std::string& url, int n) {
    guest g(url, "festival", {.retry_max = milliseconds(0)});
    for (; !stopping_; ++n) {
      const auto began = steady::now();
      const auto key = "crowd-" + std::to_string(n) + "-key-0000001";
      auto got = g.post("/bookings", wish(n), {}, key);
      while (got.status == 503 && steady::now() - began < seconds(20)) {
        ++repeated;
        std::this_thread::sleep_for(milliseconds(20));
        got = g.post("/bookings", wish(n), {}, key);
      }
      longest = std::max(longest, std::chrono::duration_cast<milliseconds>(steady::now() - began));
      if (got.status == 201)
        booked.push_back(text_at(got.body, "bookingId") + " " + text_at(got.body, "accessToken"));
      else if (got.status != 409)  // sold out is an answer too
        failures.push_back(std::to_string(got.status) + " " + got.text);
    }
  }
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

void expect_all_there(const std::vector<std::string>& booked, const std::string& url) {
  guest g(url, "festival");
  for (const auto& one : booked) {
    const auto space = one.find(' ');
    const auto got = g.get("/bookings/" + one.substr(0, space), one.substr(space + 1));
    EXPECT_EQ(got.status, 200) << one << ": " << got.text;
  }
}

TEST(Cluster, AnyNodeServesEverythingAndGuestsOfOneSeeWhatIsBookedAtAnother) {
  three_nodes nodes;
  nodes.start();
  if (testing::Test::HasFatalFailure()) return;
  nodes.expect_at_rest({1, 2, 3});
  if (testing::Test::HasFatalFailure()) return;
  for (int i = 1; i <= 3; ++i) {
    const auto group = book_group(nodes.at(i));
    EXPECT_TRUE(group.good()) << text_of(group) << nodes[i].log();
    const auto seats = book_performance(nodes.at(i));
    EXPECT_TRUE(seats.good()) << text_of(seats) << nodes[i].log();
    const auto spot = book_spot(nodes.at(i), true);
    EXPECT_TRUE(spot.good()) << text_of(spot) << nodes[i].log();
  }
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(nodes[i].stop(), 0) << nodes[i].log();
  nodes.audit();
}

// Nobody is left who would do it.
TEST(Cluster, TheLastNodeToLeaveCarriesTheListsToTheEndOfTheJournal) {
  three_nodes nodes;
  ASSERT_TRUE(nodes[1].start()) << nodes[1].log();
  const auto applied = apply_tenants(nodes[1].data());
  ASSERT_EQ(applied.exit, 0) << applied.err << applied.out;
  guest g(nodes[1].url(), "festival");
  for (int n = 0; n < 20; ++n) {
    const auto made = g.post("/bookings", wish(n));
    ASSERT_EQ(made.status, 201) << made.text;
  }
  EXPECT_EQ(nodes[1].stop(), 0) << nodes[1].log();
  nodes.audit("0");
}

TEST(Cluster, AKilledNodeIsReplacedAndNothingIsLost) {
  three_nodes nodes;
  nodes.start();
  if (testing::Test::HasFatalFailure()) return;
  crowd guests(nodes[1].url(), 0);
  std::this_thread::sleep_for(seconds(1));
  nodes[3].kill();
  std::this_thread::sleep_for(seconds(4));
  nodes[2].kill();
  std::this_thread::sleep_for(seconds(4));
  EXPECT_EQ(nodes.holds(1), 256);
  ASSERT_TRUE(nodes[3].start()) << nodes[3].log();
  std::this_thread::sleep_for(seconds(3));
  guests.stop();
  EXPECT_TRUE(guests.failures.empty()) << guests.failures.size() << ": " << guests.failures.front();
  EXPECT_GT(guests.booked.size(), 20U);
  nodes.expect_at_rest({1, 3});
  RecordProperty("longest_ms", static_cast<int>(guests.longest.count()));
  expect_all_there(guests.booked, nodes[3].url());
  for (const int i : {1, 3}) EXPECT_EQ(nodes[i].stop(), 0);
  nodes.audit();
}

TEST(Cluster, NodesAreRestartedOneAfterTheOtherAndNobodyNotices) {
  three_nodes nodes;
  nodes.start();
  if (testing::Test::HasFatalFailure()) return;
  crowd guests(nodes[1].url(), 0);
  for (const int i : {2, 3}) {
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_EQ(nodes[i].stop(), 0) << nodes[i].log();
    ASSERT_TRUE(nodes[i].start()) << nodes[i].log();
  }
  std::this_thread::sleep_for(seconds(1));
  guests.stop();
  EXPECT_TRUE(guests.failures.empty()) << guests.failures.size() << ": " << guests.failures.front();
  EXPECT_EQ(guests.repeated, 0) << "a planned move fails no request";
  EXPECT_GT(guests.booked.size(), 20U);
  expect_all_there(guests.booked, nodes[2].url());
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(nodes[i].stop(), 0);
  nodes.audit();
}

/// Guests of one node watch this many blocks, which lie on all three.
constexpr int watched_blocks = 12;

class watchers {
public:
  explicit watchers(const std::string& url) : guest_(url, "doc-nz"), live_(url, "doc-nz") {
    const auto list = guest_.get("/resources/search?limit=100");
    for (const auto& e : at(list.body, "data").as_array()) {
      const auto* blocks = at(e, "blockIds").if_array();
      if (at(e, "open") != true || blocks == nullptr || blocks->empty()) continue;
      blocks_.emplace_back(blocks->front().as_string());
      live_.subscribe("block:" + blocks_.back());
      if (blocks_.size() == watched_blocks) break;
    }
    EXPECT_EQ(blocks_.size(), static_cast<std::size_t>(watched_blocks)) << list.text.substr(0, 300);
    std::set<std::string> shown;
    EXPECT_TRUE(live_.wait_for([&](const auto& m) {
      if (m.contains("state")) shown.insert(text_at(m, "topic"));
      return shown.size() == blocks_.size();
    }));
  }

  /// In every block somebody holds a spot, and whoever watches here sees it go, as a change or in a fresh snapshot.
  void expect_seen(const std::string& booked_at, const std::string& when) {
    guest booker(booked_at, "doc-nz");
    for (const auto& block : blocks_) {
      const auto map = booker.get("/blocks/" + block);
      std::string spot;
      for (const auto& s : at(map.body, "spots").as_array())
        if (text_at(s, "state") == "free") spot = text_at(s, "label");
      if (spot.empty()) continue;
      const auto hold = booker.post("/holds", json::object{{"resourceId", block}, {"spots", json::array{json::object{{"spot", spot}}}}});
      ASSERT_EQ(hold.status, 201) << when << ": " << hold.text;
      const auto seen = live_.wait_for(
          [&](const auto& m) {
            if (text_at(m, "topic") != "block:" + block || !(m.contains("state") || m.contains("changes"))) return false;
            const auto& body = m.contains("state") ? m.at("state") : m.at("changes");
            const auto* spots = at(body, "spots").if_array();
            if (spots == nullptr) return false;
            for (const auto& s : *spots)
              if (text_at(s, "label") == spot && text_at(s, "state") == "held") return true;
            return false;
          },
          seconds(15));
      EXPECT_TRUE(seen) << when << ": spot " << spot << " of " << block << " was held, and the watcher was not told";
    }
  }

private:
  guest guest_;
  live_watcher live_;
  std::vector<std::string> blocks_;
};

TEST(Cluster, ASocketSurvivesEveryMoveOfWhatItWatches) {
  three_nodes nodes;
  nodes.start();
  if (testing::Test::HasFatalFailure()) return;
  watchers at_first(nodes[1].url());
  at_first.expect_seen(nodes[2].url(), "at first");
  nodes[3].kill();
  at_first.expect_seen(nodes[2].url(), "after a node was killed");
  EXPECT_EQ(nodes[2].stop(), 0);
  at_first.expect_seen(nodes[1].url(), "after another one was stopped");
  ASSERT_TRUE(nodes[3].start()) << nodes[3].log();
  std::this_thread::sleep_for(seconds(2));
  at_first.expect_seen(nodes[3].url(), "after a third one came and took its share");
  for (const int i : {1, 3}) EXPECT_EQ(nodes[i].stop(), 0);
}

TEST(Cluster, ANodeWithOtherKeysOrTheNameOfAnotherIsRefusedWithAdvice) {
  three_nodes nodes;
  ASSERT_TRUE(nodes[1].start()) << nodes[1].log();
  std::filesystem::remove(nodes[2].data() / "node.keys");
  EXPECT_FALSE(nodes[2].start());
  EXPECT_NE(nodes[2].log().find("copy its keys file"), std::string::npos) << nodes[2].log();
  EXPECT_EQ(nodes[1].stop(), 0);
}

}  // namespace
}  // namespace holdfast::e2e
