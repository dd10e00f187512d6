#include <charconv>

#include "persistence/projection/projector.hpp"
#include "persistence/sql/sqlite.hpp"
#include "persistence/sql/sqlite_reads.hpp"
#include "persistence/sqlite/migrate.hpp"
#include "persistence/sqlite/sqlite.hpp"
#include "persistence/sqlite/stores.hpp"

namespace holdfast::persistence {
namespace sqlite {
namespace {

class sqlite_storage final : public storage {
public:
  explicit sqlite_storage(home_ptr home) : home_(std::move(home)) {}

  std::string_view kind() const noexcept override { return "sqlite"; }

  result<void> migrate() override {
    if (auto done = sqlite::migrate(home_->journal, sql::sqlite::migrations); !done) return done;
    return sqlite::migrate(home_->reads, sql::sqlite_reads::migrations);
  }

  result<std::unique_ptr<journal_store>> journal() override { return on_journal<journal_store>(&make_journal); }
  result<std::unique_ptr<snapshot_store>> snapshots() override { return on_journal<snapshot_store>(&make_snapshots); }
  result<std::unique_ptr<lease_store>> leases() override { return on_journal<lease_store>(&make_leases); }
  result<std::unique_ptr<cluster_store>> cluster() override {
    return fail(failure_code::invalid_argument, "several nodes can share a PostgreSQL journal only");
  }
  result<std::unique_ptr<timer_store>> timers() override { return on_journal<timer_store>(&make_timers); }
  result<std::unique_ptr<outbox_store>> outbox() override { return on_journal<outbox_store>(&make_outbox); }
  result<std::unique_ptr<operator_store>> operators() override { return on_journal<operator_store>(&make_operators); }
  result<std::unique_ptr<class read_model>> reads() override {
    if (auto usable = check(home_->reads, sql::sqlite_reads::migrations); !usable) return usable.error();
    return make_reads(home_);
  }
  result<std::unique_ptr<class projection>> projector() override {
    if (auto usable = check(home_->reads, sql::sqlite_reads::migrations); !usable) return usable.error();
    auto followed = journal();
    if (!followed) return followed.error();
    return make_projection(std::move(*followed), make_model(home_));
  }

private:
  static result<void> check(const settings& where, std::span<const sql::migration> known) {
    connection link(where, mode::read);
    return check_schema(link, known);
  }

  template <class Store>
  result<std::unique_ptr<Store>> on_journal(std::unique_ptr<Store> (*make)(home_ptr)) const {
    if (auto usable = check(home_->journal, sql::sqlite::migrations); !usable) return usable.error();
    return make(home_);
  }

  home_ptr home_;
};

}  // namespace
}  // namespace sqlite

result<std::shared_ptr<storage>> open_sqlite(std::string_view location, fault_plan& faults) {
  const auto question = location.find('?');
  sqlite::settings journal{std::string(location.substr(0, question)), 0};
  if (journal.file.empty()) return fail(failure_code::invalid_argument, "sqlite: needs the name of a file");
  if (question != std::string_view::npos) {
    static constexpr std::string_view name = "max_pages=";
    const auto option = location.substr(question + 1);
    const auto value = option.substr(std::min(option.size(), name.size()));
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), journal.max_pages);
    if (!option.starts_with(name) || error != std::errc() || end != value.data() + value.size() || journal.max_pages < 1)
      return fail(failure_code::invalid_argument, "sqlite: knows only the option max_pages=<n>");
  }
  sqlite::settings reads{journal.file + ".reads", 0};
  return std::make_shared<sqlite::sqlite_storage>(std::make_shared<sqlite::home>(std::move(journal), std::move(reads), faults));
}

}  // namespace holdfast::persistence
