#pragma once
// What a run happens in: a disk that outlives crashes, a clock, and a node that may die and come back at any step.
#include <array>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "actors/assembly.hpp"
#include "persistence/memory/memory_disk.hpp"
#include "persistence/storage.hpp"
#include "tests/support/virtual_system.hpp"

namespace holdfast::simulation {

using random_engine = std::mt19937_64;

/// Fails durable edges at random while a window of bad luck is open.
class unlucky final : public fault_plan {
public:
  explicit unlucky(std::uint64_t seed) : random_(seed) {}
  void open_window(int events) { left_ = events; }
  bool fails(fault_point point, std::string_view entity) override;
  std::uint64_t injected() const { return injected_; }

private:
  random_engine random_;
  int left_ = 0;
  std::uint64_t injected_ = 0;
};

class world {
public:
  world(std::uint64_t seed, bool ack_before_sync);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  actors::region& region() { return *assembly_->region; }
  test::virtual_clock& clock() { return clock_; }
  unlucky& faults() { return faults_; }
  persistence::storage& storage() { return *storage_; }
  random_engine& random() { return random_; }

  /// Runs up to `steps` messages in an order the seed picks.
  void run(std::size_t steps);
  /// Runs until nothing is left to do at this moment.
  void settle();
  /// Lets virtual time pass in pieces no longer than the shortest periodic timer.
  void pass(std::int64_t ms);

  /// The process dies: unsynced writes and everything in memory are gone; a new life begins on the same disk.
  void crash();
  void stop();
  std::uint64_t crashes() const { return crashes_; }
  /// Epochs that went down or stood still over a restart.
  const std::vector<std::string>& epoch_violations() const { return epoch_violations_; }

private:
  void start();
  void kill();

  random_engine random_;
  test::virtual_clock clock_;
  unlucky faults_;
  std::shared_ptr<persistence::memory_disk> disk_;
  std::shared_ptr<persistence::storage> storage_;
  std::unique_ptr<test::virtual_system> system_;
  std::optional<actors::assembly> assembly_;
  std::uint64_t crashes_ = 0;
  std::vector<epoch> epochs_;
  std::vector<std::string> epoch_violations_;
};

}  // namespace holdfast::simulation
