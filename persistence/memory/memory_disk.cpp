#include "persistence/memory/memory_disk.hpp"

#include "persistence/memory/state.hpp"

namespace holdfast::persistence {

disk_image::disk_image() {
  for (std::uint16_t i = 0; i < shard_count; ++i) leases.at(i).shard = {i};
}

void disk_state::apply(write change) {
  change(written_);
  pending_.push_back(std::move(change));
}

void disk_state::sync() {
  for (const auto& change : pending_) change(synced_);
  pending_.clear();
}

void disk_state::crash() {
  pending_.clear();
  written_ = synced_;
  batches_ = 0;
}

void disk_state::batch_end() {
  if (options.ack_before_sync && ++batches_ % options.sync_every != 0) return;
  sync();
}

memory_disk::memory_disk() : memory_disk(options{}) {}
memory_disk::memory_disk(options options) : state_(std::make_unique<disk_state>(options)) {}
memory_disk::~memory_disk() = default;

void memory_disk::sync() {
  const std::lock_guard lock(state_->guard);
  state_->sync();
}

void memory_disk::crash() {
  const std::lock_guard lock(state_->guard);
  state_->crash();
}

std::size_t memory_disk::unsynced() const {
  const std::lock_guard lock(state_->guard);
  return state_->unsynced();
}

void memory_disk::set_schema(int version) {
  const std::lock_guard lock(state_->guard);
  state_->apply([version](disk_image& disk) { disk.schema = version; });
  state_->sync();
}

}  // namespace holdfast::persistence
