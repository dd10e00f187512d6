#include "tests/persistence/backends.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>

#include <pqxx/pqxx>

#include "persistence/memory/memory_disk.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::persistence {

std::ostream& operator<<(std::ostream& out, append_status status) {
  switch (status) {
    case append_status::durable:
      return out << "durable";
    case append_status::conflict:
      return out << "conflict";
    case append_status::stale_epoch:
      return out << "stale_epoch";
    case append_status::failed:
      return out << "failed";
    case append_status::unknown:
      return out << "unknown";
  }
  return out;
}

namespace test {
namespace {

class memory_place final : public place {
public:
  std::shared_ptr<storage> open(fault_plan& faults) override { return open_memory(disk_, faults); }
  void set_schema(int version) override { disk_->set_schema(version); }

private:
  std::shared_ptr<memory_disk> disk_ = std::make_shared<memory_disk>();
};

class sqlite_place final : public place {
public:
  std::shared_ptr<storage> open(fault_plan& faults) override { return must(open_storage("sqlite:" + file(), faults)); }
  void set_schema(int version) override {
    SQLite::Database database(file(), SQLite::OPEN_READWRITE);
    database.exec("insert into schema_version (version, name, applied_at) values (" + std::to_string(version) + ", 'later', 'now')");
  }

private:
  std::string file() const { return folder_.path() / "journal.db"; }
  holdfast::test::temporary_folder folder_;
};

class postgresql_place final : public place {
public:
  ~postgresql_place() override {
    try {
      execute("drop schema if exists " + schema_ + " cascade");
    } catch (const std::exception&) {  // a test may have stopped the server
    }
  }
  std::shared_ptr<storage> open(fault_plan& faults) override {
    return must(open_storage(holdfast::test::shared_postgres().url(schema_), faults));
  }
  void set_schema(int version) override {
    execute("insert into " + schema_ + ".schema_version (version, name) values (" + std::to_string(version) + ", 'later')");
  }

private:
  static void execute(const std::string& sql) {
    pqxx::connection link(holdfast::test::shared_postgres().url());
    const pqxx::quiet_errorhandler quiet(link);
    pqxx::nontransaction(link).exec(sql);
  }
  const std::string schema_ = holdfast::test::fresh_schema();
};

}  // namespace

std::ostream& operator<<(std::ostream& out, backend which) {
  return out << (which == backend::memory ? "memory" : which == backend::sqlite ? "sqlite" : "postgresql");
}

std::string backend_name(const testing::TestParamInfo<backend>& info) {
  std::ostringstream out;
  out << info.param;
  return out.str();
}

std::unique_ptr<place> make_place(backend which) {
  switch (which) {
    case backend::memory:
      return std::make_unique<memory_place>();
    case backend::sqlite:
      return std::make_unique<sqlite_place>();
    case backend::postgresql:
      return std::make_unique<postgresql_place>();
  }
  return nullptr;
}

void contract::SetUp() {
  place_ = make_place(GetParam());
  reopen();
  must(must(storage_->leases())->take_all("node-1"));
}

void contract::reopen(fault_plan& faults) {
  journal_.reset();
  storage_ = place_->open(faults);
  must(storage_->migrate());
  journal_ = must(storage_->journal());
}

std::vector<append_status> contract::append(const std::vector<append_request>& rows) { return journal_->append(rows); }

std::vector<stored_entry> contract::entries(const entity_id& entity, std::int64_t from) {
  std::vector<stored_entry> out;
  must(journal_->read(entity, {from}, [&](stored_entry&& entry) {
    out.push_back(std::move(entry));
    return true;
  }));
  return out;
}

std::vector<journal_row> contract::followed(std::int64_t after, std::size_t limit) {
  std::vector<journal_row> out;
  must(journal_->follow({after}, limit, [&](journal_row&& one) { out.push_back(std::move(one)); }));
  return out;
}

append_request row(const std::string& entity, std::int64_t at, std::string payload, std::int64_t owner) {
  append_request out;
  out.entity = {entity};
  out.at = {at};
  out.owner = {owner};
  out.payload = std::move(payload);
  out.at_ms = 1'800'000'000'000 + at;
  return out;
}

std::vector<append_status> all(std::size_t n, append_status status) { return std::vector<append_status>(n, status); }

}  // namespace test
}  // namespace holdfast::persistence
