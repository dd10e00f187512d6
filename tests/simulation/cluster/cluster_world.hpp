#pragma once
// Three to five machines with a node each, their network and the store they share, on one virtual time. Guests ask any of them; whatever a
// machine, a wire or the store can do wrong is done here, on request. What must hold at every moment is looked at all the while.
#include <spdlog/spdlog.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/checks.hpp"
#include "tests/simulation/cluster/life.hpp"
#include "tests/simulation/stage.hpp"

namespace holdfast::simulation {

inline constexpr unix_ms begin_ms = 1'800'000'000'000;

/// A machine that runs a node, or has run one.
struct host {
  host(std::string called, const test::virtual_clock& time, std::int64_t offset_ms, std::int64_t rate_ppm)
      : name(std::move(called)), clock(time, offset_ms, rate_ppm) {}
  std::string name;
  host_clock clock;
  std::unique_ptr<life> node;  // null: none runs
  int starts = 0;
  bool paused = false;
  bool leaving = false;
  unix_ms resumed_at = 0;
  unix_ms lazy_until = 0;                    // its processor has other things to do
  std::deque<std::function<void()>> knocks;  // arrived while it was paused
  bool runs() const { return node && !paused; }
};

class cluster_world final : public stage {
public:
  struct options {
    std::uint64_t seed = 1;
    bool ignore_epoch = false;
  };
  explicit cluster_world(options);
  ~cluster_world() override;

  // ---- for guests
  random_engine& random() override { return random_; }
  unix_ms now() const override { return time_.now(); }
  void ask(std::shared_ptr<v1::Command> command, actors::reply_handler handler) override;
  void settle() override;
  void pass(std::int64_t ms) override;

  /// Asks this machine, and no other.
  void ask_at(host&, std::shared_ptr<v1::Command> command, actors::reply_handler handler);
  /// Up to so many messages of all nodes, in an order that the seed picks; no time passes.
  void run(std::size_t steps);

  // ---- what happens
  std::vector<std::unique_ptr<host>>& hosts() { return hosts_; }
  host& any_host() { return *hosts_[pick(hosts_.size())]; }
  network& net() { return net_; }
  persistence::storage& storage() { return *storage_; }
  void start(host&);
  void end(host&, bool refuses);
  void pause(host&);
  void resume(host&);
  void leave(host&);
  /// The store itself starts again: what it had not synced is gone.
  void crash_store();
  /// As after so many milliseconds; the rest of the run goes on meanwhile.
  void after(std::int64_t ms, std::function<void()> what);
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  /// For whoever looks into one seed (--verbose).
  template <class... Args>
  void tell(fmt::format_string<Args...> what, Args&&... args) const {
    if (spdlog::should_log(spdlog::level::debug))
      spdlog::debug("{:>6} ms  {}", time_.now() - begin_ms, fmt::format(what, std::forward<Args>(args)...));
  }
  std::int64_t between(std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(to - from));
  }

  // ---- what is seen
  findings take_findings();
  const epoch_witness& epochs() const { return epochs_; }
  const post_book& letters() const { return letters_; }
  /// All nodes are members, and every shard is served.
  bool complete() const;
  void stop();

private:
  struct question {
    host* at;
    std::string entity;
    unix_ms due;
    std::int64_t floor;  // nothing older may be shown
    actors::reply_handler handler;
    int answers = 0;
    bool void_ = false;  // its node ended
  };

  void turn();
  unix_ms next() const;
  void run_actors();
  void put(host&, std::shared_ptr<v1::Command> command, actors::reply_handler handler);
  void answered(question&, bool is_read, const std::shared_ptr<const v1::Reply>&);
  void look_for_late_answers();
  void look_for_two_owners();
  void find(std::string what);

  random_engine random_;
  test::virtual_clock time_;
  std::shared_ptr<persistence::memory_disk> disk_;
  std::shared_ptr<persistence::storage> storage_;  // straight, without a line
  network net_;
  epoch_witness epochs_;
  post_book letters_;
  commons commons_;
  std::vector<std::unique_ptr<host>> hosts_;
  std::multimap<unix_ms, std::function<void()>> later_;
  std::list<std::shared_ptr<question>> questions_;
  std::map<std::string, std::int64_t> shown_;  // by entity: the newest version that anybody was shown
  findings findings_;
};

}  // namespace holdfast::simulation
