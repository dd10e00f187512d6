#pragma once
// An actor system on virtual time whose next step is chosen by a seed: same seed, same run.
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <chrono>
#include <memory>
#include <random>

#include "protocols/base/seams.hpp"

namespace holdfast::test {

/// Moves only when the test says so.
class virtual_clock final : public wall_clock {
public:
  explicit virtual_clock(unix_ms start) : now_(start) {}
  unix_ms now() const override { return now_; }
  void advance(std::int64_t ms) { now_ += ms; }

private:
  unix_ms now_;
};

class seeded_entropy final : public entropy {
public:
  explicit seeded_entropy(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (auto& b : out) b = static_cast<std::byte>(engine_() & 0xffU);
  }

private:
  std::mt19937_64 engine_;
};

class virtual_system {
public:
  virtual_system() : system_(configure(config_)), scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
    scheduler_.clock().current_time += std::chrono::hours(1);  // the coordinator takes zero for "no time"
  }

  caf::actor_system& system() { return system_; }

  /// One message of a runnable actor that `random` picks. False: nothing is runnable.
  template <class Random>
  bool step(Random& random) {
    auto& jobs = scheduler_.jobs;
    if (jobs.size() > 1) std::rotate(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(random() % jobs.size()), jobs.end());
    return scheduler_.try_run_once();
  }

  /// Until nothing is runnable.
  template <class Random>
  std::size_t settle(Random& random) {
    std::size_t steps = 0;
    while (step(random)) ++steps;
    return steps;
  }
  std::size_t settle() { return scheduler_.run(); }

  /// Makes what is due by then runnable; runs nothing.
  void advance(std::chrono::milliseconds by) { scheduler_.advance_time(by); }

private:
  static caf::actor_system_config& configure(caf::actor_system_config& config) {
    config.set("scheduler.policy", caf::atom("testing"));
    config.set("logger.inline-output", true);
    return config;
  }

  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
};

}  // namespace holdfast::test
