// The thread around the worker, and the whole put together.
#include "gateway/mail/service.hpp"

#include <gtest/gtest.h>

#include <future>

#include "protocols/base/errors.hpp"
#include "tests/mail/delivery.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::mail {
namespace {

using namespace test;
using namespace std::chrono_literals;

class still_clock final : public wall_clock {
public:
  unix_ms now() const override { return now_ms; }
};

// Both entities, answered on the asking thread.
class prompt_region final : public actors::region {
public:
  void ask(std::shared_ptr<const v1::Command> command, actors::reply_handler handler) override {
    v1::Reply reply;
    if (command->has_get_tenant()) *reply.mutable_tenant()->mutable_definition() = theatre();
    if (command->has_get_event()) *reply.mutable_event()->mutable_definition() = performance();
    handler(std::make_shared<const v1::Reply>(std::move(reply)));
  }
};

template <class Condition>
bool eventually(Condition&& holds) {
  return holdfast::test::eventually(holds, 10s);
}

// The service uses the outbox on its own thread; this one guards the twin for the test's eyes.
class guarded_outbox final : public persistence::outbox_store {
public:
  explicit guarded_outbox(outbox_twin& twin, std::mutex& mutex) : twin_(twin), mutex_(mutex) {}
  result<std::vector<persistence::outbox_row>> pending(unix_ms now, std::size_t limit, const shard_set& of) override {
    const std::lock_guard guard(mutex_);
    return twin_.pending(now, limit, of);
  }
  result<void> delivered(std::int64_t id) override {
    const std::lock_guard guard(mutex_);
    return twin_.delivered(id);
  }
  result<void> postpone(std::int64_t id, unix_ms next, const std::string& error) override {
    const std::lock_guard guard(mutex_);
    return twin_.postpone(id, next, error);
  }
  result<void> hold(std::int64_t id, unix_ms until) override { return twin_.hold(id, until); }
  result<void> abandon(std::int64_t id, const std::string& error) override {
    const std::lock_guard guard(mutex_);
    return twin_.abandon(id, error);
  }
  result<figures> count() override {
    const std::lock_guard guard(mutex_);
    return twin_.count();
  }

private:
  outbox_twin& twin_;
  std::mutex& mutex_;
};

class Service : public testing::Test {
protected:
  std::unique_ptr<mail_service> started(decltype(mail_settings::to) to, unix_ms poll_ms = 600'000) {
    auto made = mail_service::start({std::move(to), site(), {}, poll_ms, {}}, std::make_unique<guarded_outbox>(twin_, mutex_), region_,
                                    secret(), clock_, source_, registry_);
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? std::move(*made) : nullptr;
  }
  void add(std::int64_t id, const std::string& address) {
    const std::lock_guard guard(mutex_);
    twin_.add(row(id, mail_to(address)));
  }
  bool delivered(std::int64_t id) {
    const std::lock_guard guard(mutex_);
    return twin_.at(id).delivered;
  }

  std::mutex mutex_;
  outbox_twin twin_;
  prompt_region region_;
  still_clock clock_;
  counting_entropy source_;
  prometheus::Registry registry_;
  temporary_folder scratch_;
};

TEST_F(Service, WakesForNewRows) {
  const auto service = started(scratch_.path() / "mail");
  add(1, "guest@example.org");
  service->wake();
  EXPECT_TRUE(eventually([&] { return delivered(1); }));
  add(2, "guest@example.org");
  service->wake();
  EXPECT_TRUE(eventually([&] { return delivered(2); }));
  EXPECT_TRUE(service->stop(10s));
  ASSERT_NE(service->folder(), nullptr);
  EXPECT_EQ(service->folder()->names().size(), 2U);
}

TEST_F(Service, LooksByItselfToo) {
  const auto service = started(scratch_.path() / "mail", 20);
  add(1, "guest@example.org");
  EXPECT_TRUE(eventually([&] { return delivered(1); }));
}

TEST_F(Service, StopsAtOnceWhenThereIsNothingToDo) {
  const auto service = started(scratch_.path() / "mail");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(service->stop(30s));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(Service, ASlowServerIsLeftAtTheDeadline) {
  smtp_sink sink;
  const auto service = started(plain_to(sink.port()));
  EXPECT_EQ(service->folder(), nullptr);
  add(1, "slow@example.org");
  service->wake();
  ASSERT_FALSE(sink.next().is_null()) << "the server has the mail and keeps silent";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(service->stop(200ms));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_FALSE(delivered(1));
  const std::lock_guard guard(mutex_);
  EXPECT_EQ(twin_.at(1).row.attempts, 1U) << "the mail may have arrived, so the attempt counts";
}

TEST_F(Service, SettingsThatCannotWorkAreRefused) {
  const auto refused = [&](mail_settings settings) {
    return !mail_service::start(std::move(settings), std::make_unique<guarded_outbox>(twin_, mutex_), region_, secret(), clock_, source_,
                                registry_);
  };
  auto wrong_sender = site();
  wrong_sender.from_address = "nobody";
  EXPECT_TRUE(refused({scratch_.path(), wrong_sender, {}, 1'000}));
  auto wrong_url = site();
  wrong_url.public_url = "book.example";
  EXPECT_TRUE(refused({scratch_.path(), wrong_url, {}, 1'000}));
  EXPECT_TRUE(refused({smtp_settings{}, site(), {}, 1'000}));
}

}  // namespace
}  // namespace holdfast::mail
