#pragma once
// The embedded store: one file for the journal, one beside it (<file>.reads) for the read model. Needs no server.
#include <memory>
#include <string_view>

#include "persistence/storage.hpp"

namespace holdfast::persistence {

/// `location`: "<file>" or "<file>?max_pages=<n>" (bound on the journal file, in pages of 4 KiB; past it appends fail as on a full disk).
result<std::shared_ptr<storage>> open_sqlite(std::string_view location, fault_plan& faults);

}  // namespace holdfast::persistence
