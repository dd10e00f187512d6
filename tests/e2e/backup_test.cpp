// A node is backed up while it sells, is lost, and serves again from the backup: what was booked before is there, with its links; what
// came later is not; nothing is sold twice.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <fstream>
#include <thread>

#include "config/files/private_file.hpp"
#include "tests/e2e/demo_node.hpp"
#include "tests/e2e/guest.hpp"

namespace holdfast::e2e {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct kept {
  std::string booking, access, key;
};

/// Books and cancels until told to stop, so that the house is never full.
class busy_guests {
public:
  explicit busy_guests(const std::string& url) {
    for (int i = 0; i < 3; ++i) threads_.emplace_back([this, url, i] { run(url, i); });
  }
  ~busy_guests() {
    ending_ = true;
    for (auto& t : threads_) t.join();
  }
  int booked() const { return booked_; }
  int wrong() const { return wrong_; }

private:
  void run(const std::string& url, int n) {
    guest g(url, "festival");
    for (int i = 0; !ending_; ++i) {
      const auto made = g.post("/bookings", one_spot("busy" + std::to_string(n) + "@example.org"));
      if (made.status != 201) {
        ++wrong_;
        continue;
      }
      ++booked_;
      if (g.post("/bookings/" + text_at(made.body, "bookingId") + "/cancel", json::object{}, text_at(made.body, "accessToken")).status !=
          200)
        ++wrong_;
    }
  }

  std::atomic<bool> ending_{false};
  std::atomic<int> booked_{0}, wrong_{0};
  std::vector<std::thread> threads_;
};

class Backup : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(node_.start()) << node_.log();
    const auto applied = apply_tenants(node_.data());
    ASSERT_EQ(applied.exit, 0) << applied.err << applied.out;
  }

  kept book(const std::string& email) {
    guest g(node_.url(), "festival");
    const auto key = "key-of-" + email;
    const auto made = g.post("/bookings", one_spot(email), {}, key);
    EXPECT_EQ(made.status, 201) << made.text;
    return {text_at(made.body, "bookingId"), text_at(made.body, "accessToken"), key};
  }
  static int status_of(const node_process& node, const kept& booking) {
    return guest(node.url(), "festival").get("/bookings/" + booking.booking, booking.access).status;
  }
  finished back_up(const fs::path& target, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"backup", target.string(), "--data", node_.data().string(), "--json"});
    return run_program("holdfast", more);
  }
  finished restore(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"restore", target_.string(), "--data", elsewhere_.string(), "--json"});
    return run_program("holdfast", more);
  }
  finished audit(const fs::path& data) const { return run_program("holdfast", {"audit", "--data", data.string(), "--json"}); }

  temporary_folder folder_;
  node_process node_{folder_.path() / "data"};
  const fs::path target_ = folder_.path() / "one.backup";
  const fs::path elsewhere_ = folder_.path() / "restored";
};

TEST_F(Backup, ANodeUnderLoadIsBackedUpLostAndServesAgain) {
  std::vector<kept> before, after;
  for (int i = 0; i < 5; ++i) before.push_back(book("before" + std::to_string(i) + "@example.org"));
  int sold_meanwhile = 0;
  {
    busy_guests guests(node_.url());
    while (guests.booked() < 20) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto count = guests.booked();
    const auto made = back_up(target_);
    sold_meanwhile = guests.booked() - count;
    ASSERT_EQ(made.exit, 0) << made.err;
    const auto line = json::parse(made.out);
    EXPECT_GT(number_at(line, "rows"), 25);
    EXPECT_TRUE(at(line, "keys").as_bool());
    EXPECT_EQ(guests.wrong(), 0) << "guests noticed that a backup was taken";
  }
  EXPECT_GT(sold_meanwhile, 0);
  after.push_back(book("after@example.org"));
  node_.kill();

  const auto restored = restore();
  ASSERT_EQ(restored.exit, 0) << restored.err;
  const auto clean = audit(elsewhere_);
  EXPECT_EQ(clean.exit, 0) << clean.out << clean.err;

  node_process again(elsewhere_);
  ASSERT_TRUE(again.start()) << again.log();
  for (const auto& b : before) EXPECT_EQ(status_of(again, b), 200) << b.booking << ": the link that its guest has must open it";
  for (const auto& b : after) EXPECT_EQ(status_of(again, b), 404) << b.booking;
  guest g(again.url(), "festival");
  const auto repeated = g.post("/bookings", one_spot("before0@example.org"), {}, before[0].key);
  EXPECT_EQ(repeated.status, 201) << repeated.text;
  EXPECT_EQ(text_at(repeated.body, "bookingId"), before[0].booking);
  EXPECT_EQ(g.post("/bookings", one_spot("new@example.org")).status, 201);
  EXPECT_EQ(again.stop(), 0);
  const auto still_clean = audit(elsewhere_);
  EXPECT_EQ(still_clean.exit, 0) << still_clean.out;
}

