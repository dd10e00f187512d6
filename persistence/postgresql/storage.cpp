#include "persistence/postgresql/postgresql.hpp"
#include "persistence/postgresql/stores.hpp"
#include "persistence/projection/projector.hpp"

namespace holdfast::persistence {
namespace postgresql {
namespace {

class postgresql_storage final : public storage {
public:
  explicit postgresql_storage(home_ptr home) : home_(std::move(home)) {}

  std::string_view kind() const noexcept override { return "postgresql"; }
  result<void> migrate() override { return postgresql::migrate(home_); }

  result<std::unique_ptr<journal_store>> journal() override { return make_journal(home_); }
  result<std::unique_ptr<snapshot_store>> snapshots() override { return make_snapshots(home_); }
  result<std::unique_ptr<lease_store>> leases() override { return make_leases(home_); }
  result<std::unique_ptr<cluster_store>> cluster() override { return make_cluster(home_); }
  result<std::unique_ptr<timer_store>> timers() override { return make_timers(home_); }
  result<std::unique_ptr<outbox_store>> outbox() override { return make_outbox(home_); }
  result<std::unique_ptr<operator_store>> operators() override { return make_operators(home_); }
  result<std::unique_ptr<class read_model>> reads() override { return make_reads(home_); }
  result<std::unique_ptr<class projection>> projector() override { return make_projection(make_journal(home_), make_model(home_)); }

private:
  home_ptr home_;
};

}  // namespace
}  // namespace postgresql

result<std::shared_ptr<storage>> open_postgresql(std::string_view url, fault_plan& faults) {
  auto where = postgresql::parse_settings(url);
  if (!where) return where.error();
  return std::make_shared<postgresql::postgresql_storage>(std::make_shared<postgresql::home>(std::move(*where), faults));
}

}  // namespace holdfast::persistence
