#pragma once
// An entity as its journal tells it, whether it runs or not: for snapshots made beside it, and for operators who look at it. Reads stores:
// blocks.
#include <limits>
#include <memory>

#include "actors/entity/entity_memory.hpp"
#include "actors/runtime/limits.hpp"
#include "holdfast/v1/operator.pb.h"
#include "persistence/journal.hpp"

namespace holdfast::actors {

struct entity_reading {
  entity_reading(const entity_id& id, const limits& bounds) : memory(std::in_place, id, bounds) {}
  std::optional<entity_memory> memory;
  sequence snapshot{};  // what the stored one holds; 0: there is none, or this program does not understand it
};

/// The last snapshot and the entries after it, up to `upto` or the end. failure_code::corrupt: there is an entry that this program does not
/// understand.
result<std::unique_ptr<entity_reading>> read_entity(persistence::journal_store&, persistence::snapshot_store&, const entity_id&,
                                                    const limits&, sequence upto = {std::numeric_limits<std::int64_t>::max()});

/// failure_code::not_found: the journal has nothing of it.
result<v1::EntityRecord> read_record(persistence::journal_store&, persistence::snapshot_store&, persistence::timer_store&,
                                     const v1::InspectEntity&, const limits&);

}  // namespace holdfast::actors
