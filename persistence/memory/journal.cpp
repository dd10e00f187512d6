#include <algorithm>

#include "persistence/append/plan.hpp"
#include "persistence/memory/state.hpp"

namespace holdfast::persistence {
namespace {

constexpr std::size_t page_rows = 256;

append_status check(const disk_image& disk, const append_group& group, bool ignore_epoch) {
  if (disk.leases.at(group.shard.value).owner != group.owner && !ignore_epoch) return append_status::stale_epoch;
  const auto it = disk.of_entity.find(group.entity->value);
  const auto newest = it == disk.of_entity.end() ? 0 : static_cast<std::int64_t>(it->second.size());
  return newest + 1 == group.first.value ? append_status::durable : append_status::conflict;
}

struct written_row {
  std::shared_ptr<const journal_record> record;
  std::vector<std::shared_ptr<const outbox_item>> outbox;
};

struct written_group {
  std::vector<written_row> rows;
  std::optional<unix_ms> timer;
};

written_group to_write(const append_group& group, std::span<const append_request> batch) {
  written_group out{{}, group.timer};
  for (const auto i : group.rows) {
    auto& row = out.rows.emplace_back();
    row.record = std::make_shared<const journal_record>(journal_record{batch[i].entity, batch[i].at, batch[i].payload});
    for (const auto& item : batch[i].outbox) row.outbox.push_back(std::make_shared<const outbox_item>(item));
  }
  return out;
}

void put(disk_image& disk, const written_group& group) {
  const auto& entity = group.rows.front().record->entity;
  for (const auto& row : group.rows) {
    disk.of_entity[entity.value].push_back(disk.journal.size());
    disk.journal.push_back(row.record);
    for (std::uint32_t i = 0; i < row.outbox.size(); ++i)
      disk.outbox.emplace(++disk.last_outbox_id, outbox_record{entity, row.record->at, i, row.outbox[i], 0, 0, {}});
  }
  if (!group.timer) return;
  if (*group.timer == 0)
    disk.timers.erase(entity.value);
  else
    disk.timers[entity.value] = *group.timer;
}

class memory_journal final : public journal_store {
public:
  memory_journal(disk_ptr disk, fault_plan& faults) : disk_(std::move(disk)), faults_(faults) {}

  std::vector<append_status> append(std::span<const append_request> batch) override {
    auto plan = plan_append(batch, faults_);
    auto& disk = disk_->state();
    const std::lock_guard lock(disk.guard);
    std::erase_if(plan.groups, [&](const append_group& group) {
      const auto verdict = check(disk.view(), group, disk.options.ignore_epoch);
      if (verdict != append_status::durable) plan.settle(group, verdict);
      return verdict != append_status::durable;
    });
    if (plan.groups.empty()) return std::move(plan.status);
    if (sync_fails(plan, faults_)) {
      plan.settle_all(append_status::unknown);
      return std::move(plan.status);
    }
    for (const auto& group : plan.groups) {
      disk.apply([rows = to_write(group, batch)](disk_image& image) { put(image, rows); });
    }
    disk.batch_end();
    for (const auto& group : plan.groups) settle_durable(plan, group, faults_);
    return std::move(plan.status);
  }

  result<sequence> read(const entity_id& entity, sequence from, const std::function<bool(stored_entry&&)>& visit) override {
    sequence last{from.value - 1};
    for (;;) {
      const auto rows = page_of_entity(entity, last.value + 1);
      for (const auto& row : rows) {
        last = row->at;
        if (!visit({row->at, row->payload})) return last;
      }
      if (rows.size() < page_rows) return last;
    }
  }

  result<position> follow(position after, std::size_t limit, const std::function<void(journal_row&&)>& visit) override {
    const auto begin = static_cast<std::size_t>(std::max<std::int64_t>(after.value, 0));
    std::vector<std::shared_ptr<const journal_record>> rows;
    {
      const std::lock_guard lock(disk_->state().guard);
      const auto& journal = disk_->state().view().journal;
      for (auto i = begin; i < journal.size() && rows.size() < limit; ++i) rows.push_back(journal[i]);
    }
    auto where = after;
    for (const auto& row : rows) {
      ++where.value;
      visit({where, row->entity, row->at, row->payload});
    }
    return where;
  }

  result<position> head() override {
    const std::lock_guard lock(disk_->state().guard);
    return position{static_cast<std::int64_t>(disk_->state().view().journal.size())};
  }

private:
  std::vector<std::shared_ptr<const journal_record>> page_of_entity(const entity_id& entity, std::int64_t from) const {
    std::vector<std::shared_ptr<const journal_record>> out;
    const std::lock_guard lock(disk_->state().guard);
    const auto& disk = disk_->state().view();
    const auto it = disk.of_entity.find(entity.value);
    if (it == disk.of_entity.end()) return out;
    for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(from, 1) - 1); i < it->second.size() && out.size() < page_rows; ++i)
      out.push_back(disk.journal[it->second[i]]);
    return out;
  }

  disk_ptr disk_;
  fault_plan& faults_;
};

}  // namespace

std::unique_ptr<journal_store> make_memory_journal(disk_ptr disk, fault_plan& faults) {
  return std::make_unique<memory_journal>(std::move(disk), faults);
}

}  // namespace holdfast::persistence
