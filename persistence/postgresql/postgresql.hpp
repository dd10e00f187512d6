#pragma once
// The production store: a PostgreSQL schema that any number of nodes share.
#include <memory>
#include <string_view>

#include "persistence/storage.hpp"

namespace holdfast::persistence {

/// `url`: a libpq URI. Beside libpq's own parameters it may carry
///   holdfast_schema=<name>       [a-z_][a-z0-9_]{0,62}, default "holdfast": several installations can share a database
///   holdfast_deadline_ms=<n>     no call waits longer for the server, default 5000
result<std::shared_ptr<storage>> open_postgresql(std::string_view url, fault_plan& faults);

}  // namespace holdfast::persistence
