#include "persistence/sqlite/backup.hpp"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "persistence/sql/sqlite.hpp"
#include "persistence/sqlite/migrate.hpp"

namespace holdfast::persistence {
namespace {

namespace fs = std::filesystem;

constexpr int pages_at_once = 256;  // 1 MiB between two words about the progress
constexpr std::int64_t rows_at_once = 1'024;
constexpr int busy_ms_max = 10'000;

failure system_failure(const fs::path& file) {
  const int code = errno;
  return fail(code == ENOSPC ? failure_code::disk_full : failure_code::unavailable, file.string() + ": " + std::strerror(code));
}

failure taken(const fs::path& file) { return fail(failure_code::conflict, file.string() + " is there already"); }

void tell(const backup_progress& progress, std::string_view step, std::int64_t done, std::int64_t all) {
  if (progress) progress(step, done, all);
}

/// An empty file beside `of`, of another name, that only its owner may read.
result<fs::path> make_draft(const fs::path& of) {
  auto name = of.string() + ".new-XXXXXX";
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return system_failure(of);
  ::close(file);
  return fs::path(name);
}

void remove_draft(const fs::path& draft) {
  if (draft.empty()) return;
  for (const auto* end : {"", "-wal", "-shm", "-journal"}) ::unlink((draft.string() + end).c_str());
}

bool sync(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return false;
  // Some file systems cannot sync a folder; nothing better is to be had there.
  const bool synced = ::fsync(file) == 0 || errno == EINVAL;
  ::close(file);
  return synced;
}

/// The draft is on the disk, then under its name; never in the place of something else.
result<void> put(const fs::path& draft, const fs::path& target) {
  if (!sync(draft, O_RDONLY)) return system_failure(draft);
  if (::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return taken(target);
    if (errno != EINVAL && errno != ENOSYS) return system_failure(target);
    // A file system that cannot promise it: the narrow gap between look and rename is all that is lost.
    if (fs::exists(target)) return taken(target);
    if (::rename(draft.c_str(), target.c_str()) != 0) return system_failure(target);
  }
  if (!sync(target.has_parent_path() ? target.parent_path() : fs::path("."), O_RDONLY | O_DIRECTORY)) return system_failure(target);
  return {};
}

/// SHA-256 over names, types and bytes, each with its length, so that no two contents read the same.
class content_digest {
public:
  content_digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) std::abort();  // fails only when memory does
  }
  void add(const void* bytes, std::size_t size) {
    const auto length = static_cast<std::uint64_t>(size);
    if (EVP_DigestUpdate(context_.get(), &length, sizeof length) != 1 || EVP_DigestUpdate(context_.get(), bytes, size) != 1) std::abort();
  }
  void add(const SQLite::Column& column) {
    const int type = column.getType();
    add(&type, sizeof type);
    if (type == SQLITE_INTEGER) {
      const auto value = column.getInt64();
      add(&value, sizeof value);
    } else {
      add(column.getBlob(), static_cast<std::size_t>(column.getBytes()));
    }
  }
  std::string hexadecimal() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1) std::abort();
    std::string out;
    for (const auto b : std::span(bytes).first(size)) {
      out.push_back("0123456789abcdef"[b >> 4U]);
      out.push_back("0123456789abcdef"[b & 15U]);
    }
    return out;
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

/// All that a journal file holds; not the backup's own table, nor what SQLite keeps for itself. It does keep the last ids of the outbox.
std::vector<std::string> tables_of(SQLite::Database& database) {
  SQLite::Statement names(database,
                          "select name from sqlite_schema where type = 'table' and name <> 'backup' and"
                          " (name not like 'sqlite^_%' escape '^' or name = 'sqlite_sequence') order by name");
  std::vector<std::string> out;
  while (names.executeStep()) out.push_back(names.getColumn(0).getString());
  return out;
}

std::int64_t journal_rows(SQLite::Database& database) { return database.execAndGet("select count(*) from journal").getInt64(); }

