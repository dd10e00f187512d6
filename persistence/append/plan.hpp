#pragma once
// What every journal does before it touches its disk: sort a batch into entities, refuse what cannot be right whatever is stored,
// and decide which timer an entity ends up with. So the three implementations differ only in how they write.
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "persistence/journal.hpp"

namespace holdfast::persistence {

inline constexpr std::size_t entity_id_bytes_max = 200;
inline constexpr std::size_t entry_bytes_max = std::size_t{16} << 20U;
/// PostgreSQL positions carry the row's place in its transaction in 20 bits; the same limit everywhere.
inline constexpr std::size_t batch_rows_max = (std::size_t{1} << 20U) - 1;

/// The rows of one entity that stand or fall together: consecutive, under one epoch.
struct append_group {
  const entity_id* entity = nullptr;
  shard_id shard;
  epoch owner;
  sequence first;
  std::vector<std::size_t> rows;   // indexes into the batch, ascending
  std::optional<unix_ms> timer{};  // the last one asked for
};

struct append_plan {
  std::vector<append_group> groups;
  std::vector<append_status> status;  // one per row of the batch; rows in no group are decided already

  void settle(const append_group& group, append_status verdict) {
    for (const auto row : group.rows) status[row] = verdict;
  }
  void settle_all(append_status verdict) {
    for (const auto& group : groups) settle(group, verdict);
  }
};

/// Also asks the fault plan (before_append) for each entity.
append_plan plan_append(std::span<const append_request> batch, fault_plan& faults);

/// True when the fault plan lets this commit fail (before_sync) for any of the groups.
bool sync_fails(const append_plan& plan, fault_plan& faults);

/// Durable, but the fault plan (after_commit) may see to it that nobody learns it: then the verdict is `unknown`.
void settle_durable(append_plan& plan, const append_group& group, fault_plan& faults);

}  // namespace holdfast::persistence
