#include "config/node/health.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

namespace holdfast::node {
namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds probe_every{500};
/// An append that failed keeps the node out of service for so long, if no further one fails.
constexpr std::chrono::seconds appends_suspect{3};

}  // namespace

health::health(std::shared_ptr<persistence::storage> storage, const actors::figures& figures)
    : storage_(std::move(storage)), figures_(figures), thread_([this] { run(); }) {}

health::~health() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

/// A statement that writes nothing but would not be allowed where nothing can be written (connection lost, read-only standby).
bool health::probe(std::unique_ptr<persistence::timer_store>& timers) {
  if (!timers) {
    auto opened = storage_->timers();
    if (!opened) return false;
    timers = std::move(*opened);
  }
  if (timers->forget({entity_id{"tenant/-"}, 0})) return true;
  timers.reset();
  return false;
}

void health::run() {
  std::unique_ptr<persistence::timer_store> timers;
  auto last_failure = steady::time_point::min();
  auto refused = figures_.journal_rows_refused.load();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const bool answers = probe(timers);
    if (answers != store_answers_.exchange(answers)) {
      if (answers)
        spdlog::info("the store answers again");
      else
        spdlog::error("the store does not answer; bookings are refused until it does");
    }
    const auto now = steady::now();
    const auto refused_now = figures_.journal_rows_refused.load();
    if (refused_now != refused && !figures_.journal_writable.load()) last_failure = now;
    refused = refused_now;
    appends_fail_ = last_failure != steady::time_point::min() && now - last_failure < appends_suspect && !figures_.journal_writable.load();
    lock.lock();
    changed_.wait_for(lock, probe_every, [this] { return stopping_; });
  }
}

std::optional<std::string> health::obstacle() const {
  if (leaving_) return "the node is stopping";
  if (figures_.fenced.load()) return "another node has taken the shards";
  if (!store_answers_) return "the store does not answer";
  if (appends_fail_) return "the journal refuses writes";
  return std::nullopt;
}

}  // namespace holdfast::node
