#pragma once
// The live hub's neighbours on the test's leash: a lane that runs when told, a region that answers from a table when told, a socket whose
// reader decides its own pace.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/live/live_hub.hpp"
#include "protocols/base/errors.hpp"
#include "tests/gateway/twins.hpp"

namespace holdfast::gateway::test {

class step_lane final : public lane {
public:
  explicit step_lane(std::size_t index) : index_(index) {}
  bool post(std::function<void()> task) override {
    tasks_.push_back(std::move(task));
    return true;
  }
  std::size_t index() const noexcept override { return index_; }
  void run() {
    while (!tasks_.empty()) run_one();
  }
  void run_one() {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
  std::size_t waiting() const { return tasks_.size(); }
  /// As an io_context that is destroyed: what was posted may hold whoever holds this lane.
  void discard() {
    while (!tasks_.empty()) std::exchange(tasks_, {}).clear();
  }

private:
  const std::size_t index_;
  std::deque<std::function<void()>> tasks_;
};

class table_region final : public actors::region {
public:
  void ask(std::shared_ptr<const v1::Command> command, actors::reply_handler handler) override {
    asked.push_back(command);
    held_.push_back({std::move(command), std::move(handler)});
    if (!hold) answer();
  }

  /// Answers everything held, with what the table says now.
  void answer() {
    while (!held_.empty()) {
      const auto [command, handler] = std::move(held_.front());
      held_.pop_front();
      handler(reply_to(*command));
    }
  }
  std::size_t held() const { return held_.size(); }

  void set_block(const std::string& entity, std::int64_t version) {
    v1::Reply r;
    r.mutable_block()->set_version(version);
    table[entity] = r;
  }
  void set_event(const std::string& entity, std::int64_t version) {
    v1::Reply r;
    r.mutable_event()->set_version(version);
    table[entity] = r;
  }

  bool hold = false;
  std::map<std::string, v1::Reply> table;  // by entity
  std::vector<std::shared_ptr<const v1::Command>> asked;

private:
  std::shared_ptr<const v1::Reply> reply_to(const v1::Command& command) const {
    const auto at = table.find(command.entity_id());
    return std::make_shared<const v1::Reply>(at == table.end() ? as_reply(reject(v1::NOT_FOUND)) : at->second);
  }
  struct waiting {
    std::shared_ptr<const v1::Command> command;
    actors::reply_handler handler;
  };
  std::deque<waiting> held_;
};

/// State is the version it was taken at, a change the version it leads to.
class plain_encoder final : public live_encoder {
public:
  std::string snapshot(const live_sight& sight, const v1::Reply& r) const override {
    if (sight.reader == v1::ACTOR_STAFF) return R"("for staff")";
    if (r.has_event() && r.event().definition().id() == "hidden") return {};
    return padding + std::to_string(r.has_block()     ? r.block().version()
                                    : r.has_event()   ? r.event().version()
                                    : r.has_booking() ? r.booking().version()
                                                      : 0);
  }
  std::string delta(std::span<const v1::LiveChange* const> changes) const override {
    ++deltas;
    return padding + std::to_string(changes.back()->version());
  }
  std::string padding;
  mutable std::atomic<int> deltas{0};
};

class paced_link final : public socket_link {
public:
  void send(std::shared_ptr<const std::string> text) override {
    EXPECT_FALSE(sending) << "a second message while one is on its way";
    sending = true;
    received.push_back(std::move(text));
  }
  void resume_reading() override { reading = true; }
  void close(socket_close why) override { closed_with = static_cast<int>(why); }
  void abort() override { aborted = true; }

  std::vector<std::shared_ptr<const std::string>> received;
  bool sending = false, reading = true, aborted = false;
  int closed_with = 0;
};

}  // namespace holdfast::gateway::test
