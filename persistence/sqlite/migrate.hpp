#pragma once
// Brings a file to the schema that this program knows, or says why it cannot.
#include <span>

#include "persistence/sqlite/connection.hpp"

namespace holdfast::persistence::sqlite {

/// Creates the file when it is not there and applies the migrations that are missing, in one transaction.
result<void> migrate(const settings& where, std::span<const sql::migration> known);

/// For a connection that is about to be used: has the file exactly the schema that this program knows?
result<void> check_schema(connection&, std::span<const sql::migration> known);

/// 0 where no migration was ever applied. Throws SQLite::Exception.
int schema_version(SQLite::Database&);
failure schema_too_new(const std::string& file, int found, std::size_t known);

}  // namespace holdfast::persistence::sqlite
