#pragma once
// A disk for tests and simulations: what is written can be read at once, but only what was synced survives a crash. Several storages
// may be opened on one disk, one after the other (a node that starts again) or at the same time.
#include <cstddef>
#include <memory>

#include "persistence/storage.hpp"

namespace holdfast::persistence {

class disk_state;

class memory_disk {
public:
  struct options {
    /// The clock that leases of nodes run by.
    const wall_clock* clock = &system_clock();
    /// Planted fault: the journal says "durable" before it has synced, and syncs only every `sync_every`-th batch. A crash then
    /// loses what was acknowledged. For tests that prove that such a journal is found out.
    bool ack_before_sync = false;
    std::size_t sync_every = 8;
    /// Planted fault: whoever believes in an old epoch may still write.
    bool ignore_epoch = false;
  };

  memory_disk();
  explicit memory_disk(options);
  ~memory_disk();
  memory_disk(const memory_disk&) = delete;
  memory_disk& operator=(const memory_disk&) = delete;

  /// Everything written so far survives a crash from now on.
  void sync();
  /// Forgets whatever was not synced. Stores that are open go on with what is left, as after a reboot.
  void crash();
  /// Writes that a crash would lose.
  std::size_t unsynced() const;
  /// As if a program with this schema had written it.
  void set_schema(int version);

  disk_state& state() noexcept { return *state_; }

private:
  std::unique_ptr<disk_state> state_;
};

/// Deterministic: the same calls give the same answers, positions and ids.
std::shared_ptr<storage> open_memory(std::shared_ptr<memory_disk>, fault_plan& = no_faults());

}  // namespace holdfast::persistence
