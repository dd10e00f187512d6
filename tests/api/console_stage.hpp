#pragma once
// The operators' routes over a real node that is alone: what the composition root puts together, without sockets.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "config/console/node_operations.hpp"
#include "config/console/sampler.hpp"
#include "gateway/console/routes.hpp"
#include "tests/api/world.hpp"

namespace holdfast::test {

class collected_changes final : public actors::live_feed {
public:
  void publish(std::shared_ptr<const v1::LiveChange> change) override { all.push_back(std::move(change)); }
  std::vector<std::shared_ptr<const v1::LiveChange>> all;
};

/// Between the routes and the node: a question of one kind can be made to fail.
class unreliable_operations final : public gateway::console::operations {
public:
  explicit unreliable_operations(gateway::console::operations& next) : next_(next) {}
  const std::string& self() const noexcept override { return next_.self(); }
  std::vector<std::string> nodes() const override { return next_.nodes(); }
  std::string owner_of(shard_id shard) const override { return next_.owner_of(shard); }
  void ask(const std::string& node, std::shared_ptr<const v1::OperatorRequest> asked, unix_ms deadline,
           gateway::console::operator_handler then) override;
  v1::OperatorRequest::KindCase broken = v1::OperatorRequest::KIND_NOT_SET;

private:
  gateway::console::operations& next_;
};

class console_stage : public ::testing::Test {
protected:
  console_stage();

  answered get(const std::string& target) { return w.get("/operator" + target, {.bearer = token}); }
  answered post(const std::string& target, const std::string& body = "", const std::string& key = "") {
    return w.post("/operator" + target, {.body = body, .key = key, .bearer = token, .tenant = ""});
  }
  /// "action target outcome" of each, the newest first.
  std::vector<std::string> recorded();
  /// One second of figures more.
  void beat();

  world w;
  gateway::traffic http{500, 4};
  std::unique_ptr<console::fleet> fleet;
  std::size_t subscribers = 0;
  std::unique_ptr<console::node_operations> operations;
  std::unique_ptr<unreliable_operations> between;
  collected_changes feed;
  std::unique_ptr<gateway::console::board> board;
  std::unique_ptr<console::meter> meter;
  std::string token;
};

}  // namespace holdfast::test
