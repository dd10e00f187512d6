#include "persistence/postgresql/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "persistence/sql/postgresql.hpp"

namespace holdfast::persistence::postgresql {
namespace {

using namespace std::chrono_literals;

constexpr auto backoff_first = 50ms;
constexpr auto backoff_max = 2'000ms;
// The server's own statement_timeout comes first; the watchdog is for a server that does not even answer.
constexpr auto watchdog_grace = 500ms;

/// Ends inside call(): this connection cannot be used, and it says why.
struct unusable {
  failure why;
};

}  // namespace

watchdog::leash connection::ready() {
  if (link_ && !work_ && stale()) drop();
  if (!link_) open();
  return home_->dog.arm(socket_, deadline_.value_or(home_->where.deadline) + watchdog_grace);
}

// Nothing is to be read between calls. If there is, the server has said goodbye or hung up: better to learn it before a statement is
// sent whose outcome would be unknown.
bool connection::stale() const noexcept {
  pollfd poll_for{socket_, POLLIN, 0};
  return ::poll(&poll_for, 1, 0) != 0;
}

void connection::open() {
  const auto now = std::chrono::steady_clock::now();
  if (now < not_before_) throw unusable{fail(failure_code::unavailable, "PostgreSQL: " + last_error_)};
  try {
    link_ = std::make_unique<pqxx::connection>(home_->where.conninfo);
    quiet_ = std::make_unique<shim::silence>(*link_);
    socket_ = ::dup(link_->sock());
    if (socket_ < 0) throw pqxx::broken_connection("no descriptor is left");
    const auto leash = home_->dog.arm(socket_, home_->where.deadline + watchdog_grace);
    if (purpose_ != use::migration) check_schema();
    backoff_ = 0ms;
  } catch (const unusable&) {
    drop();
    throw;
  } catch (const std::exception& e) {
    drop();
    last_error_ = e.what();
    backoff_ = std::clamp(backoff_ * 2, std::chrono::milliseconds(backoff_first), std::chrono::milliseconds(backoff_max));
    not_before_ = std::chrono::steady_clock::now() + backoff_;
    throw unusable{fail(failure_code::unavailable, "PostgreSQL: " + last_error_)};
  }
}

void connection::check_schema() {
  const auto known = static_cast<int>(sql::postgresql::migrations.size());
  int found = 0;
  try {
    const auto rows = run(sql::postgresql::schema_of_connection, purpose_ == use::store ? "force_generic_plan" : "force_custom_plan");
    found = rows[0][0].is_null() ? 0 : rows[0][0].as<int>();
  } catch (const pqxx::undefined_table&) {
    found = 0;
  }
  if (found > known)
    throw unusable{fail(failure_code::schema_too_new, "schema " + home_->where.schema + " is at version " + std::to_string(found) +
                                                          ", this program knows version " + std::to_string(known) + " and older")};
  if (found < known) throw unusable{fail(failure_code::unavailable, "schema " + home_->where.schema + " has not been migrated")};
}

void connection::prepare(const sql::statement& statement) {
  if (prepared_.contains(std::string_view(statement.name))) return;
  link_->prepare(statement.name, statement.text);
  prepared_.emplace(statement.name);
}

pqxx::result connection::run_text(const std::string& text, const std::vector<std::string>& values) {
  pqxx::nontransaction alone(*link_);
  return shim::with_values(alone, text, values);
}

// A cursor may be declared binary, and what it fetches by the simple protocol then is: libpqxx itself asks for text, and reading two digits
// per byte would cost more than the rows. Both commands go in one message, which is a transaction of its own. That protocol knows
// no parameters, so the values are quoted into the query.
pqxx::result connection::run_binary(const sql::statement& query, std::initializer_list<std::string_view> values) {
  pqxx::nontransaction alone(*link_);
  std::string text = "declare answer binary no scroll cursor for ";
  for (const char* at = query.text; *at != '\0'; ++at) {
    if (*at == '$')
      text += alone.quote(std::string(values.begin()[*++at - '1']));
    else
      text += *at;
  }
  return alone.exec(text + "; fetch all from answer");
}

void connection::begin() { work_ = std::make_unique<pqxx::work>(*link_); }

void connection::commit() {
  work_->commit();
  work_.reset();
}

void connection::roll_back() noexcept {
  if (!work_) return;
  const auto leash = home_->dog.arm(socket_, home_->where.deadline + watchdog_grace);
  work_.reset();
}

void connection::drop() noexcept {
  if (work_) ::shutdown(socket_, SHUT_RDWR);  // so that giving up the transaction does not wait for the server
  work_.reset();
  quiet_.reset();
  link_.reset();
  prepared_.clear();
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

failure connection::refused(const pqxx::sql_error& e) {
  const auto text = std::string("PostgreSQL: ") + e.what();
  if (e.sqlstate() == "53100") return fail(failure_code::disk_full, text);
  if (e.sqlstate().compare(0, 2, "XX") == 0) return fail(failure_code::corrupt, text);
  return fail(failure_code::unavailable, text);
}

failure connection::give_up(trouble* told) noexcept {
  trouble ignored;
  auto& out = told != nullptr ? *told : ignored;
  try {
    throw;
  } catch (const unusable& e) {
    out.what = trouble::kind::not_sent;
    return e.why;
  } catch (const pqxx::deadlock_detected& e) {  // not among libpqxx 6's SQL errors, and without its code
    out.sqlstate = "40P01";
    out.what = trouble::kind::refused;
    roll_back();
    return fail(failure_code::unavailable, std::string("PostgreSQL: ") + e.what());
  } catch (const pqxx::serialization_failure& e) {
    out.sqlstate = "40001";
    out.what = trouble::kind::refused;
    roll_back();
    return fail(failure_code::unavailable, std::string("PostgreSQL: ") + e.what());
  } catch (const pqxx::sql_error& e) {
    out.sqlstate = e.sqlstate();
    if (shim::refused_by_server(e)) {
      out.what = trouble::kind::refused;
      roll_back();
      return refused(e);
    }
    out.what = trouble::kind::lost;
    drop();
    return fail(failure_code::unavailable, std::string("PostgreSQL: ") + e.what());
  } catch (const std::exception& e) {
    out.what = trouble::kind::lost;
    drop();
    return fail(failure_code::unavailable, std::string("PostgreSQL: ") + e.what());
  }
}

std::string quoted(const std::string& schema) { return '"' + schema + '"'; }

}  // namespace holdfast::persistence::postgresql
