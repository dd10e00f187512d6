#pragma once
// Stored messages as JSON for operators' eyes: names as in the .proto files, times as ISO 8601. What may not be seen by them is left out
// here and nowhere else: bytes (all of them are digests and nonces), idempotency keys (who repeats one gets its answer, with the access
// token), and of guests' contact data all but enough to recognise who is on the telephone.
#include <google/protobuf/message.h>

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace holdfast::gateway::console {

boost::json::object readable(const google::protobuf::Message&);

/// "createHold:guest:0192f0c1-…" → "createHold:…"
std::string public_part_of_key(std::string_view scoped_key);
/// "ida.lund@example.org" → "i…@example.org"
std::string masked_email(std::string_view);
/// "+45 20 30 40 50" → "…50"
std::string masked_phone(std::string_view);
/// "Lund" → "L."
std::string masked_name(std::string_view utf8);

}  // namespace holdfast::gateway::console
