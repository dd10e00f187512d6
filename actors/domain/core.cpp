#include "actors/domain/core.hpp"

#include "actors/domain/event/event.hpp"
#include "actors/domain/spot_block/spot_block.hpp"
#include "actors/domain/tenant/tenant.hpp"

namespace holdfast::domain {

std::unique_ptr<core> make_core(const entity_id& id) {
  const auto parts = parse_entity(id.value);
  if (!parts) return nullptr;
  switch (parts->kind) {
    case entity_kind::tenant:
      return std::make_unique<tenant>(parts->tenant);
    case entity_kind::event:
      return std::make_unique<event>(parts->tenant, parts->id);
    case entity_kind::block:
      return std::make_unique<block::spot_block>(parts->tenant, parts->id);
  }
  return nullptr;
}

}  // namespace holdfast::domain
