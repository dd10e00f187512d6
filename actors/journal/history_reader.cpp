#include "actors/journal/history_reader.hpp"

#include <utility>

namespace holdfast::actors {

history_reader_actor::behavior_type history_reader(history_reader_state::pointer self, std::shared_ptr<persistence::journal_store> journal,
                                                   std::shared_ptr<persistence::snapshot_store> snapshots) {
  return self->state.start(std::move(journal), std::move(snapshots));
}

history_reader_actor::behavior_type history_reader_state::start(std::shared_ptr<persistence::journal_store> journal,
                                                                std::shared_ptr<persistence::snapshot_store> snapshots) {
  journal_ = std::move(journal);
  snapshots_ = std::move(snapshots);
  return {[this](const history_request& request) { self_->send(request.requester, read(request)); }};
}

history_chunk history_reader_state::read(const history_request& request) {
  history_chunk chunk{request.life, {}, {}, true, {}};
  auto from = request.from;
  if (request.with_snapshot) {
    auto loaded = snapshots_->load(request.entity);
    if (!loaded) {
      chunk.error = loaded.error();
      return chunk;
    }
    chunk.snapshot = std::move(*loaded);
    if (chunk.snapshot) from = {chunk.snapshot->at.value + 1};
  }
  const auto read = journal_->read(request.entity, from, [&](persistence::stored_entry&& entry) {
    chunk.entries.push_back(std::move(entry));
    return chunk.entries.size() < request.limit;
  });
  if (!read) chunk.error = read.error();
  chunk.last = chunk.entries.size() < request.limit;
  return chunk;
}

}  // namespace holdfast::actors
