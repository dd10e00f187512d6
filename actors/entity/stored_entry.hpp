#pragma once
// The journal's rows as an entity writes and reads them: a serialised v1::Entry whose answer is handled as bytes. An answer is serialised
// once, when it is given, and not looked at again unless its key is repeated; taking every one of them apart would be half of a recovery.
#include <string>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::actors {

/// `reply`: serialised v1::Reply; empty for none. The entry itself must not have one.
std::string write_entry(const v1::Entry& entry, std::string_view reply);

/// Everything but the answer goes into `entry`; `reply` lives as long as `payload`. False: not an entry.
bool read_entry(std::string_view payload, v1::Entry& entry, std::string_view& reply);

}  // namespace holdfast::actors
