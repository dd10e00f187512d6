#pragma once
// What one SQLite storage is made of.
#include <memory>

#include "persistence/journal.hpp"
#include "persistence/operators.hpp"
#include "persistence/projection/model.hpp"
#include "persistence/read_model.hpp"
#include "persistence/sqlite/connection.hpp"

namespace holdfast::persistence::sqlite {

/// Shared by all stores of one storage.
struct home {
  home(settings journal_file, settings reads_file, fault_plan& plan)
      : journal(std::move(journal_file)), reads(std::move(reads_file)), faults(plan) {}

  const settings journal;
  const settings reads;
  fault_plan& faults;
  write_gate gate;        // of the journal's file
  write_gate reads_gate;  // of the read model's
};
using home_ptr = std::shared_ptr<home>;

// Each opens its connections on first use; the journal's writer only when something is appended.
std::unique_ptr<journal_store> make_journal(home_ptr);
std::unique_ptr<snapshot_store> make_snapshots(home_ptr);
std::unique_ptr<lease_store> make_leases(home_ptr);
std::unique_ptr<timer_store> make_timers(home_ptr);
std::unique_ptr<outbox_store> make_outbox(home_ptr);
std::unique_ptr<operator_store> make_operators(home_ptr);
std::unique_ptr<model_store> make_model(home_ptr);
std::unique_ptr<read_model> make_reads(home_ptr);

}  // namespace holdfast::persistence::sqlite
