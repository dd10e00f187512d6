#include "gateway/live/topic.hpp"

namespace holdfast::gateway {
namespace {

std::optional<topic_kind> kind_of(std::string_view prefix, std::string_view id, std::string_view tenant) {
  if (tenant == no_tenant) return prefix == "cluster" && id.empty() ? std::optional(topic_kind::cluster) : std::nullopt;
  if (prefix == "block" && valid_block(id)) return topic_kind::block;
  if (prefix == "event" && valid_event(id)) return topic_kind::event;
  if (prefix == "booking" && valid_booking(id)) return topic_kind::booking;
  if (prefix == "tenant" && id == tenant) return topic_kind::tenant;
  return std::nullopt;
}

}  // namespace

std::optional<topic> parse_topic(std::string_view tenant, std::string_view name) {
  const auto colon = name.find(':');
  if (colon == std::string_view::npos || name.size() > 256) return std::nullopt;
  const auto kind = kind_of(name.substr(0, colon), name.substr(colon + 1), tenant);
  return kind ? std::optional(topic{*kind, std::string(tenant), std::string(name)}) : std::nullopt;
}

bool concerns(const topic& t, std::string_view entity) noexcept {
  const auto parts = parse_entity(entity);
  if (!parts || t.tenant != parts->tenant) return false;
  switch (t.kind) {
    case topic_kind::block:
      return parts->kind == entity_kind::block && t.id() == parts->id;
    case topic_kind::booking:
      return parts->kind == entity_kind::block && block_of_booking(t.id()) == parts->id;
    case topic_kind::event:
      return parts->kind == entity_kind::event && t.id() == parts->id;
    case topic_kind::tenant:
      return parts->kind == entity_kind::tenant;
    case topic_kind::cluster:
      return false;
  }
  return false;
}

v1::Command snapshot_query(const topic& t, const topic_reader& who) {
  v1::Command out;
  switch (t.kind) {
    case topic_kind::block:
      out.set_entity_id(block_entity(t.tenant, t.id()).value);
      out.mutable_get_block();
      break;
    case topic_kind::event:
      out.set_entity_id(event_entity(t.tenant, t.id()).value);
      out.mutable_get_event();
      break;
    case topic_kind::tenant:
      out.set_entity_id(tenant_entity(t.tenant).value);
      out.mutable_get_tenant();
      break;
    case topic_kind::booking:
      out.set_entity_id(block_entity(t.tenant, block_of_booking(t.id())).value);
      out.mutable_get_booking()->set_booking_id(std::string(t.id()));
      out.mutable_get_booking()->set_actor(who.actor);
      out.mutable_get_booking()->set_access_sha256(who.access_sha256);
      break;
    case topic_kind::cluster:
      break;
  }
  return out;
}

std::optional<std::int64_t> snapshot_version(const topic& t, const v1::Reply& reply) noexcept {
  switch (t.kind) {
    case topic_kind::block:
      return reply.has_block() ? std::optional(reply.block().version()) : std::nullopt;
    case topic_kind::event:
      return reply.has_event() ? std::optional(reply.event().version()) : std::nullopt;
    case topic_kind::tenant:
      return reply.has_tenant() ? std::optional(reply.tenant().version()) : std::nullopt;
    case topic_kind::booking:
      return reply.has_booking() ? std::optional(reply.booking().version()) : std::nullopt;
    case topic_kind::cluster:
      return std::nullopt;
  }
  return std::nullopt;
}

bool voids_snapshots(const v1::LiveChange& change) noexcept {
  return change.has_booking() || (change.has_block() && change.block().redefined()) || (change.has_event() && change.event().redefined()) ||
         (change.has_tenant() && change.tenant().redefined());
}

}  // namespace holdfast::gateway
