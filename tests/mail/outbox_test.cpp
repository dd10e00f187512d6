// The worker over the journals' own outboxes: what a booking's transaction wrote is sent, once, also by the next process.
#include <gtest/gtest.h>

#include "gateway/mail/files_transport.hpp"
#include "persistence/storage.hpp"
#include "tests/mail/delivery.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::mail {
namespace {

using namespace test;

class Outbox : public testing::TestWithParam<std::string> {
protected:
  Outbox() {
    const auto kind = GetParam();
    url_ = kind == "sqlite" ? "sqlite:" + (scratch_.path() / "journal.db").string() : kind + ":";
    open();
    EXPECT_TRUE((*storage_->leases())->take_all("here"));
  }

  void open() {
    auto opened = persistence::open_storage(url_);
    ASSERT_TRUE(opened) << opened.error().detail;
    storage_ = std::move(*opened);
    ASSERT_TRUE(storage_->migrate());
  }

  // One journal row of the block with its mails.
  void book(std::int64_t seq, const std::vector<std::string>& addresses) {
    persistence::append_request row;
    row.entity = block_entity("harbour", "tempest.floor");
    row.at = sequence{seq};
    row.owner = epoch{1};
    row.payload = v1::Entry().SerializeAsString();
    row.at_ms = now_ms;
    for (const auto& address : addresses) row.outbox.push_back({"mail", mail_to(address).SerializeAsString()});
    const auto journal = storage_->journal();
    ASSERT_TRUE(journal);
    const auto done = (*journal)->append(std::span(&row, 1));
    ASSERT_EQ(done.at(0), persistence::append_status::durable);
  }

  round_report run(unix_ms now) {
    const auto store = storage_->outbox();
    files_transport way{folder_};
    prometheus::Registry registry;
    outbox_worker worker(**store, way, context_, secret(), source_, registry, site());
    return worker.run_once(now);
  }

  temporary_folder scratch_;
  std::string url_;
  std::shared_ptr<persistence::storage> storage_;
  mail_folder folder_{scratch_.path() / "mail"};
  fixed_context context_;
  counting_entropy source_;
};

TEST_P(Outbox, EveryMailOfABookingIsSentOnce) {
  book(1, {"one@example.org", "two@example.org"});
  book(2, {"three@example.org"});
  EXPECT_EQ(run(now_ms).sent, 3U);
  EXPECT_EQ(run(now_ms).sent, 0U) << "by another worker of the same outbox";
  EXPECT_EQ(folder_.names().size(), 3U);
  const auto figures = (*storage_->outbox())->count();
  EXPECT_EQ(figures->waiting, 0);
  EXPECT_EQ(figures->abandoned, 0);
}

TEST_P(Outbox, WhatWaitsIsCountedAndComesBack) {
  book(1, {"one@example.org"});
  context_.fails = fail(failure_code::unavailable, "not now");
  EXPECT_EQ(run(now_ms).retried, 1U);
  context_.fails.reset();
  EXPECT_EQ(run(now_ms + 1'000).sent, 0U) << "not due yet";
  EXPECT_EQ(run(now_ms + 60'000).sent, 1U);
}

TEST_P(Outbox, WhatIsGivenUpIsKeptForPeopleToSee) {
  book(1, {"not an address"});
  EXPECT_EQ(run(now_ms).abandoned, 1U);
  EXPECT_EQ(run(now_ms + 86'400'000).abandoned, 0U);
  EXPECT_EQ((*storage_->outbox())->count()->abandoned, 1);
}

INSTANTIATE_TEST_SUITE_P(Over, Outbox, testing::Values("memory", "sqlite"), [](const auto& of) { return of.param; });

using OutboxOnDisk = Outbox;

TEST_P(OutboxOnDisk, SurvivesTheProcess) {
  book(1, {"one@example.org"});
  book(2, {"two@example.org"});
  EXPECT_EQ(run(now_ms).sent, 2U);
  book(3, {"three@example.org"});
  storage_.reset();
  open();
  EXPECT_EQ(run(now_ms).sent, 1U);
  EXPECT_EQ(folder_.names().size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Over, OutboxOnDisk, testing::Values("sqlite"), [](const auto& of) { return of.param; });

}  // namespace
}  // namespace holdfast::mail
