#pragma once
// Entities as operators see them.
#include <boost/json/object.hpp>
#include <string>

#include "gateway/console/operations.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway::console {

std::string_view kind_text(entity_kind) noexcept;

/// What stands in every list. The id must be well-formed.
boost::json::object reference_json(const std::string& entity, const operations&);

boost::json::object run_json(const v1::EntityRun&);

/// `run`: null while nobody serves the shard.
boost::json::object inspection_json(const v1::EntityRecord&, const v1::EntityRun* run, std::uint64_t subscribers, const operations&);

}  // namespace holdfast::gateway::console
