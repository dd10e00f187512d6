#include "gateway/live/live_hub.hpp"

#include <prometheus/counter.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gateway/http/problem.hpp"
#include "gateway/live/desk.hpp"
#include "gateway/live/live_socket.hpp"
#include "protocols/base/errors.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway {
namespace {

/// The way of changes to one lane: bounded, and what does not fit is not silently gone.
class lane_door : public std::enable_shared_from_this<lane_door> {
public:
  lane_door(std::shared_ptr<lane> on, std::shared_ptr<gateway::desk> at, std::size_t backlog_max)
      : on_(std::move(on)), desk_(std::move(at)), backlog_max_(backlog_max) {}

  const std::shared_ptr<gateway::desk>& desk() const noexcept { return desk_; }
  const std::shared_ptr<lane>& on() const noexcept { return on_; }

  /// The topic starts over with snapshots.
  void start_over(const std::string& key) {
    {
      const std::lock_guard guard(mutex_);
      const bool posted = !lost_.empty();
      lost_.insert(key);
      if (posted) return;
    }
    on_->post([me = shared_from_this()] {
      std::unordered_set<std::string> lost;
      {
        const std::lock_guard guard(me->mutex_);
        lost.swap(me->lost_);
      }
      for (const auto& each : lost) me->desk_->overrun(each);
    });
  }

  void hand(const std::string& key, change_ptr change) {
    if (waiting_.fetch_add(1) >= backlog_max_) {
      waiting_.fetch_sub(1);
      desk_->shared().metrics.overrun.Increment();
      return start_over(key);
    }
    const bool taken = on_->post([me = shared_from_this(), key, change = std::move(change)]() mutable {
      me->waiting_.fetch_sub(1);
      me->desk_->apply(key, std::move(change));
    });
    if (!taken) waiting_.fetch_sub(1);
  }

private:
  const std::shared_ptr<lane> on_;
  const std::shared_ptr<gateway::desk> desk_;
  const std::size_t backlog_max_;
  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;
  std::unordered_set<std::string> lost_;
};

std::string_view tenant_of(const request& asked) {
  if (asked.query_value("tenant") == no_tenant) return no_tenant;  // whatever the host is called
  if (!asked.tenant.empty()) return asked.tenant;
  const auto named = asked.query_value("tenant").value_or(std::string_view{});  // browsers cannot set headers here
  return valid_tenant(named) ? named : std::string_view{};
}

}  // namespace

struct live_hub::state {
  state(live_settings settings, const wall_clock& clock, prometheus::Registry& metrics)
      : shared(std::make_shared<live_shared>(settings, clock, metrics)) {}

  const std::shared_ptr<live_shared> shared;
  std::mutex mutex;
  std::vector<std::shared_ptr<lane_door>> doors;  // by lane

  std::shared_ptr<lane_door> door(std::size_t lane) {
    const std::lock_guard guard(mutex);
    return lane < doors.size() ? doors[lane] : nullptr;
  }

  std::shared_ptr<lane_door> door_of(const std::shared_ptr<lane>& on) {
    const std::lock_guard guard(mutex);
    if (doors.size() <= on->index()) doors.resize(on->index() + 1);
    auto& here = doors[on->index()];
    if (!here) here = std::make_shared<lane_door>(on, std::make_shared<desk>(shared, on), shared->settings.backlog_max);
    return here;
  }
};

live_hub::live_hub(live_settings settings, const wall_clock& clock, prometheus::Registry& metrics)
    : state_(std::make_shared<state>(settings, clock, metrics)) {}

live_hub::~live_hub() = default;

void live_hub::connect(actors::region& region, const live_encoder& encoder, const node_keys& keys) {
  state_->shared->region = &region;
  state_->shared->encoder = &encoder;
  state_->shared->keys = &keys;
}

void live_hub::show_cluster(const cluster_source& source) { state_->shared->cluster = &source; }

void live_hub::count(std::function<bool(const topic&)> of, std::function<void(std::size_t)> done) {
  std::vector<std::shared_ptr<lane_door>> doors;
  {
    const std::lock_guard guard(state_->mutex);
    std::copy_if(state_->doors.begin(), state_->doors.end(), std::back_inserter(doors), [](const auto& door) { return door != nullptr; });
  }
  if (doors.empty()) return done(0);
  struct tally {
    std::function<bool(const topic&)> of;
    std::function<void(std::size_t)> done;
    std::atomic<std::size_t> found{0}, missing;
  };
  const auto all = std::make_shared<tally>();
  all->of = std::move(of);
  all->done = std::move(done);
  all->missing = doors.size();
  for (const auto& door : doors)
    door->on()->post([all, at = door->desk()] {
      all->found += at->subscriptions(all->of);
      if (--all->missing == 0) all->done(all->found);
    });
}

void live_hub::publish(std::shared_ptr<const v1::LiveChange> change) {
  const auto key = change->tenant_slug() + "/" + change->topic();
  const bool counted = change->topic().starts_with("event:");
  const auto stamp = state_->shared->followed.next(key, change->version(), counted);
  if (!stamp) return;
  const auto published = std::make_shared<const published_change>(std::move(change), *stamp);
  for (const auto lane : stamp->lanes)
    if (const auto door = state_->door(lane)) door->hand(key, published);
}

void live_hub::watch(actors::topic_watcher* watcher) { state_->shared->followed.watch(watcher); }

void live_hub::refresh(const std::string& tenant, const std::string& topic) {
  const auto key = tenant + "/" + topic;
  for (const auto lane : state_->shared->followed.lanes(key))
    if (const auto door = state_->door(lane)) door->start_over(key);
}

std::variant<std::shared_ptr<socket_session>, response> live_hub::open(const request& asked, const std::shared_ptr<lane>& on) {
  const auto tenant = tenant_of(asked);
  if (tenant.empty()) return problem(reject_field("tenant", "required", "Name the tenant by host, header or query."), asked);
  return std::make_shared<live_socket>(state_->door_of(on)->desk(), std::string(tenant));
}

}  // namespace holdfast::gateway
