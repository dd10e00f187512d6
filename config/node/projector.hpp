#pragma once
// The thread that carries the journal into the read model. It lags, never blocks a booking, and goes on where it stopped.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "config/settings/settings.hpp"
#include "persistence/storage.hpp"

namespace holdfast::node {

struct projector_figures {
  std::atomic<std::int64_t> reached{0};  // journal position
  std::atomic<std::int64_t> head{0};     // newest position of the journal when last looked
  std::atomic<std::uint64_t> rows{0};
  std::atomic<std::uint64_t> failures{0};
  std::atomic<bool> healthy{true};
};

class projector {
public:
  /// `mine` says, before each look at the journal, whether carrying it is this node's business; empty: always.
  projector(std::shared_ptr<persistence::storage>, config::projection_section, std::function<bool()> mine = {});
  ~projector();  // ends after the transaction under way
  projector(const projector&) = delete;
  projector& operator=(const projector&) = delete;

  /// From any thread, never blocks.
  void wake() noexcept;
  /// Once this node writes no more: carries what is left, then ends. False where that took longer or the store failed; whoever carries next
  /// goes on.
  bool finish(std::chrono::milliseconds at_most);
  const projector_figures& figures() const noexcept { return figures_; }

private:
  void run();
  void follow(persistence::projection&, persistence::journal_store&);
  std::optional<std::size_t> carry(persistence::projection&, persistence::journal_store&);
  bool catch_up(persistence::projection&, persistence::journal_store&);
  void pause(std::int64_t ms);
  void rest(std::int64_t ms);

  std::shared_ptr<persistence::storage> storage_;
  config::projection_section limits_;
  const std::function<bool()> mine_;
  projector_figures figures_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> finishing_{false};
  std::atomic<bool> woken_{false};
  bool finished_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace holdfast::node
