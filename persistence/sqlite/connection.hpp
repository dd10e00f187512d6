#pragma once
// One SQLite connection with its prepared statements. Everything SQLite or SQLiteCpp may throw ends here.
#include <SQLiteCpp/SQLiteCpp.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "persistence/sql/statement.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::persistence::sqlite {

/// SQLite has one writer at a time and lets the others sleep. Writers of one process wait here instead, and the booking path goes first.
class write_gate {
public:
  enum class rank : std::uint8_t { booking, background };

  class pass {
  public:
    explicit pass(write_gate& gate) : gate_(&gate) {}
    pass(pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    pass& operator=(pass&&) = delete;
    ~pass() {
      if (gate_ != nullptr) gate_->leave();
    }

  private:
    write_gate* gate_;
  };

  pass enter(rank);

private:
  void leave();

  std::mutex mutex_;
  std::condition_variable free_;
  bool taken_ = false;
  std::size_t bookings_waiting_ = 0;
};

struct settings {
  std::string file;
  std::int64_t max_pages = 0;  // 0: no bound
};

enum class mode : std::uint8_t {
  read,          // never writes
  write,         // every commit is on the disk when it returns
  write_behind,  // the next commit of a `write` connection, or a checkpoint, takes these along; a power cut may undo them
};

failure to_failure(const SQLite::Exception&);

/// What became of the transaction that threw.
enum class aftermath : std::uint8_t { not_written, unknown };
aftermath aftermath_of(const SQLite::Exception&);

/// A constraint or a value too large: other rows can still be written without this one.
bool spoils_only_its_row(const SQLite::Exception&);

class connection {
public:
  connection(settings where, mode how) : settings_(std::move(where)), mode_(how) {}

  /// A statement ready to be bound and stepped; reset when it goes.
  class use {
  public:
    explicit use(SQLite::Statement& statement) : statement_(&statement) {}
    use(use&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    use& operator=(use&&) = delete;
    ~use() {
      if (statement_ == nullptr) return;
      statement_->tryReset();
      statement_->clearBindings();  // never fails, says SQLite
    }
    SQLite::Statement* operator->() const noexcept { return statement_; }
    // Bytes that outlive the use.
    use& bytes(int index, const std::string& value);
    use& text(int index, const std::string& value);
    use& integer(int index, std::int64_t value);

  private:
    SQLite::Statement* statement_;
  };

  // These throw SQLite::Exception: call them inside guard().
  SQLite::Database& open();
  use prepare(const sql::statement&);
  use prepare(const std::string& text);
  void begin();
  void commit();

  void roll_back() noexcept;
  /// Undoes what is open. After an I/O error also forgets the connection: the next call opens a new one.
  void recover(const SQLite::Exception&) noexcept;

  /// Runs `body`, which answers result<T>; what it throws becomes a failure.
  template <class F>
  auto guard(F&& body) -> decltype(body()) {
    try {
      return body();
    } catch (const SQLite::Exception& e) {
      recover(e);
      return to_failure(e);
    }
  }

private:
  settings settings_;
  mode mode_;
  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;  // by the address of their text
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> questions_;   // put together at run time
};

std::string column_bytes(const SQLite::Column&);

}  // namespace holdfast::persistence::sqlite
