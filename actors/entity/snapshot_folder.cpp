#include "actors/entity/snapshot_folder.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "actors/entity/entity_memory.hpp"

namespace holdfast::actors {

snapshot_folder_actor::behavior_type snapshot_folder(snapshot_folder_state::pointer self,
                                                     std::shared_ptr<persistence::journal_store> journal,
                                                     std::shared_ptr<persistence::snapshot_store> snapshots, limits bounds,
                                                     std::shared_ptr<figures> counts) {
  return self->state.start(std::move(journal), std::move(snapshots), bounds, std::move(counts));
}

snapshot_folder_actor::behavior_type snapshot_folder_state::start(std::shared_ptr<persistence::journal_store> journal,
                                                                  std::shared_ptr<persistence::snapshot_store> snapshots, limits bounds,
                                                                  std::shared_ptr<figures> counts) {
  journal_ = std::move(journal);
  snapshots_ = std::move(snapshots);
  limits_ = bounds;
  figures_ = std::move(counts);
  return {[this](const fold_msg& wanted) {
    const auto folded = fold(wanted);
    // Without it the next recovery takes longer, nothing else.
    if (folded) {
      figures_->snapshots.fetch_add(1, std::memory_order_relaxed);
    } else {
      spdlog::warn("no snapshot of {} at {}: {}", wanted.entity.value, wanted.upto.value, folded.error().detail);
    }
  }};
}

result<void> snapshot_folder_state::fold(const fold_msg& wanted) {
  std::optional<entity_memory> memory(std::in_place, wanted.entity, limits_);
  const auto last = snapshots_->load(wanted.entity);
  if (!last) return last.error();
  if (*last && !memory->restore(**last)) memory.emplace(wanted.entity, limits_);
  if (memory->at() >= wanted.upto) return {};  // the entity was put away meanwhile and left one
  bool understood = true;
  const auto read = journal_->read(wanted.entity, {memory->at().value + 1}, [&](persistence::stored_entry&& entry) {
    understood = memory->replay(entry);
    return understood && memory->at() < wanted.upto;
  });
  if (!read) return read.error();
  if (!understood) return fail(failure_code::corrupt, "an entry does not decode");
  return snapshots_->save(wanted.entity, memory->save());
}

}  // namespace holdfast::actors
