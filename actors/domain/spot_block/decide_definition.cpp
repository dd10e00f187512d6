// What staff set: the block's definition, whether it is open, what is taken out of sale.
#include <algorithm>
#include <cmath>
#include <set>

#include "actors/domain/digest.hpp"
#include "actors/domain/spot_block/spot_block.hpp"
#include "actors/domain/validation.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::block {
namespace {

constexpr std::size_t categories_max = 64;
constexpr std::size_t label_max = 64;
constexpr float coordinate_max = 1e6F;

bool drawable(float v) noexcept { return std::isfinite(v) && std::fabs(v) <= coordinate_max; }

void check_spots(field_errors& errors, const v1::BlockDefinition& definition) {
  if (definition.spots_size() == 0) errors.add("spots", "required", "at least one");
  if (definition.spots_size() > static_cast<int>(spots_max)) return errors.add("spots", "range", "at most " + std::to_string(spots_max));
  std::set<std::string_view> labels;
  std::set<std::string_view> categories;
  for (int i = 0; i < definition.spots_size(); ++i) {
    const auto& s = definition.spots(i);
    const auto at = "spots[" + std::to_string(i) + "].";
    check_required(errors, at + "label", s.label(), label_max);
    if (!labels.insert(s.label()).second) errors.add(at + "label", "duplicate", "'" + s.label() + "' is there already");
    check_optional(errors, at + "category", s.category(), 64);
    check_optional(errors, at + "row", s.row(), 64);
    if (s.capacity() == 0 || s.capacity() > capacity_max)
      errors.add(at + "capacity", "range", "between 1 and " + std::to_string(capacity_max));
    if (!drawable(s.x()) || !drawable(s.y())) errors.add(at + "x", "range", "not on a map");
    categories.insert(s.category());
  }
  if (categories.size() > categories_max) errors.add("spots", "range", "at most " + std::to_string(categories_max) + " categories");
}

field_errors check(const v1::BlockDefinition& definition, std::string_view id) {
  field_errors errors;
  if (definition.id() != id) errors.add("id", "format", "not the id of this block");
  check_required(errors, "title", definition.title());
  if (!known_flow(definition.flow())) errors.add("flow", "required", "group, spot or performance");
  check_frame(errors, "frame", definition.frame());
  check_frame(errors, "sales", definition.sales());
  check_spots(errors, definition);
  if (definition.flow() == v1::FLOW_PERFORMANCE && definition.spots_size() > 1)
    errors.add("spots", "range", "a performance has one spot with a capacity");
  check_prices(errors, "prices", definition.prices());
  if (!currency(definition.currency())) errors.add("currency", "format", "three capital letters");
  check_policy(errors, "policy", definition.policy());
  for (const auto size : {definition.map_width(), definition.map_height()})
    if (!drawable(size) || size < 0) errors.add("mapWidth", "range", "not a size of a map");
  return errors;
}

bool inside(const stretch& part, const stretch& frame) noexcept { return part.begin >= frame.begin && part.until() <= frame.until(); }

}  // namespace

outcome spot_block::decide_apply(const v1::ApplyBlock& command, unix_ms now) const {
  const auto& definition = command.definition();
  if (auto errors = check(definition, id_); errors.any()) return errors.take();
  const auto digest = sha256(canonical_bytes(definition));
  v1::Entry out;
  if (applied_ && digest == digest_) return out;
  if (applied_)
    if (auto refusal = takes_away_what_is_claimed(definition, now, out)) return std::move(*refusal);
  auto& event = *out.add_block()->mutable_applied();
  *event.mutable_definition() = definition;
  event.set_digest(digest);
  return out;
}

std::optional<v1::Rejection> spot_block::takes_away_what_is_claimed(const v1::BlockDefinition& definition, unix_ms now,
                                                                    v1::Entry& out) const {
  spot_table next;
  next.define(definition);
  std::vector<want> wants;  // what is claimed now must fit into what will be there
  bool live = false;
  for (std::uint32_t i = 0; i < table_.spots().size(); ++i) {
    const auto& s = table_[i];
    if (s.claims.peak({0, 0, true}) == 0) continue;
    live = true;
    std::uint32_t capacity = 0;
    if (const auto kept = next.find(table_.label(i))) capacity = table_.staff(i).sellable(next[*kept].capacity);
    if (capacity < s.sellable) wants.push_back({i, 0, capacity, {0, 0, true}});
  }
  if (live && definition.flow() != terms_.flow) return reject(v1::CAPACITY_IN_USE, "the flow cannot change while there are bookings");
  auto verdict = find_room(table_, book_, wants, now);
  if (!verdict.short_of.empty())
    return reject(v1::CAPACITY_IN_USE, std::string(table_.label(verdict.short_of.front().spot)) + " is booked");
  if (auto refusal = leaves_out_what_is_claimed(terms_of(definition).frame, now, verdict.lapsed)) return refusal;
  expire_first(verdict.lapsed, out);
  return std::nullopt;
}

/// Bookings of the whole frame move with it; those of a part of it must stay inside.
std::optional<v1::Rejection> spot_block::leaves_out_what_is_claimed(const stretch& frame, unix_ms now,
                                                                    std::vector<const booking*>& lapsed) const {
  if (frame == terms_.frame) return std::nullopt;
  for (const auto* b : book_.in_order()) {
    if (!b->claiming() || b->when.whole || inside(b->when, frame)) continue;
    if (!b->lapsed(now))
      return reject(v1::CAPACITY_IN_USE, std::string(table_.label(b->claims.front().spot)) + " is booked outside the new frame");
    if (std::find(lapsed.begin(), lapsed.end(), b) == lapsed.end()) lapsed.push_back(b);
  }
  return std::nullopt;
}

outcome spot_block::decide_open(const v1::SetBlockOpen& command) const {
  v1::Entry out;
  if (command.open() != open_) out.add_block()->mutable_open_set()->set_open(command.open());
  return out;
}

outcome spot_block::decide_occupation(const v1::SetManualOccupation& command, unix_ms now) const {
  field_errors errors;
  const auto index = table_.find(command.spot());
  if (!index) errors.add("spot", command.spot().empty() ? "required" : "unknown", "no such spot");
  if (command.additional() > capacity_max) errors.add("additional", "range", "at most " + std::to_string(capacity_max));
  if (index && command.occupied() > table_[*index].capacity + command.additional()) errors.add("occupied", "range", "more than there is");
  if (errors.any()) return errors.take();
  const staffing wanted{command.occupied(), command.additional()};
  v1::Entry out;
  if (table_.staff(*index) == wanted) return out;
  const want fits{*index, 0, wanted.sellable(table_[*index].capacity), {0, 0, true}};
  const auto verdict = find_room(table_, book_, {&fits, 1}, now);
  if (!verdict.short_of.empty()) return reject(v1::CAPACITY_IN_USE, command.spot() + " is booked");
  expire_first(verdict.lapsed, out);
  auto& event = *out.add_block()->mutable_manual_occupation_set();
  event.set_spot(command.spot());
  event.set_occupied(command.occupied());
  event.set_additional(command.additional());
  return out;
}

}  // namespace holdfast::domain::block
