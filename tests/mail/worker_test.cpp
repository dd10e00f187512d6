// The worker against a transport that answers what the test says: rules that need no network.
#include "gateway/mail/worker.hpp"

#include <gtest/gtest.h>

#include "tests/mail/delivery.hpp"

namespace holdfast::mail {
namespace {

using namespace test;

class scripted final : public transport {
public:
  verdict says = verdict::accepted;
  std::vector<outgoing> sent;
  std::function<void()> meanwhile = [] {};
  void send(std::span<const outgoing> mails, const on_answer& done) override {
    meanwhile();
    for (std::size_t i = 0; i < mails.size(); ++i) {
      sent.push_back(mails[i]);
      done(i, {says, 0, "as the test says"});
    }
  }
  void interrupt() noexcept override {}
};

struct Worker : testing::Test {
  scripted* way = new scripted;  // owned by `over`
  delivery over{std::unique_ptr<transport>(way)};
};

TEST_F(Worker, RecordsADeliveryLaterRatherThanSendTwice) {
  over.add(1, "guest@example.org");
  over.outbox.deliveries_fail = true;
  EXPECT_TRUE(over.worker.run_once(now_ms).store_failed);
  EXPECT_TRUE(over.worker.run_once(now_ms + 1'000).store_failed);
  EXPECT_EQ(way->sent.size(), 1U);
  over.outbox.deliveries_fail = false;
  EXPECT_EQ(over.worker.run_once(now_ms + 2'000).sent, 0U);
  EXPECT_TRUE(over.outbox.at(1).delivered);
  EXPECT_EQ(way->sent.size(), 1U);
}

TEST_F(Worker, ABrokenStoreIsNoCatastrophe) {
  over.add(1, "guest@example.org");
  over.outbox.everything_fails = true;
  EXPECT_TRUE(over.worker.run_once(now_ms).store_failed);
  EXPECT_TRUE(way->sent.empty());
  over.outbox.everything_fails = false;
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
}

TEST_F(Worker, GivesUpAfterTheLastAttemptInAboutTwoDays) {
  over.add(1, "guest@example.org");
  way->says = verdict::try_again;
  auto now = now_ms;
  auto rounds = 0;
  while (!over.outbox.at(1).abandoned) {
    ASSERT_LT(++rounds, 100);
    over.worker.run_once(now);
    if (!over.outbox.at(1).abandoned) now = over.outbox.at(1).next_attempt;
  }
  EXPECT_EQ(way->sent.size(), worker_limits{}.attempts_max);
  EXPECT_GT(now - now_ms, 36 * 3'600'000LL);
  EXPECT_LT(now - now_ms, 60 * 3'600'000LL);
  EXPECT_NE(over.metrics().find("holdfast_mail_abandoned_total{reason=\"attempts\"} 1"), std::string::npos);
}

TEST_F(Worker, WaitsWhileTenantOrEventDoNotAnswer) {
  over.add(1, "guest@example.org");
  over.context.fails = fail(failure_code::unavailable, "not now");
  EXPECT_EQ(over.worker.run_once(now_ms).retried, 1U);
  EXPECT_TRUE(way->sent.empty());
  over.context.fails.reset();
  EXPECT_EQ(over.worker.run_once(over.outbox.at(1).next_attempt).sent, 1U);
}

TEST_F(Worker, GivesUpWhatCanNeverBeSent) {
  over.add(1, "nobody\r\n@example.org");
  auto garbage = row(2, mail_to("guest@example.org"));
  garbage.payload = "\xFF\xFF\xFF";
  over.outbox.add(garbage);
  over.outbox.add(row(3, request("newsletter", confirmed())));
  auto lapsed = reservation();
  lapsed.set_expires_at_ms(now_ms);
  over.outbox.add(row(4, request("confirm_email", lapsed)));
  over.add(5, "guest@example.org");
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.abandoned, 4U);
  EXPECT_EQ(report.sent, 1U) << "the row behind them";
  EXPECT_EQ(way->sent.size(), 1U);
}

TEST_F(Worker, GivesUpWhenTheEventIsGone) {
  over.add(1, "guest@example.org");
  over.context.fails = fail(failure_code::not_found, "gone");
  EXPECT_EQ(over.worker.run_once(now_ms).abandoned, 1U);
}

TEST_F(Worker, LeavesTheRowsOfOthersAlone) {
  auto hook = row(1, mail_to("guest@example.org"));
  hook.kind = "webhook";
  over.outbox.add(hook);
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.sent + report.retried + report.abandoned, 0U);
  EXPECT_EQ(over.outbox.undone(), 1U);
}

TEST_F(Worker, HoldsBackWhatIsUnderWayWhenItsShardGoesToAnotherNode) {
  over.add(1, "guest@example.org");
  const auto shard = shard_of(over.outbox.at(1).row.entity.value);
  std::vector<std::int64_t> seen_there;
  way->meanwhile = [&] {
    over.worker.hand_over({static_cast<std::uint16_t>(shard.value ^ 1U)}, over.outbox, now_ms);
    EXPECT_EQ(over.outbox.at(1).next_attempt, 0) << "another shard's";
    over.worker.hand_over(shard, over.outbox, now_ms);
    for (const auto& row : *over.outbox.pending(now_ms + 60'000, 10, all_shards)) seen_there.push_back(row.id);
  };
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  EXPECT_TRUE(seen_there.empty()) << "the new owner would have sent it again";
  EXPECT_TRUE(over.outbox.at(1).delivered);
  over.add(2, "guest@example.org");
  over.worker.hand_over(shard, over.outbox, now_ms);
  EXPECT_EQ(over.outbox.at(2).next_attempt, 0) << "nothing is under way: the new owner may send it at once";
}

TEST_F(Worker, TakesABoundedNumberPerRound) {
  for (int i = 1; i <= 70; ++i) over.add(i, "guest@example.org");
  auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.sent, 32U);
  EXPECT_TRUE(report.more);
  report = over.worker.run_once(now_ms);
  EXPECT_TRUE(report.more);
  report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.sent, 6U);
  EXPECT_FALSE(report.more);
}

TEST_F(Worker, CountsWhatItDoes) {
  way->says = verdict::try_again;
  over.add(1, "guest@example.org");
  over.worker.run_once(now_ms + 60'000);
  const auto text = over.metrics();
  EXPECT_NE(text.find("holdfast_mail_attempts_total{outcome=\"retried\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("holdfast_mail_waiting 1"), std::string::npos) << text;
  EXPECT_NE(text.find("holdfast_mail_oldest_age_seconds 61"), std::string::npos) << text;
  way->says = verdict::accepted;
  over.worker.run_once(over.outbox.at(1).next_attempt);
  EXPECT_NE(over.metrics().find("holdfast_mail_oldest_age_seconds 0"), std::string::npos);
}

TEST(RetryDelay, DoublesUpToABoundAndIsSpread) {
  counting_entropy source;
  const worker_limits limits;
  std::set<unix_ms> seen;
  for (int i = 0; i < 200; ++i) {
    const auto first = retry_delay(0, limits, source);
    EXPECT_GE(first, 22'500);
    EXPECT_LE(first, 37'500);
    seen.insert(first);
    const auto third = retry_delay(2, limits, source);
    EXPECT_GE(third, 90'000);
    EXPECT_LE(third, 150'000);
    EXPECT_LE(retry_delay(4'000'000'000U, limits, source), limits.retry_delay_ms_max * 5 / 4);
  }
  EXPECT_GT(seen.size(), 100U);
}

}  // namespace
}  // namespace holdfast::mail
