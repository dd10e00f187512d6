#pragma once
// One connection: opened when it is needed, given up when it is in doubt, opened again by a later call. No call waits past its
// deadline and nothing that libpqxx throws gets out of call().
#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "persistence/postgresql/pqxx.hpp"
#include "persistence/postgresql/settings.hpp"
#include "persistence/postgresql/watchdog.hpp"
#include "persistence/sql/statement.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::persistence::postgresql {

/// Shared by all stores of one storage.
struct home {
  home(settings given, fault_plan& plan) : where(std::move(given)), faults(plan) {}
  const settings where;
  fault_plan& faults;
  watchdog dog;
};
using home_ptr = std::shared_ptr<home>;

/// Why a call did not succeed, for those who must know what became of their statement.
struct trouble {
  enum class kind : std::uint8_t {
    not_sent,  // there was no connection
    refused,   // the server refused the statement: nothing was written
    lost,      // the connection went away: nobody knows
  };
  kind what = kind::not_sent;
  std::string sqlstate;
};

class connection {
public:
  enum class use : std::uint8_t {
    store,      // few statements, each planned once: planning an append takes longer than running it
    questions,  // planned each time, for the values and table sizes at hand
    migration,  // may meet any schema
  };

  explicit connection(home_ptr home, use purpose = use::store) : home_(std::move(home)), purpose_(purpose) {}
  ~connection() { drop(); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Runs `body`, which may use the members below and answers result<T>.
  template <class F>
  auto call(F&& body, trouble* told = nullptr) -> decltype(body()) {
    try {
      const auto leash = ready();
      return body();
    } catch (...) {
      return give_up(told);
    }
  }

  // Inside call() only; they throw what libpqxx throws.
  /// One statement that is its own transaction, or part of the open one.
  template <class... Args>
  pqxx::result run(const sql::statement& statement, const Args&... args) {
    prepare(statement);
    if (work_) return shim::prepared(*work_, statement.name, args...);
    pqxx::nontransaction alone(*link_);
    return shim::prepared(alone, statement.name, args...);
  }
  pqxx::result run_text(const std::string& text, const std::vector<std::string>& values);
  /// Many rows of one query whose fields come in the binary format of their types: binary_fields.hpp. Outside a transaction only.
  pqxx::result run_binary(const sql::statement& query, std::initializer_list<std::string_view> values);
  void begin();
  pqxx::work& work() { return *work_; }
  void commit();
  void roll_back() noexcept;

  /// Migrations may take longer than a call.
  void set_deadline(std::chrono::milliseconds limit) { deadline_ = limit; }

private:
  watchdog::leash ready();
  void open();
  void check_schema();
  void prepare(const sql::statement&);
  void drop() noexcept;
  /// Turns the exception in flight into a failure.
  failure give_up(trouble* told) noexcept;
  failure refused(const pqxx::sql_error&);
  bool stale() const noexcept;

  home_ptr home_;
  use purpose_;
  std::optional<std::chrono::milliseconds> deadline_;
  std::unique_ptr<pqxx::connection> link_;
  std::unique_ptr<shim::silence> quiet_;
  std::unique_ptr<pqxx::work> work_;
  std::set<std::string, std::less<>> prepared_;
  int socket_ = -1;  // a duplicate, for the watchdog
  std::chrono::steady_clock::time_point not_before_{};
  std::chrono::milliseconds backoff_{0};
  std::string last_error_;
};

/// Quoted where it must be; the name is known to be plain.
std::string quoted(const std::string& schema);

}  // namespace holdfast::persistence::postgresql
