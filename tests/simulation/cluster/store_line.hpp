#pragma once
// The store as one run of a node reaches it: calls fail, hang, are carried out and not answered, or are carried out late.
#include <cstdint>
#include <functional>
#include <memory>

#include "persistence/storage.hpp"
#include "tests/simulation/cluster/epoch_witness.hpp"
#include "tests/simulation/cluster/hanging_task.hpp"
#include "tests/simulation/stage.hpp"
#include "tests/simulation/unlucky.hpp"

namespace holdfast::simulation {

/// What goes wrong on the way. Outlives every store that was opened through it.
class store_line {
public:
  /// `later`: does something after so many milliseconds, whatever has become of the node by then.
  store_line(random_engine& random, epoch_witness& witness, std::function<void(std::int64_t, std::function<void()>)> later)
      : random_(random), witness_(witness), later_(std::move(later)), faults_(random()) {}

  /// Nothing gets through.
  void set_cut(bool cut) { cut_ = cut; }
  bool cut() const { return cut_; }
  /// Of so many calls some fail, and nobody knows whether they were carried out.
  void shake(int calls) { shaky_ = calls; }
  /// The next call of the cluster's store but `after` hangs in this task, before or after it is carried out. Null: none does.
  void hang(hanging_task* in, int after, bool carried_out);
  /// The process has ended: what is still to be called may or may not happen, and nobody hears of it.
  void end() { ended_ = true; }

  /// Of the node and its store; what is carried out late meets them too.
  unlucky& faults() { return faults_; }

  // ---- for the stores
  /// False: the call fails without effect.
  bool gets_through();
  /// False: it was carried out, but that is not known.
  bool comes_back();
  /// As gets_through and comes_back, where the call is the cluster's.
  bool round_gets_through();
  bool round_comes_back();
  /// What becomes of a batch that was under way when the line broke.
  enum class fate { not_sent, lost, written, written_late };
  fate draw_fate();
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  void later(std::int64_t ms, std::function<void()> what) { later_(ms, std::move(what)); }
  epoch_witness& witness() { return witness_; }

private:
  bool shaken();

  random_engine& random_;
  epoch_witness& witness_;
  std::function<void(std::int64_t, std::function<void()>)> later_;
  bool cut_ = false;
  bool ended_ = false;
  int shaky_ = 0;
  hanging_task* hangs_ = nullptr;
  int hangs_after_ = 0;
  bool hangs_carried_out_ = false;
  unlucky faults_;
};

std::shared_ptr<persistence::storage> through(std::shared_ptr<persistence::storage>, std::shared_ptr<store_line>);

}  // namespace holdfast::simulation
