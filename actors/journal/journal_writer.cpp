// A batch: gathering (appends arrive, "flush" waits behind them in the mailbox) ─▶ cut ─▶ one transaction ─▶ verdicts, one message an
// entity. There is no timer: an idle journal commits at once, a busy one in as large pieces as its disk is slow.
#include "actors/journal/journal_writer.hpp"

#include <chrono>
#include <utility>

namespace holdfast::actors {

using persistence::append_status;

journal_writer_actor::behavior_type journal_writer(journal_writer_state::pointer self, std::shared_ptr<persistence::journal_store> store,
                                                   limits bounds, std::shared_ptr<figures> counts) {
  return self->state.start(std::move(store), bounds, std::move(counts));
}

journal_writer_actor::behavior_type journal_writer_state::start(std::shared_ptr<persistence::journal_store> store, limits bounds,
                                                                std::shared_ptr<figures> counts) {
  store_ = std::move(store);
  limits_ = bounds;
  figures_ = std::move(counts);
  return {
      [this](append_msg& message) { take(std::move(message)); },
      [this](flush_atom) {
        flush_armed_ = false;
        flush();
      },
  };
}

void journal_writer_state::take(append_msg&& message) {
  batch_bytes_ += message.request.payload.size();
  batch_.push_back(std::move(message));
  if (batch_.size() >= limits_.journal_batch_rows_max || batch_bytes_ >= limits_.journal_batch_bytes_max) return flush();
  if (std::exchange(flush_armed_, true)) return;
  self_->send(self_, flush_atom::value);
}

bool journal_writer_state::lost(const append_msg& message) const {
  const auto it = refused_.find(message.request.entity);
  return it != refused_.end() && it->second >= message.life;
}

void journal_writer_state::flush() {
  if (batch_.empty()) return;
  auto batch = std::exchange(batch_, {});
  const auto bytes = std::exchange(batch_bytes_, 0);
  std::vector<persistence::append_request> rows;
  std::vector<const append_msg*> sources;
  rows.reserve(batch.size());
  for (auto& message : batch) {
    if (lost(message)) continue;  // the entity already knows and has begun a new life
    rows.push_back(std::move(message.request));
    sources.push_back(&message);
  }
  const auto statuses = write(rows);
  figures_->journal_bytes_in_flight.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);

  std::unordered_map<std::string_view, verdicts> told;
  bool takes_writes = rows.empty() && figures_->journal_writable.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& v = told.try_emplace(rows[i].entity.value, verdicts{sources[i]->from, {sources[i]->life, {}, {}}}).first->second;
    if (v.message.refused) continue;
    if (statuses[i] == append_status::durable) {
      v.message.durable_upto = rows[i].at;
      takes_writes = true;
      continue;
    }
    // Refused for its own sake: the journal as such works.
    if (statuses[i] == append_status::conflict || statuses[i] == append_status::stale_epoch) takes_writes = true;
    v.message.refused = statuses[i];
    figures_->journal_rows_refused.fetch_add(1, std::memory_order_relaxed);
    refused_[rows[i].entity] = sources[i]->life;
  }
  figures_->journal_writable.store(takes_writes, std::memory_order_relaxed);
  for (auto& [entity, v] : told) {
    if (!v.message.refused) refused_.erase(entity_id{std::string(entity)});
    self_->send(v.to, v.message);
  }
}

std::vector<append_status> journal_writer_state::write(std::vector<persistence::append_request>& rows) {
  if (rows.empty()) return {};
  const auto begin = std::chrono::steady_clock::now();
  auto statuses = store_->append(rows);
  figures_->commit_us.add(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count());
  figures_->journal_batches.fetch_add(1, std::memory_order_relaxed);
  figures_->journal_rows.fetch_add(rows.size(), std::memory_order_relaxed);
  return statuses;
}

}  // namespace holdfast::actors
