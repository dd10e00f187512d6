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
  v1::Interval frame{};      // of the block
};

/// The booking an event speaks of; empty for events of the block itself.
std::string_view booking_of(const v1::SpotBlockEvent&);

/// `row` is empty before the booking's first event. False: the event changes nothing.
bool fold_booking(std::optional<booking_record>& row, const v1::SpotBlockEvent&, const entry_facts&);

/// Opening and manual occupation; definitions are `redefine`.
bool fold_block(std::optional<block_record>& row, const v1::SpotBlockEvent&);

/// A definition: the spots it names, without claims. What staff did to spots that stay is kept.
void redefine(std::optional<block_record>& row, const v1::BlockDefinition&);

/// Adds or takes away a booking's grip on the spots; nothing when its status claims nothing.
void claim(block_record&, const v1::BookingView&);
void unclaim(block_record&, const v1::BookingView&);

/// The booking is for the block's whole frame.
bool whole_frame(const block_record&, const v1::BookingView&);

/// Per category, in the order in which categories first occur in the block.
std::vector<v1::CategoryFigures> figures_of(const block_record&);

bool fold_event(std::optional<event_record>& row, const v1::EventEvent&);

/// Enters what `entry` needs into the working set.
void note_keys(working_set&, const entity_parts&, const v1::Entry&);

/// Applies one journal row; the keys must be loaded.
void fold_entry(working_set&, const entity_parts&, const v1::Entry&, sequence at);

}  // namespace holdfast::persistence
