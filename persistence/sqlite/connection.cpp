#include "persistence/sqlite/connection.hpp"

#include <sqlite3.h>

#include "persistence/reads/geo.hpp"

namespace holdfast::persistence::sqlite {
namespace {

constexpr int busy_timeout_ms = 2'000;
constexpr int checkpoint_pages = 4'000;  // 16 MiB: checkpoints are rare beside commits
// Of a writer: the inner pages of every index it inserts into at random, so that a batch reads nothing and spills nothing.
constexpr int cache_kib_max = 64 * 1024;
constexpr std::int64_t wal_bytes_kept = std::int64_t{64} << 20U;  // after a checkpoint the log shrinks to this

int primary(int extended) { return extended & 0xff; }

void haversine(sqlite3_context* context, int, sqlite3_value** values) {
  for (int i = 0; i < 4; ++i)
    if (sqlite3_value_type(values[i]) == SQLITE_NULL) return sqlite3_result_null(context);
  const auto number = [&](int i) { return sqlite3_value_double(values[i]); };
  sqlite3_result_double(context, haversine_km(number(0), number(1), number(2), number(3)));
}

}  // namespace

write_gate::pass write_gate::enter(rank who) {
  std::unique_lock lock(mutex_);
  if (who == rank::booking) {
    ++bookings_waiting_;
    free_.wait(lock, [this] { return !taken_; });
    --bookings_waiting_;
  } else {
    free_.wait(lock, [this] { return !taken_ && bookings_waiting_ == 0; });
  }
  taken_ = true;
  return pass(*this);
}

void write_gate::leave() {
  {
    const std::lock_guard lock(mutex_);
    taken_ = false;
  }
  free_.notify_all();
}

failure to_failure(const SQLite::Exception& e) {
  const std::string text = std::string("SQLite: ") + e.what();
  switch (primary(e.getErrorCode())) {
    case SQLITE_FULL:
      return fail(failure_code::disk_full, text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(failure_code::corrupt, text);
    default:
      return fail(failure_code::unavailable, text);
  }
}

// A commit is a mark in the log. When writing the log failed, the mark is not there; when only the sync failed, it may be.
aftermath aftermath_of(const SQLite::Exception& e) {
  if (primary(e.getErrorCode()) != SQLITE_IOERR) return aftermath::not_written;
  return e.getExtendedErrorCode() == SQLITE_IOERR_WRITE ? aftermath::not_written : aftermath::unknown;
}

bool spoils_only_its_row(const SQLite::Exception& e) {
  const int code = primary(e.getErrorCode());
  return code == SQLITE_CONSTRAINT || code == SQLITE_TOOBIG || code == SQLITE_MISMATCH;
}

connection::use& connection::use::bytes(int index, const std::string& value) {
  statement_->bindNoCopy(index, static_cast<const void*>(value.data()), static_cast<int>(value.size()));
  return *this;
}

connection::use& connection::use::text(int index, const std::string& value) {
  statement_->bindNoCopy(index, value);
  return *this;
}

connection::use& connection::use::integer(int index, std::int64_t value) {
  statement_->bind(index, value);
  return *this;
}

SQLite::Database& connection::open() {
  if (database_) return *database_;
  const int flags = mode_ == mode::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE;
  auto database = std::make_unique<SQLite::Database>(settings_.file, flags, busy_timeout_ms);
  sqlite3_extended_result_codes(database->getHandle(), 1);
  if (mode_ != mode::read) {
    database->exec("pragma journal_mode = wal");
    database->exec(mode_ == mode::write ? "pragma synchronous = full" : "pragma synchronous = normal");
    database->exec("pragma cache_size = -" + std::to_string(cache_kib_max));
    database->exec("pragma wal_autocheckpoint = " + std::to_string(checkpoint_pages));
    database->exec("pragma journal_size_limit = " + std::to_string(wal_bytes_kept));
    if (settings_.max_pages > 0) database->execAndGet("pragma max_page_count = " + std::to_string(settings_.max_pages));
  }
  database->createFunction("haversine_km", 4, true, nullptr, &haversine);
  database_ = std::move(database);
  return *database_;
}

connection::use connection::prepare(const sql::statement& statement) {
  auto& database = open();
  auto& slot = statements_[statement.text];
  if (!slot) slot = std::make_unique<SQLite::Statement>(database, statement.text);
  return use(*slot);
}

connection::use connection::prepare(const std::string& text) {
  auto& database = open();
  auto& slot = questions_[text];
  if (!slot) slot = std::make_unique<SQLite::Statement>(database, text);
  return use(*slot);
}

void connection::begin() { open().exec("begin immediate"); }
void connection::commit() { open().exec("commit"); }

void connection::roll_back() noexcept {
  if (database_ && sqlite3_get_autocommit(database_->getHandle()) == 0) database_->tryExec("rollback");
}

void connection::recover(const SQLite::Exception& why) noexcept {
  if (!database_) return;
  roll_back();
  const int code = primary(why.getErrorCode());
  if (code == SQLITE_FULL || code == SQLITE_BUSY || code == SQLITE_CONSTRAINT) return;
  statements_.clear();
  questions_.clear();
  database_.reset();
}

std::string column_bytes(const SQLite::Column& column) {
  const auto* data = static_cast<const char*>(column.getBlob());
  return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(column.getBytes()));
}

}  // namespace holdfast::persistence::sqlite
