#include "persistence/append/plan.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace holdfast::persistence {
namespace {

// Ids come from parse_entity in practice. What a database could choke on (NUL, bytes that are no UTF-8) must not reach a statement
// that other entities share.
bool storable(const append_request& row) {
  const std::string_view id = row.entity.value;
  return !id.empty() && id.size() <= entity_id_bytes_max && row.payload.size() <= entry_bytes_max && row.at.value > 0 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; }) &&
         std::all_of(row.outbox.begin(), row.outbox.end(), [](const outbox_item& item) {
           return item.payload.size() <= entry_bytes_max &&
                  std::all_of(item.kind.begin(), item.kind.end(), [](char c) { return c >= ' ' && c <= '~'; });
         });
}

struct progress {
  std::size_t group;
  bool ended = false;  // a row was refused: whatever follows it is refused for the same reason
  append_status reason = append_status::durable;
};

}  // namespace

append_plan plan_append(std::span<const append_request> batch, fault_plan& faults) {
  append_plan plan;
  plan.status.assign(batch.size(), append_status::failed);
  std::unordered_map<std::string_view, progress> seen;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& row = batch[i];
    const auto [it, fresh] = seen.try_emplace(row.entity.value, progress{plan.groups.size()});
    auto& state = it->second;
    if (fresh) plan.groups.push_back({&row.entity, shard_of(row.entity.value), row.owner, row.at, {}, {}});
    auto& group = plan.groups[state.group];
    const auto end = [&state](append_status why) {
      state.ended = true;
      state.reason = why;
    };
    if (!state.ended) {
      if (i >= batch_rows_max || !storable(row) || (fresh && faults.fails(fault_point::before_append, row.entity.value)))
        end(append_status::failed);
      else if (row.owner != group.owner)
        end(append_status::stale_epoch);
      else if (row.at.value != group.first.value + static_cast<std::int64_t>(group.rows.size()))
        end(append_status::conflict);
    }
    if (state.ended) {
      plan.status[i] = state.reason;
      continue;
    }
    group.rows.push_back(i);
    if (row.timer) group.timer = row.timer;
  }
  std::erase_if(plan.groups, [](const append_group& group) { return group.rows.empty(); });
  return plan;
}

bool sync_fails(const append_plan& plan, fault_plan& faults) {
  return std::any_of(plan.groups.begin(), plan.groups.end(),
                     [&](const append_group& group) { return faults.fails(fault_point::before_sync, group.entity->value); });
}

void settle_durable(append_plan& plan, const append_group& group, fault_plan& faults) {
  plan.settle(group, faults.fails(fault_point::after_commit, group.entity->value) ? append_status::unknown : append_status::durable);
}

}  // namespace holdfast::persistence
