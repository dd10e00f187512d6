#include "actors/entity/snapshot_folder.hpp"

#include <utility>

#include "actors/entity/entity_record.hpp"
#include "protocols/base/log.hpp"

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
      log_of(part::actors)->warn("no snapshot of {} at {}: {}", wanted.entity.value, wanted.upto.value, folded.error().detail);
    }
  }};
}

result<void> snapshot_folder_state::fold(const fold_msg& wanted) {
  const auto known = read_entity(*journal_, *snapshots_, wanted.entity, limits_, wanted.upto);
  if (!known) return known.error();
  if ((*known)->snapshot >= wanted.upto) return {};  // the entity was put away meanwhile and left one
  return snapshots_->save(wanted.entity, (*known)->memory->save());
}

}  // namespace holdfast::actors
