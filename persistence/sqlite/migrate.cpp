#include "persistence/sqlite/migrate.hpp"

namespace holdfast::persistence::sqlite {

int schema_version(SQLite::Database& database) {
  if (!database.tableExists("schema_version")) return 0;
  return database.execAndGet("select coalesce(max(version), 0) from schema_version").getInt();
}

failure schema_too_new(const std::string& file, int found, std::size_t known) {
  return fail(failure_code::schema_too_new,
              file + " has schema " + std::to_string(found) + ", this program knows schema " + std::to_string(known) + " and older");
}

result<void> migrate(const settings& where, std::span<const sql::migration> known) {
  try {
    SQLite::Database database(where.file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 10'000);
    if (const auto found = schema_version(database); found > static_cast<int>(known.size()))
      return schema_too_new(where.file, found, known.size());
    database.exec("pragma journal_mode = wal");
    database.exec("pragma synchronous = full");
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec(
        "create table if not exists schema_version (version integer primary key, name text not null, applied_at text not null) strict");
    const auto found = schema_version(database);
    if (found > static_cast<int>(known.size())) return schema_too_new(where.file, found, known.size());
    for (const auto& step : known.subspan(static_cast<std::size_t>(found))) {
      database.exec(step.text);
      SQLite::Statement note(database, "insert into schema_version (version, name, applied_at) values (?, ?, datetime('now'))");
      note.bind(1, step.number);
      note.bind(2, step.name);
      note.exec();
    }
    transaction.commit();
    return {};
  } catch (const SQLite::Exception& e) {
    return to_failure(e);
  }
}

result<void> check_schema(connection& link, std::span<const sql::migration> known) {
  return link.guard([&]() -> result<void> {
    const auto found = schema_version(link.open());
    if (found > static_cast<int>(known.size())) return schema_too_new("the database", found, known.size());
    if (found < static_cast<int>(known.size())) return fail(failure_code::unavailable, "the database has not been migrated");
    return {};
  });
}

}  // namespace holdfast::persistence::sqlite
