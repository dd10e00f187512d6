#pragma once
// Definitions as administrators send them: tenant, event, block. JSON in, messages out; actors/domain/inheritance.hpp fills in what they
// inherit.
#include <boost/json/object.hpp>
#include <string_view>

#include "gateway/api/json_reader.hpp"
#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/spot_block.pb.h"
#include "holdfast/v1/tenant.pb.h"

namespace holdfast::gateway::api {

v1::TenantDefinition read_tenant(object_reader&, std::string_view slug);
/// Dates are read in the tenant's time zone. The flow must be the tenant's or `performance`.
v1::EventDefinition read_event(object_reader&, std::string_view event, const v1::TenantDefinition&);
/// Only what is the block's own.
v1::BlockDefinition read_block(object_reader&, std::string_view block);

json::object tenant_definition_json(const v1::TenantDefinition&);

}  // namespace holdfast::gateway::api
