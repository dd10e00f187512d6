#pragma once
// Whether the actors of this node still take turns. From time to time a question goes through the region; its answer, whatever it says, is
// a sign of life. A region that turns everything away at its door says nothing about who is behind it: then only work that is done counts.
#include <atomic>
#include <chrono>
#include <memory>

#include "actors/region.hpp"
#include "actors/runtime/figures.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::node {

class pulse {
public:
  /// The figures outlive it.
  pulse(std::shared_ptr<actors::region>, const actors::figures&, const wall_clock&);

  /// Asks, unless an answer is still due. Never blocks; called from one thread.
  void feel();
  /// Since the last sign of life; from the construction on, where there was none yet.
  std::chrono::milliseconds silent_for() const;

private:
  using steady = std::chrono::steady_clock;
  struct signs {
    std::atomic<steady::rep> last;
    std::atomic<bool> waiting{false};
  };

  std::shared_ptr<actors::region> region_;
  const actors::figures& figures_;
  const wall_clock& clock_;
  std::shared_ptr<signs> signs_;  // answers may come when this object is gone
  std::uint64_t work_ = 0;
  steady::time_point asked_at_;
};

}  // namespace holdfast::node
