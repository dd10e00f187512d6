// What an event is, for lists and search; and how a whole journal entry is spread over the rows.
#include <limits>

#include "persistence/projection/fold.hpp"
#include "persistence/text/fold.hpp"

namespace holdfast::persistence {
namespace {

// A title for sorting that does not depend on the order of a hash map: English, else the first language by name.
std::string sort_title(const v1::EventDefinition& definition) {
  if (const auto it = definition.title().find("en"); it != definition.title().end()) return fold_text(it->second);
  const std::map<std::string, std::string> by_language(definition.title().begin(), definition.title().end());
  return by_language.empty() ? std::string() : fold_text(by_language.begin()->second);
}

void fold_tenant(working_set& set, const entity_parts& entity, const v1::Entry& entry) {
  for (const auto& event : entry.tenant())
    if (event.has_applied()) set.tenants.emplace(entity.tenant);
}

void fold_event_entry(working_set& set, const entity_parts& entity, const v1::Entry& entry) {
  if (entry.event().empty()) return;
  auto& slot = set.events[{std::string(entity.tenant), std::string(entity.id)}];
  for (const auto& event : entry.event()) slot.changed |= fold_event(slot.row, event);
}

using booking_slots = std::map<row_key, slot<booking_record>>;

/// Bookings of the whole frame follow the frame; then everything that claims something is counted anew.
void fold_definition(booking_slots& bookings, const row_key& key, slot<block_record>& block, const v1::BlockDefinition& definition) {
  const auto begin = bookings.lower_bound({key.tenant, first_booking_of(key.id)});
  const auto end = bookings.lower_bound({key.tenant, behind_bookings_of(key.id)});
  std::vector<slot<booking_record>*> whole;
  for (auto it = begin; it != end; ++it)
    if (block.row && it->second.row && whole_frame(*block.row, it->second.row->view)) whole.push_back(&it->second);
  redefine(block.row, definition);
  block.changed = true;
  for (auto* booking : whole) {
    auto& view = booking->row->view;
    if (whole_frame(*block.row, view)) continue;
    view.mutable_interval()->set_begin_ms(definition.frame().begin_ms());
    view.mutable_interval()->set_end_ms(definition.frame().end_ms());
    booking->changed = true;
  }
  for (auto it = begin; it != end; ++it)
    if (it->second.row) claim(*block.row, it->second.row->view);
}

void fold_booking_event(slot<booking_record>& booking, slot<block_record>& block, const v1::SpotBlockEvent& event,
                        const entry_facts& entry) {
  if (block.row && booking.row) unclaim(*block.row, booking.row->view);
  booking.changed |= fold_booking(booking.row, event, entry);
  if (!block.row || !booking.row) return;
  claim(*block.row, booking.row->view);
  block.changed = true;
}

void fold_block_entry(working_set& set, const entity_parts& entity, const v1::Entry& entry, sequence at) {
  if (entry.block().empty()) return;
  const row_key key{std::string(entity.tenant), std::string(entity.id)};
  auto& block = set.blocks[key];
  for (const auto& event : entry.block()) {
    if (event.has_applied()) {
      fold_definition(set.bookings, key, block, event.applied().definition());
    } else if (const auto id = booking_of(event); !id.empty()) {
      const entry_facts facts{entity.tenant, entry.at_ms(), at.value, block.row ? block.row->shape.frame() : v1::Interval()};
      fold_booking_event(set.bookings[{key.tenant, std::string(id)}], block, event, facts);
    } else {
      block.changed |= fold_block(block.row, event);
    }
  }
}

}  // namespace

bool fold_event(std::optional<event_record>& row, const v1::EventEvent& event) {
  if (!event.has_applied() && !event.has_open_set()) return false;
  if (!row) row.emplace();
  if (event.has_applied()) row->definition = event.applied().definition();
  if (event.has_open_set()) row->open = event.open_set().open();
  return true;
}

event_facts facts_of(const v1::EventDefinition& definition) {
  event_facts out;
  out.sort_title = sort_title(definition);
  out.begin_ms = definition.frame().begin_ms();
  out.end_ms = definition.frame().end_ms() == 0 ? std::numeric_limits<std::int64_t>::max() : definition.frame().end_ms();
  out.region = fold_text(definition.region());
  std::map<std::string, std::string> titles(definition.title().begin(), definition.title().end());
  std::string words;
  const auto add = [&words](const std::string& text) {
    if (!words.empty() && !text.empty()) words += ' ';
    words += text;
  };
  for (const auto& [language, title] : titles) add(fold_text(title));
  add(out.region);
  for (const auto& text : definition.facilities()) add(out.facilities.emplace_back(fold_text(text)));
  for (const auto& text : definition.activities()) add(out.activities.emplace_back(fold_text(text)));
  out.search = std::move(words);
  return out;
}

void note_keys(working_set& set, const entity_parts& entity, const v1::Entry& entry) {
  const std::string tenant(entity.tenant);
  if (!entry.event().empty()) set.events.try_emplace({tenant, std::string(entity.id)});
  if (!entry.block().empty()) set.blocks.try_emplace({tenant, std::string(entity.id)});
  for (const auto& event : entry.block()) {
    if (const auto id = booking_of(event); !id.empty()) {
      const auto [booking, first] = set.bookings.try_emplace({tenant, std::string(id)});
      // A block gives an id once: what it begins here is nowhere yet.
      if (first) booking->second.created = event.has_hold_placed() || event.has_reserved();
    }
    if (event.has_applied()) set.redefined.insert({tenant, std::string(entity.id)});
  }
}

void fold_entry(working_set& set, const entity_parts& entity, const v1::Entry& entry, sequence at) {
  switch (entity.kind) {
    case entity_kind::tenant:
      return fold_tenant(set, entity, entry);
    case entity_kind::event:
      return fold_event_entry(set, entity, entry);
    case entity_kind::block:
      return fold_block_entry(set, entity, entry, at);
  }
}

}  // namespace holdfast::persistence