std::string digest_of(SQLite::Database& database, const backup_progress& progress) {
  const auto all = journal_rows(database);
  content_digest out;
  for (const auto& table : tables_of(database)) {
    out.add(table.data(), table.size());
    std::int64_t read = 0;
    // Every table's first column is its key.
    for (SQLite::Statement rows(database, "select * from \"" + table + "\" order by 1"); rows.executeStep();) {
      for (int i = 0; i < rows.getColumnCount(); ++i) out.add(rows.getColumn(i));
      if (table == "journal" && ++read % rows_at_once == 0) tell(progress, "rows checked", read, all);
    }
  }
  tell(progress, "rows checked", all, all);
  return out.hexadecimal();
}

result<void> check_structure(SQLite::Database& database, const fs::path& file) {
  const auto found = database.execAndGet("pragma integrity_check(1)").getString();
  if (found != "ok") return fail(failure_code::corrupt, file.string() + " is damaged: " + found);
  return {};
}

result<void> check_schema(SQLite::Database& database, const fs::path& file) {
  const auto found = sqlite::schema_version(database);
  if (found == 0 || !database.tableExists("journal"))
    return fail(failure_code::invalid_argument, file.string() + " holds no journal of Holdfast");
  if (const auto known = sql::sqlite::migrations.size(); found > static_cast<int>(known))
    return sqlite::schema_too_new(file.string(), found, known);
  return {};
}

/// What `from` holds at this moment, page by page, into a file that is there and empty.
void copy(SQLite::Database& from, const fs::path& to, const backup_progress& progress) {
  from.exec("begin");
  from.execAndGet("select count(*) from sqlite_schema");  // the state that is read from here on
  SQLite::Database out(to.string(), SQLite::OPEN_READWRITE);
  out.exec("pragma journal_mode = off");  // a draft that breaks off is thrown away
  {
    SQLite::Backup pages(out, from);
    for (int code = SQLITE_OK; code != SQLITE_DONE;) {
      code = pages.executeStep(pages_at_once);
      if (code == SQLITE_BUSY || code == SQLITE_LOCKED) throw SQLite::Exception("the draft is locked by somebody else", code);
      tell(progress, "pages copied", pages.getTotalPageCount() - pages.getRemainingPageCount(), pages.getTotalPageCount());
    }
  }
  // The copy says of itself that it has a log beside it, as the original has.
  out.exec("pragma journal_mode = delete");
}

template <class Value>
void note(SQLite::Database& database, const char* name, const Value& value) {
  SQLite::Statement insert(database, "insert into backup (name, value) values (?, ?)");
  insert.bind(1, name);
  insert.bind(2, value);
  insert.exec();
}

void describe(SQLite::Database& database, const backup_facts& facts, const std::string& keys) {
  database.exec("begin");
  database.exec("create table backup (name text primary key, value any not null) strict");
  note(database, "taken_at_ms", facts.taken_at);
  note(database, "program", facts.program);
  note(database, "rows", facts.rows);
  note(database, "digest", facts.digest);
  if (!keys.empty()) note(database, "keys", keys);
  database.exec("commit");
}

struct described {
  backup_facts facts;
  std::string keys;
};

result<described> read_description(SQLite::Database& database, const fs::path& file) {
  if (!database.tableExists("backup"))
    return fail(failure_code::invalid_argument, file.string() + " is no backup made by `holdfast backup`");
  described out;
  SQLite::Statement notes(database, "select name, value from backup");
  while (notes.executeStep()) {
    const auto name = notes.getColumn(0).getString();
    const auto value = notes.getColumn(1);
    if (name == "taken_at_ms") out.facts.taken_at = value.getInt64();
    if (name == "program") out.facts.program = value.getString();
    if (name == "rows") out.facts.rows = value.getInt64();
    if (name == "digest") out.facts.digest = value.getString();
    if (name == "keys") out.keys = sqlite::column_bytes(value);
  }
  out.facts.schema = sqlite::schema_version(database);
  out.facts.has_keys = !out.keys.empty();
  return out;
}

/// Everything that can be said of a backup, or of a copy of one.
result<described> examine(SQLite::Database& database, const fs::path& file, const backup_progress& progress) {
  auto out = read_description(database, file);
  if (!out) return out.error();
  if (auto known = check_schema(database, file); !known) return known.error();
  if (auto whole = check_structure(database, file); !whole) return whole.error();
  if (digest_of(database, progress) != out->facts.digest || journal_rows(database) != out->facts.rows)
    return fail(failure_code::corrupt, file.string() + " does not hold what was written into it: its digest differs");
  return out;
}

