#pragma once
// How a journal entry changes the rows of the read model. Pure: no store, no clock; what the projection of every store runs.
#include <string_view>

#include "persistence/projection/model.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::persistence {

struct entry_facts {
  std::string_view tenant;
  unix_ms at_ms = 0;
  std::int64_t version = 0;  // the entity's sequence number
};

/// The booking an event speaks of; empty for events of the block itself.
std::string_view booking_of(const v1::SpotBlockEvent&);

/// `row` is empty before the booking's first event. False: the event changes nothing in it.
bool fold_booking(std::optional<booking_record>& row, const v1::SpotBlockEvent&, const entry_facts&);

/// Definition, opening, manual occupation.
bool fold_block(std::optional<block_record>& row, const v1::SpotBlockEvent&);

/// Moves a booking's grip on the spots from what it was to what it is.
void recount(v1::BlockTally&, const v1::BookingView* before, const v1::BookingView* after);

/// Per category, in the order in which categories first occur in the block.
std::vector<v1::CategoryFigures> figures_of(const v1::BlockTally&);

bool fold_event(std::optional<event_record>& row, const v1::EventEvent&);

/// Enters what `entry` needs into the working set.
void note_keys(working_set&, const entity_parts&, const v1::Entry&);

/// Applies one journal row; the keys must be loaded.
void fold_entry(working_set&, const entity_parts&, const v1::Entry&, sequence at);

}  // namespace holdfast::persistence
