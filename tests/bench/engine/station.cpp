#include "tests/bench/engine/station.hpp"

#include <mutex>
#include <semaphore>
#include <thread>

#include "tests/bench/load/poller.hpp"

namespace holdfast::bench {
namespace {

constexpr std::size_t window_max = 16'384;
constexpr std::chrono::seconds answer_patience{120};

/// Shared by the driving thread and the threads that answer.
struct drive_state {
  explicit drive_state(std::size_t window) : room(static_cast<std::ptrdiff_t>(window)) {}

  void take(const v1::Reply& reply, steady::time_point since) {
    {
      const std::lock_guard lock(mutex);
      if (!reply.has_rejection()) {
        ++tally.accepted;
        tally.latency.add(micros(steady::now() - since));
      } else {
        const auto code = reply.rejection().code();
        const bool failed = code == v1::UNAVAILABLE || code == v1::OVERLOADED || code == v1::INTERNAL;
        ++(failed ? tally.failed : tally.rejected);
        if (tally.first_problem.empty()) tally.first_problem = reply.rejection().ShortDebugString();
      }
    }
    room.release();
  }

  std::counting_semaphore<window_max> room;
  std::mutex mutex;
  station::tally tally;
};

}  // namespace

std::shared_ptr<persistence::storage> open(const std::string& url) {
  auto storage = persistence::open_storage(url);
  if (!storage) throw engine_error(storage.error().detail);
  if (const auto migrated = (*storage)->migrate(); !migrated) throw engine_error(migrated.error().detail);
  return *storage;
}

station::station(std::shared_ptr<persistence::storage> storage, actors::limits limits) {
  actors::node_options options;
  options.name = "bench";
  options.storage = std::move(storage);
  options.limits = limits;
  options.scheduler_threads = std::max(1U, std::thread::hardware_concurrency() / 2);
  auto made = actors::node::start(options);
  if (!made) throw engine_error(made.error().detail);
  node_ = std::move(*made);
}

station::tally station::drive(const maker& make, std::size_t window, std::uint64_t count, std::chrono::milliseconds at_most) {
  const auto state = std::make_shared<drive_state>(window);
  drives_.push_back(state);  // the last answer's thread may still be inside it when all have been counted
  const auto region = node_->region();
  const auto begin = steady::now();
  const auto end = begin + at_most;
  std::uint64_t asked = 0;
  for (; asked < count && steady::now() < end; ++asked) {
    state->room.acquire();
    const auto since = steady::now();
    region->ask(make(asked), [s = state.get(), since](const std::shared_ptr<const v1::Reply>& reply) { s->take(*reply, since); });
  }
  const auto give_up = steady::now() + answer_patience;
  for (std::size_t i = 0; i < window; ++i)
    if (!state->room.try_acquire_until(give_up)) throw engine_error("commands were not answered");
  auto out = std::move(state->tally);
  out.asked = asked;
  out.seconds = std::chrono::duration<double>(steady::now() - begin).count();
  return out;
}

void station::must(const maker& make, std::uint64_t count) {
  const auto done = drive(make, 1'024, count, std::chrono::minutes{30});
  if (done.accepted != count)
    throw engine_error("of " + std::to_string(count) + " commands " + std::to_string(done.accepted) +
                       " were accepted: " + done.first_problem);
}

}  // namespace holdfast::bench
