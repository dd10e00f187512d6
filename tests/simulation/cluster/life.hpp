#pragma once
// One run of one node: its actors on virtual time, its part in the cluster, its guests and its postman. Put together as
// actors/cluster/participation does it, with the simulated network for a link and the world for the driver's two threads.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/assembly.hpp"
#include "actors/cluster/cluster_region.hpp"
#include "actors/cluster/live_relay.hpp"
#include "actors/cluster/membership.hpp"
#include "persistence/memory/memory_disk.hpp"
#include "tests/simulation/cluster/audience.hpp"
#include "tests/simulation/cluster/epoch_witness.hpp"
#include "tests/simulation/cluster/hanging_task.hpp"
#include "tests/simulation/cluster/network.hpp"
#include "tests/simulation/cluster/postman.hpp"
#include "tests/simulation/cluster/store_line.hpp"
#include "tests/support/virtual_system.hpp"

namespace holdfast::simulation {

/// What the hosts of a cluster share.
struct commons {
  random_engine& random;
  test::virtual_clock& time;  // the true one, and the store's
  std::shared_ptr<persistence::memory_disk> disk;
  network& net;
  epoch_witness& epochs;
  post_book& letters;
  /// Does something after so many milliseconds.
  std::function<void(std::int64_t, std::function<void()>)> later;

  std::size_t pick(std::size_t n) const { return static_cast<std::size_t>(random() % n); }
};

/// The clocks of one machine: the one on the wall is wrong by a little and may be set, the other one runs too fast or too slow.
class host_clock final : public wall_clock {
public:
  host_clock(const test::virtual_clock& true_time, std::int64_t offset_ms, std::int64_t rate_ppm)
      : true_time_(true_time), start_(true_time.now()), offset_ms_(offset_ms), rate_ppm_(rate_ppm) {}
  unix_ms now() const override { return true_time_.now() + offset_ms_; }
  /// Since the machine started.
  std::chrono::milliseconds elapsed() const {
    const auto passed = true_time_.now() - start_;
    return std::chrono::milliseconds{1'000'000 + passed + passed * rate_ppm_ / 1'000'000};
  }
  void set_offset(std::int64_t ms) { offset_ms_ = ms; }

private:
  const test::virtual_clock& true_time_;
  unix_ms start_;
  std::int64_t offset_ms_;
  std::int64_t rate_ppm_;
};

class life {
public:
  life(commons& shared, const std::string& name, int number, const host_clock& clock);
  ~life();
  life(const life&) = delete;
  life& operator=(const life&) = delete;

  /// The command waits for nobody longer than `patience_ms` by this machine's clock.
  void ask(std::shared_ptr<v1::Command> command, actors::reply_handler handler);

  actors::cluster::cluster_region& region() { return *region_; }
  actors::cluster::membership& member() { return *member_; }
  const std::string& instance() const { return instance_; }
  audience& guests() { return *guests_; }
  store_line& store() { return *line_; }
  bool joined() const { return member_->now() != actors::cluster::membership::state::joining; }

  /// What a node does by itself that is due: beats, ticks, snapshots for guests, letters.
  void work();
  unix_ms next() const;
  /// One message of its actors; false: none waits.
  bool step() { return system_->step(shared_.random); }
  /// Its actors' timers follow the clock.
  void follow_time();

  /// The next beat hangs in the store for so long.
  void hang_next_beat(std::int64_t ms) { hang_ms_ = ms; }
  bool hangs() const { return round_ != nullptr; }
  /// True once after shards changed their places here.
  bool take_places_changed() { return std::exchange(places_changed_, false); }

  /// Says goodbye to the store. Only end() may follow.
  void leave();
  /// The process ends where it stands. `refuses`: its host goes on without it.
  void end(bool refuses);

private:
  void start_actors();
  void start_cluster();
  void link_changed(const actors::link::link_event&);
  void begin_round();
  void end_round();

  commons& shared_;
  const std::string name_;
  const std::string instance_;
  const host_clock& clock_;
  std::shared_ptr<store_line> line_;
  std::shared_ptr<persistence::storage> storage_;
  std::unique_ptr<test::virtual_system> system_;
  std::optional<actors::assembly> assembly_;
  std::shared_ptr<network::station> station_;
  std::shared_ptr<audience> guests_;
  std::shared_ptr<actors::cluster::live_relay> relay_;
  std::shared_ptr<actors::cluster::cluster_region> region_;
  std::optional<actors::cluster::membership> member_;
  std::optional<postman> postman_;

  std::chrono::milliseconds actors_at_;  // the time that their timers have reached
  std::unique_ptr<hanging_task> round_;  // the one that hangs
  std::chrono::milliseconds pause_{0};
  std::int64_t hang_ms_ = 0;
  unix_ms goes_on_at_ = 0;
  unix_ms round_at_ = 0;
  unix_ms tick_at_ = 0;
  unix_ms post_at_ = 0;
  bool prompted_ = false;
  bool places_changed_ = false;
  bool ended_ = false;
};

}  // namespace holdfast::simulation
