#pragma once
// Durable timers: makes lapsed holds visible, also those of entities that are not started and of a node that was down meanwhile.
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>
#include <mutex>
#include <vector>

#include "actors/contracts.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"
#include "actors/sharding/entity_region.hpp"

namespace holdfast::actors {

class timer_service_state {
public:
  using pointer = timer_service_actor::stateful_pointer<timer_service_state>;
  explicit timer_service_state(pointer self) : self_(self) {}
  static inline const char* name = "timer-service";

  timer_service_actor::behavior_type start(std::shared_ptr<persistence::timer_store> store, std::shared_ptr<entity_region> to,
                                           const wall_clock* clock, limits bounds, std::shared_ptr<figures> counts);

private:
  /// Timers whose entity said that nothing is due any more; filled on entity threads.
  struct finished {
    std::mutex guard;
    std::vector<persistence::due_timer> rows;
    std::size_t asked = 0;
  };

  void poll();
  void fire(const persistence::due_timer& timer, unix_ms now);

  pointer self_;
  std::shared_ptr<persistence::timer_store> store_;
  std::shared_ptr<entity_region> region_;
  const wall_clock* clock_ = nullptr;
  limits limits_;
  std::shared_ptr<figures> figures_;
  std::shared_ptr<finished> finished_ = std::make_shared<finished>();
};

timer_service_actor::behavior_type timer_service(timer_service_state::pointer self, std::shared_ptr<persistence::timer_store> store,
                                                 std::shared_ptr<entity_region> to, const wall_clock* clock, limits bounds,
                                                 std::shared_ptr<figures> counts);

}  // namespace holdfast::actors
