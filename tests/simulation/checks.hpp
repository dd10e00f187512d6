#pragma once
// What must hold when a run is over, whatever happened in it: the journal beside what guests were told, and beside what nodes answer.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/audit/claims_ledger.hpp"
#include "persistence/storage.hpp"
#include "tests/simulation/guests.hpp"

namespace holdfast::simulation {

using findings = std::vector<std::string>;

struct journal_copy {
  std::map<std::string, audit::claims_ledger> ledgers;
  std::map<std::pair<std::string, std::string>, v1::Entry> by_key;  // (entity, idempotency key)
  std::map<std::string, std::set<std::string>> spots_of;            // booking → every choice of spots it ever had
  std::uint64_t entries = 0;
  std::uint64_t fingerprint = 0;  // of every row in order: equal runs have equal ones

  void note_spots(const v1::Entry& entry);
};

/// Also finds what is sold twice, and every other claim that does not add up.
journal_copy read_journal(persistence::storage&, findings&);

/// Every acknowledged command stands in the journal, with the answer that was given.
void check_acknowledged(const memories& told, const journal_copy&, findings&);
/// Nothing that was rejected does.
void check_refused(const memories& told, const journal_copy&, findings&);
void check_overdue(const journal_copy&, unix_ms now, findings&);
/// Snapshots, sequences and lists, as an operator's audit sees them.
void check_audit(persistence::storage&, findings&);

/// What is answered about each block equals what replay from nothing gives, and what the independent account says is free.
/// `look`: asks a node; null when it does not answer.
using look_at_block = std::function<std::shared_ptr<const v1::Reply>(std::shared_ptr<v1::Command>)>;
void check_state(persistence::storage&, const std::vector<std::string>& blocks, unix_ms now, const look_at_block& look, findings&);

/// What replay from nothing gives.
v1::BlockView replayed_view(persistence::storage&, const std::string& block);

}  // namespace holdfast::simulation
