#pragma once
// Opens stores. `storage` may be shared by threads; what it opens may not.
#include <memory>
#include <string>

#include "persistence/cluster.hpp"
#include "persistence/journal.hpp"
#include "persistence/operators.hpp"
#include "persistence/projection.hpp"
#include "persistence/read_model.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::persistence {

class storage {
public:
  virtual ~storage() = default;

  virtual std::string_view kind() const noexcept = 0;  // "sqlite", "postgresql", "memory"

  /// Applies the numbered migrations that are missing. failure_code::schema_too_new names both versions and changes nothing.
  virtual result<void> migrate() = 0;

  virtual result<std::unique_ptr<journal_store>> journal() = 0;
  virtual result<std::unique_ptr<snapshot_store>> snapshots() = 0;
  virtual result<std::unique_ptr<lease_store>> leases() = 0;
  /// failure_code::invalid_argument where several nodes cannot share the store.
  virtual result<std::unique_ptr<cluster_store>> cluster() = 0;
  virtual result<std::unique_ptr<timer_store>> timers() = 0;
  virtual result<std::unique_ptr<outbox_store>> outbox() = 0;
  virtual result<std::unique_ptr<operator_store>> operators() = 0;
  virtual result<std::unique_ptr<class read_model>> reads() = 0;
  virtual result<std::unique_ptr<class projection>> projector() = 0;
};

/// "sqlite:<file>", "postgresql://…" (libpq URI), "memory:". Connects lazily; migrate() is the first call that must reach the store.
result<std::shared_ptr<storage>> open_storage(const std::string& url, fault_plan& faults = no_faults());

}  // namespace holdfast::persistence
