#include "protocols/base/ids.hpp"

#include <algorithm>

namespace holdfast {
namespace {

bool slug(std::string_view text, std::size_t max) noexcept {
  return !text.empty() && text.size() <= max &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

struct split {
  std::string_view head, tail;
  bool found;
};

split cut_first(std::string_view text, char at) noexcept {
  const auto i = text.find(at);
  if (i == std::string_view::npos) return {text, {}, false};
  return {text.substr(0, i), text.substr(i + 1), true};
}

split cut_last(std::string_view text, char at) noexcept {
  const auto i = text.rfind(at);
  if (i == std::string_view::npos) return {text, {}, false};
  return {text.substr(0, i), text.substr(i + 1), true};
}

}  // namespace

shard_id shard_of(std::string_view entity) noexcept {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : entity) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3ULL;
  }
  h ^= h >> 32U;
  h ^= h >> 16U;
  h ^= h >> 8U;
  return {static_cast<std::uint16_t>(h % shard_count)};
}

bool valid_tenant(std::string_view text) noexcept { return slug(text, 40); }
bool valid_event(std::string_view text) noexcept { return slug(text, 64); }

bool valid_block(std::string_view text) noexcept {
  const auto [event, block, found] = cut_first(text, '.');
  return found && valid_event(event) && slug(block, 64);
}

bool valid_booking(std::string_view text) noexcept {
  const auto [block, local, found] = cut_last(text, '.');
  return found && valid_block(block) && local.size() >= 8 && slug(local, 20) && local.find('-') == std::string_view::npos;
}

std::optional<entity_parts> parse_entity(std::string_view text) noexcept {
  const auto [kind, rest, found] = cut_first(text, '/');
  if (!found) return std::nullopt;
  if (kind == "tenant") return valid_tenant(rest) ? std::optional(entity_parts{entity_kind::tenant, rest, {}}) : std::nullopt;
  const auto [tenant, id, has_id] = cut_first(rest, '/');
  if (!has_id || !valid_tenant(tenant)) return std::nullopt;
  if (kind == "event" && valid_event(id)) return entity_parts{entity_kind::event, tenant, id};
  if (kind == "block" && valid_block(id)) return entity_parts{entity_kind::block, tenant, id};
  return std::nullopt;
}

entity_id tenant_entity(std::string_view tenant) { return {std::string("tenant/").append(tenant)}; }

entity_id event_entity(std::string_view tenant, std::string_view event) {
  return {std::string("event/").append(tenant).append("/").append(event)};
}

entity_id block_entity(std::string_view tenant, std::string_view block) {
  return {std::string("block/").append(tenant).append("/").append(block)};
}

std::string_view block_of_booking(std::string_view booking) noexcept { return cut_last(booking, '.').head; }
std::string_view event_of_block(std::string_view block) noexcept { return cut_first(block, '.').head; }

}  // namespace holdfast
