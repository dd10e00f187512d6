#include "gateway/mail/context.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "protocols/base/errors.hpp"
#include "tests/mail/samples.hpp"

namespace holdfast::mail {
namespace {

// A region of one theatre. Answers on another thread, as the real one does.
class small_region final : public actors::region {
public:
  bool silent = false;
  int asked = 0;

  ~small_region() override {
    for (auto& one : threads_) one.join();
  }
  void ask(std::shared_ptr<const v1::Command> command, actors::reply_handler handler) override {
    ++asked;
    EXPECT_GT(command->deadline_ms(), test::now_ms);
    if (silent) {
      kept_.push_back(std::move(handler));
      return;
    }
    threads_.emplace_back([command, handler = std::move(handler)] {
      v1::Reply reply;
      if (command->entity_id() == "tenant/harbour" && command->has_get_tenant())
        *reply.mutable_tenant()->mutable_definition() = test::theatre();
      else if (command->entity_id() == "event/harbour/tempest" && command->has_get_event())
        *reply.mutable_event()->mutable_definition() = test::performance();
      else if (command->entity_id() == "event/harbour/crashed")
        reply = as_reply(reject(v1::UNAVAILABLE));
      else
        reply = as_reply(reject(v1::NOT_FOUND));
      handler(std::make_shared<const v1::Reply>(std::move(reply)));
    });
  }
  /// Answers that come when nobody waits any more.
  void answer_late() {
    for (auto& handler : kept_) handler(std::make_shared<const v1::Reply>(as_reply(reject(v1::UNAVAILABLE))));
    kept_.clear();
  }

private:
  std::vector<std::thread> threads_;
  std::vector<actors::reply_handler> kept_;
};

TEST(Context, BringsTenantAndEvent) {
  small_region region;
  const auto source = region_context(region);
  const auto found = source->find("harbour", "tempest", test::now_ms, 5'000);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ((*found)->tenant.name(), "Havneteatret");
  EXPECT_EQ((*found)->event.definition().id(), "tempest");
}

TEST(Context, IsKeptForAWhile) {
  small_region region;
  const auto source = region_context(region);
  ASSERT_TRUE(source->find("harbour", "tempest", test::now_ms, 5'000));
  ASSERT_TRUE(source->find("harbour", "tempest", test::now_ms + context_fresh_ms - 1, 5'000));
  EXPECT_EQ(region.asked, 2);
  ASSERT_TRUE(source->find("harbour", "tempest", test::now_ms + context_fresh_ms, 5'000));
  EXPECT_EQ(region.asked, 4);
}

TEST(Context, MissingIsNotUnavailable) {
  small_region region;
  const auto source = region_context(region);
  EXPECT_EQ(source->find("harbour", "no-such-event", test::now_ms, 5'000).error().code, failure_code::not_found);
  EXPECT_EQ(source->find("nowhere", "tempest", test::now_ms, 5'000).error().code, failure_code::not_found);
  EXPECT_EQ(source->find("harbour", "crashed", test::now_ms, 5'000).error().code, failure_code::unavailable);
  EXPECT_EQ(source->find("Not A Tenant", "tempest", test::now_ms, 5'000).error().code, failure_code::not_found);
}

TEST(Context, WaitsNoLongerThanAsked) {
  small_region region;
  region.silent = true;
  const auto source = region_context(region);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(source->find("harbour", "tempest", test::now_ms, 100).error().code, failure_code::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  region.answer_late();
  region.silent = false;
  EXPECT_TRUE(source->find("harbour", "tempest", test::now_ms, 5'000)) << "a failure is not kept";
}

}  // namespace
}  // namespace holdfast::mail