TEST_F(Backup, InAFolderItIsNamedAfterTheTime) {
  const auto shelf = folder_.path() / "shelf";
  fs::create_directory(shelf);
  const auto made = back_up(shelf);
  ASSERT_EQ(made.exit, 0) << made.err;
  const auto file = text_at(json::parse(made.out), "backup");
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(file.find((shelf / "holdfast-20").string()), 0U) << file;
  EXPECT_EQ(run_program("holdfast", {"restore", file, "--check", "--json"}).exit, 0);
}

TEST_F(Backup, NothingIsOverwritten) {
  ASSERT_EQ(back_up(target_).exit, 0);
  const auto again = back_up(target_);
  EXPECT_EQ(again.exit, 1);
  EXPECT_NE(again.err.find("is there already"), std::string::npos) << again.err;

  const auto into_running = run_program("holdfast", {"restore", target_.string(), "--data", node_.data().string()});
  EXPECT_EQ(into_running.exit, 1);
  EXPECT_NE(into_running.err.find("in use by another node"), std::string::npos) << into_running.err;
  node_.stop();
  const auto into_full = run_program("holdfast", {"restore", target_.string(), "--data", node_.data().string()});
  EXPECT_EQ(into_full.exit, 1);
  EXPECT_NE(into_full.err.find("holdfast.db is there already"), std::string::npos) << into_full.err;
  EXPECT_EQ(audit(node_.data()).exit, 0);
}

TEST_F(Backup, KeysOfAnotherNodeAreLeftAlone) {
  ASSERT_EQ(back_up(target_).exit, 0);
  node_process other(elsewhere_);
  ASSERT_TRUE(other.start()) << other.log();
  other.stop();
  const auto keys = config::read_whole(elsewhere_ / "node.keys");
  for (const auto* end : {"", "-wal", "-shm", ".reads"}) fs::remove(elsewhere_ / (std::string("holdfast.db") + end));
  const auto refused = restore();
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find("holds other keys"), std::string::npos) << refused.err;
  EXPECT_FALSE(fs::exists(elsewhere_ / "holdfast.db"));
  EXPECT_EQ(config::read_whole(elsewhere_ / "node.keys"), keys);
}

TEST_F(Backup, WithoutKeysSaysWhatThatMeans) {
  const auto booked = book("before@example.org");
  const auto made = back_up(target_, {"--without-keys"});
  ASSERT_EQ(made.exit, 0) << made.err;
  EXPECT_FALSE(at(json::parse(made.out), "keys").as_bool());

  const auto refused = restore();
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find("every link, ticket and token that was given out is void"), std::string::npos) << refused.err;

  // The key file from elsewhere makes it whole again.
  fs::copy_file(node_.data() / "node.keys", elsewhere_ / "node.keys");
  ASSERT_EQ(restore().exit, 0);
  node_process again(elsewhere_);
  ASSERT_TRUE(again.start()) << again.log();
  EXPECT_EQ(status_of(again, booked), 200);
}

TEST_F(Backup, WrongUseAndWrongFilesAreTold) {
  EXPECT_EQ(run_program("holdfast", {"backup"}).exit, 2);
  EXPECT_EQ(run_program("holdfast", {"restore"}).exit, 2);
  const auto postgresql = run_program("holdfast", {"backup", target_.string(), "--journal", "postgresql:///holdfast"});
  EXPECT_EQ(postgresql.exit, 2);
  EXPECT_NE(postgresql.err.find("PostgreSQL has tools of its own"), std::string::npos) << postgresql.err;
  const auto nowhere = run_program("holdfast", {"backup", target_.string(), "--data", (folder_.path() / "nobody").string()});
  EXPECT_EQ(nowhere.exit, 1);
  EXPECT_NE(nowhere.err.find("there are no keys at"), std::string::npos) << nowhere.err;

  EXPECT_EQ(run_program("holdfast", {"restore", (node_.data() / "holdfast.db").string(), "--data", elsewhere_.string()}).exit, 1);
  ASSERT_EQ(back_up(target_).exit, 0);
  fs::resize_file(target_, fs::file_size(target_) - 4096);
  const auto damaged = restore();
  EXPECT_EQ(damaged.exit, 1);
  EXPECT_FALSE(fs::exists(elsewhere_ / "holdfast.db"));
  EXPECT_FALSE(fs::exists(elsewhere_ / "node.keys"));
  EXPECT_EQ(run_program("holdfast", {"restore", target_.string(), "--check"}).exit, 1);
}

}  // namespace
}  // namespace holdfast::e2e
