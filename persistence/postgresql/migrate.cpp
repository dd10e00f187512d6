#include "persistence/postgresql/stores.hpp"
#include "persistence/sql/postgresql.hpp"

namespace holdfast::persistence::postgresql {
namespace {

namespace text = sql::postgresql;
using namespace std::chrono_literals;

constexpr auto migration_limit = std::chrono::minutes(30);

failure too_new(const std::string& schema, int found) {
  return fail(failure_code::schema_too_new, "schema " + schema + " is at version " + std::to_string(found) +
                                                ", this program knows version " + std::to_string(text::migrations.size()) + " and older");
}

/// One at a time, whoever else starts at the same moment; the lock goes with the transaction.
void prepare_schema(pqxx::work& work, const std::string& schema) {
  work.exec("set local statement_timeout = 0");
  work.exec("select pg_advisory_xact_lock(hashtextextended('holdfast migration of " + schema + "', 0))");
  work.exec("create schema if not exists " + quoted(schema));
  work.exec(
      "create table if not exists schema_version (version integer primary key, name text not null, applied_at timestamptz not null default "
      "now())");
}

void apply(pqxx::work& work, const sql::migration& step) {
  work.exec(step.text);
  work.exec("insert into schema_version (version, name) values (" + std::to_string(step.number) + ", '" + step.name + "')");
}

}  // namespace

result<void> migrate(const home_ptr& home) {
  connection link(home, connection::use::migration);
  link.set_deadline(migration_limit);
  return link.call([&]() -> result<void> {
    link.begin();
    auto& work = link.work();
    prepare_schema(work, home->where.schema);
    const auto found = work.exec("select coalesce(max(version), 0) from schema_version")[0][0].as<int>();
    if (found > static_cast<int>(text::migrations.size())) {
      link.roll_back();
      return too_new(home->where.schema, found);
    }
    for (auto i = static_cast<std::size_t>(found); i < text::migrations.size(); ++i) apply(work, text::migrations.at(i));
    work.exec(text::raise_position_base.text);
    link.commit();
    return {};
  });
}

}  // namespace holdfast::persistence::postgresql
