#pragma once
// Whether bookings should be sent here (GET /readyz). A node is ready while its journal takes writes and it owns its shards; a probe of its
// own finds out, so that a node without traffic becomes ready again after the store has come back.
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "actors/runtime/figures.hpp"
#include "persistence/storage.hpp"

namespace holdfast::node {

class health {
public:
  /// The figures outlive it.
  health(std::shared_ptr<persistence::storage>, const actors::figures&);
  ~health();
  health(const health&) = delete;
  health& operator=(const health&) = delete;

  /// From now on not ready: load balancers look elsewhere while the node finishes.
  void leave() noexcept { leaving_ = true; }
  /// Empty when ready, else why not.
  std::optional<std::string> obstacle() const;

private:
  void run();
  bool probe(std::unique_ptr<persistence::timer_store>&);

  std::shared_ptr<persistence::storage> storage_;
  const actors::figures& figures_;
  std::atomic<bool> leaving_{false};
  std::atomic<bool> store_answers_{true};
  std::atomic<bool> appends_fail_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdfast::node
