#include "config/node/projector.hpp"

#include "protocols/base/log.hpp"

namespace holdfast::node {

projector::projector(std::shared_ptr<persistence::storage> storage, config::projection_section limits, std::function<bool()> mine)
    : storage_(std::move(storage)), limits_(limits), mine_(std::move(mine)), thread_([this] { run(); }) {}

projector::~projector() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

/// Called for every change: only the first since the last look wakes anybody.
void projector::wake() noexcept {
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;
  { const std::lock_guard lock(mutex_); }  // whoever is about to rest has seen it, or rests already
  changed_.notify_one();
}

bool projector::finish(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  finishing_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, at_most, [this] { return finished_; });
  return finished_ && figures_.healthy;
}

/// Lists may lag; carrying each booking by itself takes more of the store than booking it.
void projector::pause(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_ || finishing_; });
}

void projector::rest(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms),
                    [this] { return stopping_ || finishing_ || woken_.load(std::memory_order_acquire); });
  woken_.store(false, std::memory_order_release);
}

/// One transaction. How many rows it carried; nothing where the store failed and must be opened again.
std::optional<std::size_t> projector::carry(persistence::projection& projection, persistence::journal_store& journal) {
  const auto head = journal.head();
  if (head && figures_.healthy && head->value == figures_.reached) return 0;  // an idle node asks one question, not three
  const auto applied = head ? projection.advance(limits_.batch_rows_max) : result<std::size_t>(head.error());
  const auto reached = applied ? projection.reached() : result<position>(applied.error());
  if (!reached) {
    ++figures_.failures;
    if (figures_.healthy.exchange(false))
      log_of(part::lists)->error("the read model cannot follow the journal: {}", reached.error().detail);
    return std::nullopt;
  }
  if (!figures_.healthy.exchange(true)) log_of(part::lists)->info("the read model follows the journal again");
  figures_.rows += *applied;
  figures_.reached = reached->value;
  figures_.head = std::max(head->value, reached->value);
  return *applied;
}

/// Until nothing is left but what came meanwhile: that is for the next time, many at once again. False: the store failed. Whose business it
/// is does not matter to a node that ends: there may be nobody else left, and two that carry take turns.
bool projector::catch_up(persistence::projection& projection, persistence::journal_store& journal) {
  std::optional<std::size_t> rows = limits_.batch_rows_max;
  while (rows == limits_.batch_rows_max && !stopping_ && (finishing_ || !mine_ || mine_())) rows = carry(projection, journal);
  return rows.has_value();
}

void projector::run() {
  while (!stopping_) {
    auto projection = storage_->projector();
    auto journal = storage_->journal();
    if (!projection || !journal) {
      ++figures_.failures;
      const auto& why = projection ? journal.error() : projection.error();
      if (figures_.healthy.exchange(false)) log_of(part::lists)->error("the read model cannot be opened: {}", why.detail);
    } else {
      follow(**projection, **journal);
    }
    if (finishing_) break;
    rest(limits_.retry_ms);
  }
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

/// Until the store fails or all is done.
void projector::follow(persistence::projection& projection, persistence::journal_store& journal) {
  while (!stopping_) {
    const bool last = finishing_;  // asked before the look: this node writes nothing after it
    const std::uint64_t before = figures_.rows;
    if (!catch_up(projection, journal) || last) return;
    if (figures_.rows != before) pause(limits_.pause_ms);
    rest(limits_.poll_ms);
  }
}

}  // namespace holdfast::node
