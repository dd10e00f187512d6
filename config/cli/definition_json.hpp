#pragma once
// Definitions as the administration API takes them (protocols/openapi.yaml: TenantDefinition, EventDefinition, BlockDefinition).
#include <boost/json/object.hpp>

#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/spot_block.pb.h"
#include "holdfast/v1/tenant.pb.h"

namespace holdfast::cli {

boost::json::object to_json(const v1::TenantDefinition&);
boost::json::object to_json(const v1::EventDefinition&);
boost::json::object to_json(const v1::BlockDefinition&);

}  // namespace holdfast::cli