/// Runs `body`, which answers a result; what SQLite throws becomes a failure that names the file.
template <class F>
auto guarded(const fs::path& file, F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const SQLite::Exception& e) {
    auto out = sqlite::to_failure(e);
    out.detail = file.string() + ": " + out.detail;
    return out;
  }
}

result<backup_facts> fill(const fs::path& draft, const backup_order& order, const backup_progress& progress) {
  SQLite::Database from(order.journal.string(), SQLite::OPEN_READONLY, busy_ms_max);
  if (auto known = check_schema(from, order.journal); !known) return known.error();
  copy(from, draft, progress);
  SQLite::Database made(draft.string(), SQLite::OPEN_READWRITE);
  if (auto whole = check_structure(made, draft); !whole) return whole.error();
  backup_facts out{order.now,          order.program, sqlite::schema_version(made), journal_rows(made), digest_of(made, progress),
                   !order.keys.empty()};
  describe(made, out, order.keys);
  return out;
}

/// The description goes, and its bytes with it: a journal file must not hold keys.
void strip(SQLite::Database& database) {
  database.exec("pragma journal_mode = off");
  database.exec("pragma secure_delete = on");
  database.exec("drop table backup");
  database.exec("pragma journal_mode = delete");
}

}  // namespace

result<backup_facts> back_up(const backup_order& order, const backup_progress& progress) {
  if (fs::exists(order.target)) return taken(order.target);
  if (!fs::exists(order.journal)) return fail(failure_code::not_found, "there is no journal " + order.journal.string());
  const auto draft = make_draft(order.target);
  if (!draft) return draft.error();
  auto out = guarded(order.journal, [&] { return fill(*draft, order, progress); });
  if (out) {
    if (auto placed = put(*draft, order.target); !placed) out = placed.error();
  }
  remove_draft(*draft);
  return out;
}

result<backup_facts> check_backup(const fs::path& backup, const backup_progress& progress) {
  if (!fs::exists(backup)) return fail(failure_code::not_found, "there is no file " + backup.string());
  return guarded(backup, [&]() -> result<backup_facts> {
    SQLite::Database database(backup.string(), SQLite::OPEN_READONLY, busy_ms_max);
    auto read = examine(database, backup, progress);
    if (!read) return read.error();
    return std::move(read->facts);
  });
}

result<restored_journal> restored_journal::draft(const fs::path& backup, const fs::path& journal, const backup_progress& progress) {
  if (!fs::exists(backup)) return fail(failure_code::not_found, "there is no file " + backup.string());
  for (const auto* end : {"", "-wal", "-shm", ".reads"})
    if (const auto file = journal.string() + end; fs::exists(file)) return taken(file);
  auto draft = make_draft(journal);
  if (!draft) return draft.error();
  restored_journal out;
  out.draft_ = std::move(*draft);
  out.journal_ = journal;
  return guarded(backup, [&]() -> result<restored_journal> {
    {
      SQLite::Database from(backup.string(), SQLite::OPEN_READONLY, busy_ms_max);
      // Before a long copy of something that is of no use.
      if (auto usable = read_description(from, backup); !usable) return usable.error();
      if (auto known = check_schema(from, backup); !known) return known.error();
      copy(from, out.draft_, progress);
    }
    SQLite::Database made(out.draft_.string(), SQLite::OPEN_READWRITE);
    auto read = examine(made, backup, progress);
    if (!read) return read.error();
    out.facts_ = std::move(read->facts);
    out.keys_ = std::move(read->keys);
    strip(made);
    return std::move(out);
  });
}

restored_journal::restored_journal(restored_journal&& other) noexcept
    : draft_(std::exchange(other.draft_, {})),
      journal_(std::move(other.journal_)),
      facts_(std::move(other.facts_)),
      keys_(std::move(other.keys_)) {}

restored_journal::~restored_journal() { remove_draft(draft_); }

result<void> restored_journal::put_in_place() {
  auto placed = put(draft_, journal_);
  if (placed) draft_.clear();
  return placed;
}

}  // namespace holdfast::persistence
