#pragma once
// What a run happens in: a disk that outlives crashes, a clock, and a node that may die and come back at any step.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/assembly.hpp"
#include "persistence/memory/memory_disk.hpp"
#include "persistence/storage.hpp"
#include "tests/simulation/stage.hpp"
#include "tests/simulation/unlucky.hpp"
#include "tests/support/virtual_system.hpp"

namespace holdfast::simulation {

class world final : public stage {
public:
  world(std::uint64_t seed, bool ack_before_sync);
  ~world() override;
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  random_engine& random() override { return random_; }
  unix_ms now() const override { return clock_.now(); }
  void ask(std::shared_ptr<v1::Command> command, actors::reply_handler handler) override;
  unlucky& faults() { return faults_; }
  persistence::storage& storage() { return *storage_; }

  /// Runs up to `steps` messages in an order the seed picks.
  void run(std::size_t steps);
  /// Runs until nothing is left to do at this moment.
  void settle() override;
  /// Lets virtual time pass in pieces no longer than the shortest periodic timer.
  void pass(std::int64_t ms) override;

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
