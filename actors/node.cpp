#include "actors/node.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <cstdlib>
#include <thread>
#include <utility>

#include "actors/assembly.hpp"
#include "actors/cluster/participation.hpp"
#include "actors/link/caf_setup.hpp"

namespace holdfast::actors {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Refuses what arrives after the stop, so that what is in flight can come to an end.
class gated_region final : public region {
public:
  explicit gated_region(std::shared_ptr<actors::region> inner) : inner_(std::move(inner)) {}
  void ask(std::shared_ptr<const v1::Command> command, reply_handler handler) override {
    if (closed_.load(std::memory_order_acquire)) return handler(unavailable_reply());
    inner_->ask(std::move(command), std::move(handler));
  }
  void close() { closed_.store(true, std::memory_order_release); }

private:
  std::shared_ptr<actors::region> inner_;
  std::atomic<bool> closed_{false};
};

caf::actor_system_config& configure(caf::actor_system_config& config, const node_options& options) {
  config.set("scheduler.policy", options.scheduler_policy == "stealing" ? caf::atom("stealing") : caf::atom("sharing"));
  config.set("scheduler.max-threads", std::max<std::size_t>(1, options.scheduler_threads));
  config.set("scheduler.max-throughput", std::size_t{100});  // unlimited by default: one busy entity would starve the rest
  if (options.cluster) link::prepare_for_links(config, options.cluster->link);
  return config;
}

}  // namespace

struct node::impl {
  explicit impl(const node_options& options) : system(configure(config, options)) {}

  caf::actor_system_config config;
  caf::actor_system system;
  std::optional<assembly> actors;
  std::unique_ptr<cluster::participation> part;
  std::shared_ptr<gated_region> gate;

  result<void> join(const node_options&);
  void end_actors();
};

node::node(std::unique_ptr<impl> i) : impl_(std::move(i)) {}

node::~node() { stop(milliseconds{2'000}); }

result<void> node::impl::join(const node_options& options) {
  auto wanted = *options.cluster;
  wanted.load = [counts = actors->figures, clock = options.clock, commands = std::uint64_t{0},
                 at = options.clock->now()](v1::NodeAnnouncement& about) mutable {
    const auto now = clock->now();
    if (now - at < 1'000) return;
    const auto total = counts->commands.load(std::memory_order_relaxed);
    about.set_commands_per_s((total - commands) * 1'000 / static_cast<std::uint64_t>(now - at));
    about.set_entities_started(static_cast<std::uint64_t>(counts->entities_started.load(std::memory_order_relaxed)));
    commands = total;
    at = now;
  };
  auto made = cluster::participation::make(
      {system, options.name, actors->region, *options.storage, *options.clock, system_entropy(), options.feed}, wanted);
  if (!made) return made.error();
  part = std::move(*made);
  actors->serve_among(part->region(), [to = part.get()](shard_id shard, epoch owner) { to->shard_lost(shard, owner); });
  if (auto relay = part->feed()) actors->publish_to(std::move(relay));
  return part->join();
}

/// ~actor_system waits without limit for every registered actor; a store that never returns must not keep the process.
void node::impl::end_actors() {
  if (part) part->leave();
  actors->kill();
  const auto patience = steady_clock::now() + std::chrono::seconds{10};
  while (system.registry().running() > 0 && steady_clock::now() < patience) std::this_thread::sleep_for(milliseconds{2});
  if (system.registry().running() > 0) {
    spdlog::critical("{} actors did not end within 10 s; leaving without them", system.registry().running());
    spdlog::shutdown();
    std::_Exit(70);
  }
  actors.reset();
}

result<std::unique_ptr<node>> node::start(const node_options& options) {
  auto i = std::make_unique<impl>(options);
  auto made = assembly::make(i->system, options, threading::detached_stores);
  if (!made) return made.error();
  i->actors.emplace(std::move(*made));
  if (auto ok = options.cluster ? i->join(options) : i->actors->serve_alone(); !ok) {
    i->end_actors();
    return ok.error();
  }
  i->gate = std::make_shared<gated_region>(i->part ? std::shared_ptr<actors::region>(i->part->region()) : i->actors->region);
  return std::unique_ptr<node>(new node(std::move(i)));
}

std::shared_ptr<actors::region> node::region() const { return impl_->gate; }
const actors::figures& node::figures() const { return *impl_->actors->figures; }
shard_set node::served() const { return impl_->part ? impl_->part->region()->served() : impl_->actors->region->served(); }
bool node::replaced() const { return figures().fenced.load() || (impl_->part && impl_->part->replaced()); }
cluster::participation* node::cluster() const noexcept { return impl_->part.get(); }

void node::drain(milliseconds deadline) {
  if (!impl_->part || !impl_->actors) return;
  using cluster::participation;
  const auto left = [&] { return impl_->part->member().holds(); };
  switch (impl_->part->drain(deadline)) {
    case participation::drained::all:
      break;
    case participation::drained::nobody_takes:
      spdlog::info("no other node takes the {} shards of this one: they rest until one starts", left());
      break;
    case participation::drained::late:
      spdlog::warn("{} shards could not be given to other nodes within {} ms", left(), deadline.count());
  }
}

void node::stop(milliseconds deadline) {
  if (!impl_->actors) return;
  impl_->gate->close();
  const auto until = steady_clock::now() + deadline;
  const auto& in_flight = impl_->actors->figures->commands_in_flight;
  while (in_flight.load(std::memory_order_relaxed) > 0 && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds{2});
  if (const auto left = in_flight.load(std::memory_order_relaxed); left > 0)
    spdlog::warn("stopping with {} commands in flight: their callers hear 'unavailable'", left);
  impl_->actors->put_away();
  const auto& counts = *impl_->actors->figures;
  const auto settled = [&] { return counts.entities_started.load() == 0 && counts.snapshot_bytes_in_flight.load() == 0; };
  while (!settled() && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds{2});
  impl_->end_actors();
}

}  // namespace holdfast::actors
