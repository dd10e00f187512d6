#include "tests/simulation/world.hpp"

#include <algorithm>
#include <cstdlib>

namespace holdfast::simulation {

world::world(std::uint64_t seed, bool ack_before_sync)
    : random_(seed),
      clock_(1'800'000'000'000),
      faults_(seed ^ 0x9e3779b97f4a7c15ULL),
      disk_(std::make_shared<persistence::memory_disk>(persistence::memory_disk::options{.ack_before_sync = ack_before_sync})) {
  storage_ = persistence::open_memory(disk_, faults_);
  if (!storage_->migrate()) std::abort();
  start();
}

world::~world() { stop(); }

void world::start() {
  actors::node_options options;
  options.name = "sim-" + std::to_string(crashes_);
  options.storage = storage_;
  options.clock = &clock_;
  options.faults = &faults_;
  options.limits.passivate_after_ms = std::chrono::milliseconds{2'000};
  options.limits.snapshot_every_entries = 10;
  options.limits.snapshot_put_away_entries = 1;
  options.limits.snapshot_worth_percent = 0;
  options.limits.entities_started_max = 512;
  options.limits.recovery_chunk_rows = 7;
  options.limits.journal_batch_rows_max = 16;
  system_ = std::make_unique<test::virtual_system>();
  auto made = actors::assembly::make(system_->system(), options, actors::threading::all_scheduled);
  if (!made) std::abort();
  assembly_.emplace(std::move(*made));
  if (!assembly_->serve_alone()) std::abort();

  const auto leases = (*storage_->leases())->all();
  std::vector<epoch> now(shard_count);
  for (const auto& lease : *leases) now[lease.shard.value] = lease.owner;
  for (std::size_t i = 0; i < epochs_.size(); ++i)
    if (now[i] <= epochs_[i]) epoch_violations_.push_back("the epoch of shard " + std::to_string(i) + " did not rise at a restart");
  epochs_ = std::move(now);
}

void world::ask(std::shared_ptr<v1::Command> command, actors::reply_handler handler) {
  command->set_deadline_ms(clock_.now() + patience_ms);
  assembly_->region->ask(std::move(command), std::move(handler));
}

void world::run(std::size_t steps) {
  while (steps-- > 0 && system_->step(random_)) {
  }
}

void world::settle() { system_->settle(random_); }

void world::pass(std::int64_t ms) {
  while (ms > 0) {
    const auto piece = std::min<std::int64_t>(ms, 250);
    clock_.advance(piece);
    system_->advance(std::chrono::milliseconds{piece});
    settle();
    ms -= piece;
  }
}

void world::kill() {
  if (!assembly_) return;
  assembly_->kill();
  system_->settle();
  assembly_.reset();
  system_->settle();
  system_.reset();
}

void world::crash() {
  ++crashes_;
  disk_->crash();  // before the actors end: their farewell must not become durable
  kill();
  start();
}

void world::stop() { kill(); }

}  // namespace holdfast::simulation
