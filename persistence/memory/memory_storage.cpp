#include "persistence/memory/state.hpp"
#include "persistence/projection/projector.hpp"

namespace holdfast::persistence {
namespace {

class memory_storage final : public storage {
public:
  memory_storage(disk_ptr disk, fault_plan& faults) : disk_(std::move(disk)), faults_(faults) {}

  std::string_view kind() const noexcept override { return "memory"; }

  result<void> migrate() override {
    const std::lock_guard lock(disk_->state().guard);
    if (auto usable = check(); !usable && usable.error().code == failure_code::schema_too_new) return usable;
    disk_->state().apply([](disk_image& image) { image.schema = memory_schema; });
    disk_->state().sync();
    return {};
  }

  result<std::unique_ptr<journal_store>> journal() override {
    return open<journal_store>([&] { return make_memory_journal(disk_, faults_); });
  }
  result<std::unique_ptr<snapshot_store>> snapshots() override {
    return open<snapshot_store>([&] { return make_memory_snapshots(disk_, faults_); });
  }
  result<std::unique_ptr<lease_store>> leases() override {
    return open<lease_store>([&] { return make_memory_leases(disk_); });
  }
  result<std::unique_ptr<cluster_store>> cluster() override {
    return open<cluster_store>([&] { return make_memory_cluster(disk_); });
  }
  result<std::unique_ptr<timer_store>> timers() override {
    return open<timer_store>([&] { return make_memory_timers(disk_); });
  }
  result<std::unique_ptr<outbox_store>> outbox() override {
    return open<outbox_store>([&] { return make_memory_outbox(disk_); });
  }
  result<std::unique_ptr<operator_store>> operators() override {
    return open<operator_store>([&] { return make_memory_operators(disk_); });
  }
  result<std::unique_ptr<class read_model>> reads() override {
    return open<class read_model>([&] { return make_memory_reads(disk_); });
  }
  result<std::unique_ptr<class projection>> projector() override {
    return open<class projection>([&] { return make_projection(make_memory_journal(disk_, faults_), make_memory_model(disk_)); });
  }

private:
  // Wants the disk's guard to be held.
  result<void> check() const {
    const auto found = disk_->state().view().schema;
    if (found > memory_schema)
      return fail(failure_code::schema_too_new, "the store has schema " + std::to_string(found) + ", this program knows schema " +
                                                    std::to_string(memory_schema) + " and older");
    if (found < memory_schema) return fail(failure_code::unavailable, "the store has not been migrated");
    return {};
  }

  template <class Store, class F>
  result<std::unique_ptr<Store>> open(F make) const {
    {
      const std::lock_guard lock(disk_->state().guard);
      if (auto usable = check(); !usable) return usable.error();
    }
    return make();
  }

  disk_ptr disk_;
  fault_plan& faults_;
};

}  // namespace

std::shared_ptr<storage> open_memory(std::shared_ptr<memory_disk> disk, fault_plan& faults) {
  return std::make_shared<memory_storage>(std::move(disk), faults);
}

}  // namespace holdfast::persistence
