// poll ─▶ store: what is due in the shards served here? ─▶ region: ExpireDue to each ─▶ the entity expires what lapsed and writes its next
// timer with it. A timer that its entity no longer has any use for is forgotten, so that it does not wake the entity for ever.
#include "actors/timers/timer_service.hpp"

#include <utility>

#include "protocols/base/log.hpp"

namespace holdfast::actors {

timer_service_actor::behavior_type timer_service(timer_service_state::pointer self, std::shared_ptr<persistence::timer_store> store,
                                                 std::shared_ptr<entity_region> to, const wall_clock* clock, limits bounds,
                                                 std::shared_ptr<figures> counts) {
  return self->state.start(std::move(store), std::move(to), clock, bounds, std::move(counts));
}

timer_service_actor::behavior_type timer_service_state::start(std::shared_ptr<persistence::timer_store> store,
                                                              std::shared_ptr<entity_region> to, const wall_clock* clock, limits bounds,
                                                              std::shared_ptr<figures> counts) {
  store_ = std::move(store);
  region_ = std::move(to);
  clock_ = clock;
  limits_ = bounds;
  figures_ = std::move(counts);
  self_->delayed_send(self_, limits_.timer_poll_ms, poll_atom::value);
  return {[this](poll_atom) {
    poll();
    self_->delayed_send(self_, limits_.timer_poll_ms, poll_atom::value);
  }};
}

void timer_service_state::poll() {
  std::vector<persistence::due_timer> done;
  {
    const std::lock_guard lock(finished_->guard);
    done.swap(finished_->rows);
    if (finished_->asked > 0) return;  // the last round is not answered yet
  }
  for (const auto& timer : done)
    if (const auto forgotten = store_->forget(timer); !forgotten)
      log_of(part::actors)->warn("timer of {} was not removed: {}", timer.entity.value, forgotten.error().detail);
  const auto now = clock_->now();
  const auto due = store_->due(now, limits_.timer_batch_max, region_->served());
  if (!due) {
    log_of(part::actors)->warn("timers cannot be read: {}", due.error().detail);
    return;
  }
  for (const auto& timer : *due) fire(timer, now);
}

void timer_service_state::fire(const persistence::due_timer& timer, unix_ms now) {
  auto command = std::make_shared<v1::Command>();
  command->set_entity_id(timer.entity.value);
  command->set_deadline_ms(now + 5'000);
  command->mutable_expire_due();
  {
    const std::lock_guard lock(finished_->guard);
    ++finished_->asked;
  }
  figures_->timers_fired.fetch_add(1, std::memory_order_relaxed);
  region_->ask(std::move(command), [timer, finished = finished_](const std::shared_ptr<const v1::Reply>& reply) {
    const std::lock_guard lock(finished->guard);
    --finished->asked;
    // Unanswered or still due: the next poll finds it again. Otherwise compare-and-delete: a newer timer stays.
    if (reply->has_done() && reply->done().next_deadline_ms() != timer.due) finished->rows.push_back(timer);
  });
}

}  // namespace holdfast::actors
