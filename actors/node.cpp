#include "actors/node.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <cstdlib>
#include <thread>
#include <utility>

#include "actors/assembly.hpp"

namespace holdfast::actors {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Refuses what arrives after the stop, so that what is in flight can come to an end.
class gated_region final : public region {
public:
  explicit gated_region(std::shared_ptr<local_region> inner) : inner_(std::move(inner)) {}
  void ask(std::shared_ptr<const v1::Command> command, reply_handler handler) override {
    if (closed_.load(std::memory_order_acquire)) return handler(unavailable_reply());
    inner_->ask(std::move(command), std::move(handler));
  }
  void close() { closed_.store(true, std::memory_order_release); }

private:
  std::shared_ptr<local_region> inner_;
  std::atomic<bool> closed_{false};
};

caf::actor_system_config& configure(caf::actor_system_config& config, const node_options& options) {
  config.set("scheduler.policy", options.scheduler_policy == "stealing" ? caf::atom("stealing") : caf::atom("sharing"));
  config.set("scheduler.max-threads", std::max<std::size_t>(1, options.scheduler_threads));
  config.set("scheduler.max-throughput", std::size_t{100});  // unlimited by default: one busy entity would starve the rest
  return config;
}

}  // namespace

struct node::impl {
  explicit impl(const node_options& options) : system(configure(config, options)) {}

  caf::actor_system_config config;
  caf::actor_system system;
  std::optional<assembly> actors;
  std::shared_ptr<gated_region> gate;
};

node::node(std::unique_ptr<impl> i) : impl_(std::move(i)) {}

node::~node() { stop(milliseconds{2'000}); }

result<std::unique_ptr<node>> node::start(const node_options& options) {
  auto i = std::make_unique<impl>(options);
  auto made = assembly::make(i->system, options, threading::detached_stores);
  if (!made) return made.error();
  i->actors.emplace(std::move(*made));
  i->gate = std::make_shared<gated_region>(i->actors->region);
  return std::unique_ptr<node>(new node(std::move(i)));
}

std::shared_ptr<actors::region> node::region() const { return impl_->gate; }
const actors::figures& node::figures() const { return *impl_->actors->figures; }

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
  impl_->actors->kill();
  // ~actor_system waits without limit for every registered actor; a store that never returns must not keep the process.
  const auto patience = steady_clock::now() + std::chrono::seconds{10};
  while (impl_->system.registry().running() > 0 && steady_clock::now() < patience) std::this_thread::sleep_for(milliseconds{2});
  if (impl_->system.registry().running() > 0) {
    spdlog::critical("{} actors did not end within 10 s; leaving without them", impl_->system.registry().running());
    spdlog::shutdown();
    std::_Exit(70);
  }
  impl_->actors.reset();
}

}  // namespace holdfast::actors
