#pragma once
// The console's questions, answered by this node: from its figures at once, from its stores on a thread of their own, so that neither a
// booking nor a list waits for an operator. Questions for others go through the fleet.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/runtime/limits.hpp"
#include "config/console/fleet.hpp"
#include "gateway/api/store_threads.hpp"
#include "gateway/console/operations.hpp"
#include "gateway/http/traffic.hpp"
#include "persistence/storage.hpp"

namespace holdfast::console {

/// What the thread for operators works with.
struct operator_stores {
  std::unique_ptr<persistence::journal_store> journal;
  std::unique_ptr<persistence::snapshot_store> snapshots;
  std::unique_ptr<persistence::timer_store> timers;
  std::unique_ptr<persistence::operator_store> operators;

  static result<std::unique_ptr<operator_stores>> open(persistence::storage&);
};

/// Everything referred to outlives the operations.
struct operations_sources {
  std::string node;
  std::shared_ptr<persistence::storage> storage;
  actors::limits limits;
  const wall_clock& clock;
  const gateway::traffic& http;
  /// Live subscriptions that concern an entity; answers once, or never when the server stops.
  std::function<void(const std::string& entity, std::function<void(std::size_t)>)> count_subscribers;
  class fleet& fleet;
};

class node_operations final : public gateway::console::operations {
public:
  using handler = gateway::console::operator_handler;

  static constexpr std::size_t questions_max = 64;  // waiting for the thread; beyond: OVERLOADED

  explicit node_operations(operations_sources);

  const std::string& self() const noexcept override { return from_.node; }
  std::vector<std::string> nodes() const override;
  std::string owner_of(shard_id) const override;
  void ask(const std::string& node, std::shared_ptr<const v1::OperatorRequest>, unix_ms deadline, handler) override;

  /// Of this node, whoever asks.
  void answer(const v1::OperatorRequest&, unix_ms deadline, handler);

  // ---- for the sampler
  void show(v1::NodeReport);
  /// Asks the store again, unless it is being asked; what it said last.
  persistence::replication replication();

private:
  std::optional<v1::Rejection> move(const v1::MoveShard&);
  void answer_now(const v1::OperatorRequest&, const handler&);
  void answer_from_stores(const v1::OperatorRequest&, unix_ms deadline, handler);

  const operations_sources from_;
  mutable std::mutex mutex_;
  v1::NodeReport report_;
  struct lag {
    std::mutex mutex;
    persistence::replication last;
    std::atomic<bool> asking{false};
  };
  const std::shared_ptr<lag> lag_ = std::make_shared<lag>();
  gateway::api::store_threads<operator_stores> stores_;  // ends first: what it runs uses the rest
};

}  // namespace holdfast::console
