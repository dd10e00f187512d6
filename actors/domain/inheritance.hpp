#pragma once
// What a block takes from its event, and an event from its tenant: whatever the special one leaves open (0), the general one says, and the
// platform says the rest. A block gets the result and decides by it alone.
#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/spot_block.pb.h"
#include "holdfast/v1/tenant.pb.h"

namespace holdfast::domain {

v1::BookingPolicy policy_for(const v1::TenantDefinition&);
v1::BookingPolicy policy_for(const v1::EventDefinition&, const v1::TenantDefinition&);

/// The event's own flow, or the tenant's.
v1::Flow flow_for(const v1::EventDefinition&, const v1::TenantDefinition&) noexcept;

/// Fills in everything a block takes from its event and tenant; what is its own (id, title, spots, map) stays.
void inherit(v1::BlockDefinition& block, const v1::EventDefinition&, const v1::TenantDefinition&);

}  // namespace holdfast::domain
