#include "actors/cluster/driver.hpp"

#include <pthread.h>

namespace holdfast::actors::cluster {

driver::driver(membership& member, std::chrono::milliseconds tick_ms, std::function<void()> after_tick, std::function<void()> after_round)
    : member_(member),
      tick_ms_(tick_ms),
      after_tick_(std::move(after_tick)),
      after_round_(std::move(after_round)),
      rounds_([this] { rounds(); }),
      ticks_([this] { ticks(); }) {
  pthread_setname_np(rounds_.native_handle(), "cluster-round");
  pthread_setname_np(ticks_.native_handle(), "cluster-tick");
}

driver::~driver() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  rounds_.join();
  ticks_.join();
}

void driver::prompt() {
  {
    const std::lock_guard lock(mutex_);
    prompted_ = true;
  }
  changed_.notify_all();
}

void driver::rounds() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    prompted_ = false;
    lock.unlock();
    const auto pause = member_.round();
    after_round_();
    lock.lock();
    passed_.notify_all();
    changed_.wait_for(lock, pause, [this] { return stopping_ || prompted_; });
  }
}

void driver::ticks() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, tick_ms_, [this] { return stopping_; })) {
    lock.unlock();
    member_.tick();
    after_tick_();
    lock.lock();
    passed_.notify_all();
  }
}

bool driver::wait_for(std::chrono::milliseconds limit, const std::function<bool()>& done) {
  std::unique_lock lock(mutex_);
  return passed_.wait_for(lock, limit, done);
}

}  // namespace holdfast::actors::cluster
