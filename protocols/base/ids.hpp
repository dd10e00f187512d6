#pragma once
// Names of things. An id tells where it lives: a booking id names its block, a block id its event, so that nothing has to be
// looked up between a request and its decision.
//
//   tenant  "doc-nz"                      [a-z0-9-]{1,40}
//   event   "aoraki"                      [a-z0-9-]{1,64}
//   block   "aoraki.p1"                   <event>.<block>
//   booking "aoraki.p1.7k3m9q2xw4tz"      <block>.<local>, local part [a-z0-9]{8,20}, 60 random bits
//   entity  "block/doc-nz/aoraki.p1"      <kind>/<tenant>[/<id>]
#include <bitset>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace holdfast {

/// A string or number that cannot be mistaken for another kind of string or number.
template <class Tag, class Rep>
struct strong {
  Rep value{};
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a null pointer in the comparison with 0 that the compiler writes
  friend auto operator<=>(const strong&, const strong&) = default;
  friend std::ostream& operator<<(std::ostream& out, const strong& x) { return out << x.value; }
};

using entity_id = strong<struct entity_id_tag, std::string>;
/// Position in one entity's history: the first journal row is 1; 0 means "nothing yet".
using sequence = strong<struct sequence_tag, std::int64_t>;
/// Raised each time a shard changes hands; an append under an older one is refused.
using epoch = strong<struct epoch_tag, std::int64_t>;
/// Position in the whole journal, ascending in commit order as a projection may read it.
using position = strong<struct position_tag, std::int64_t>;
using shard_id = strong<struct shard_id_tag, std::uint16_t>;

inline constexpr std::uint16_t shard_count = 256;
using shard_set = std::bitset<shard_count>;
inline const shard_set all_shards = ~shard_set{};

/// Stable for ever (stored in lease and journal rows): FNV-1a 64 of the entity id, folded to 8 bits.
shard_id shard_of(std::string_view entity) noexcept;

enum class entity_kind : std::uint8_t { tenant, event, block };

struct entity_parts {
  entity_kind kind;
  std::string_view tenant;
  std::string_view id;  // empty for a tenant
};

/// Empty when the text is no well-formed entity id. Views into the argument.
std::optional<entity_parts> parse_entity(std::string_view text) noexcept;

bool valid_tenant(std::string_view) noexcept;
bool valid_event(std::string_view) noexcept;
bool valid_block(std::string_view) noexcept;
bool valid_booking(std::string_view) noexcept;

entity_id tenant_entity(std::string_view tenant);
entity_id event_entity(std::string_view tenant, std::string_view event);
entity_id block_entity(std::string_view tenant, std::string_view block);

/// "aoraki.p1.7k3m…" → "aoraki.p1"; "aoraki.p1" → "aoraki". The argument must be valid.
std::string_view block_of_booking(std::string_view booking) noexcept;
std::string_view event_of_block(std::string_view block) noexcept;

}  // namespace holdfast

template <class Tag, class Rep>
struct std::hash<holdfast::strong<Tag, Rep>> {
  std::size_t operator()(const holdfast::strong<Tag, Rep>& x) const noexcept { return std::hash<Rep>{}(x.value); }
};
