#pragma once
// A block's map as JSON text. A thousand spots go to everybody who opens the map and to everybody who watches, so they are written straight
// into one string: a tree of JSON values would be twenty allocations per spot.
#include <string>

#include "holdfast/v1/envelope.pb.h"
#include "holdfast/v1/spot_block.pb.h"

namespace holdfast::gateway::api {

/// The schema Block.
std::string block_text(const v1::BlockView&);

/// The schema BlockChanges.
std::string block_changes_text(const v1::BlockChange&);

}  // namespace holdfast::gateway::api
