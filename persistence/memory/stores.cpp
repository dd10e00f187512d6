// Snapshots, leases, timers, the outbox and the record of operators on the memory disk.
#include <algorithm>

#include "persistence/memory/state.hpp"

namespace holdfast::persistence {
namespace {

class memory_store {
protected:
  explicit memory_store(disk_ptr disk) : disk_(std::move(disk)) {}

  template <class F>
  auto look(F f) const {
    const std::lock_guard lock(disk_->state().guard);
    return f(disk_->state().view());
  }
  void write(disk_state::write change) {
    const std::lock_guard lock(disk_->state().guard);
    disk_->state().apply(std::move(change));
    disk_->state().sync();
  }
  // Not synced by itself: may be lost in a crash, together with nothing that it depends on.
  void write_behind(disk_state::write change) {
    const std::lock_guard lock(disk_->state().guard);
    disk_->state().apply(std::move(change));
  }

  disk_ptr disk_;
};

class memory_snapshots final : public snapshot_store, memory_store {
public:
  memory_snapshots(disk_ptr disk, fault_plan& faults) : memory_store(std::move(disk)), faults_(faults) {}

  result<void> save(const entity_id& entity, const snapshot& taken) override {
    if (faults_.fails(fault_point::before_snapshot, entity.value)) return fail(failure_code::unavailable, "fault: before_snapshot");
    write_behind([key = entity.value, copy = std::make_shared<const snapshot>(taken)](disk_image& disk) {
      auto& stored = disk.snapshots[key];
      if (!stored || stored->at <= copy->at) stored = copy;
    });
    return {};
  }
  result<std::optional<snapshot>> load(const entity_id& entity) override {
    return look([&](const disk_image& disk) -> std::optional<snapshot> {
      const auto it = disk.snapshots.find(entity.value);
      if (it == disk.snapshots.end()) return std::nullopt;
      return *it->second;
    });
  }
  result<void> erase_all() override {
    write([](disk_image& disk) { disk.snapshots.clear(); });
    return {};
  }
  result<void> each(const std::function<void(const entity_id&, snapshot&&)>& visit) override {
    const auto all = look([](const disk_image& disk) { return disk.snapshots; });
    for (const auto& [entity, stored] : all) visit({entity}, snapshot(*stored));
    return {};
  }

private:
  fault_plan& faults_;
};

class memory_leases final : public lease_store, memory_store {
public:
  using memory_store::memory_store;
  explicit memory_leases(disk_ptr disk) : memory_store(std::move(disk)) {}

  // Answers what this call took, not what stands there afterwards: that may be the next owner's.
  result<std::vector<lease>> take_all(const std::string& node) override {
    const std::lock_guard lock(disk_->state().guard);
    disk_->state().apply([node](disk_image& disk) {
      for (auto& one : disk.leases) {
        one.node = node;
        ++one.owner.value;
      }
    });
    disk_->state().sync();
    const auto& leases = disk_->state().view().leases;
    return std::vector<lease>(leases.begin(), leases.end());
  }
  result<std::vector<lease>> all() override {
    return look([](const disk_image& disk) {
      std::vector<lease> out;
      std::copy_if(disk.leases.begin(), disk.leases.end(), std::back_inserter(out), [](const lease& one) { return one.owner.value > 0; });
      return out;
    });
  }
};

class memory_timers final : public timer_store, memory_store {
public:
  explicit memory_timers(disk_ptr disk) : memory_store(std::move(disk)) {}

  result<std::vector<due_timer>> due(unix_ms until, std::size_t limit, const shard_set& of) override {
    return look([&](const disk_image& disk) {
      std::vector<due_timer> out;
      for (const auto& [entity, due] : disk.timers)
        if (due <= until && of.test(shard_of(entity).value)) out.push_back({{entity}, due});
      std::stable_sort(out.begin(), out.end(), [](const due_timer& a, const due_timer& b) { return a.due < b.due; });
      out.resize(std::min(out.size(), limit));
      return out;
    });
  }
  result<std::optional<unix_ms>> earliest() override {
    return look([](const disk_image& disk) {
      std::optional<unix_ms> out;
      for (const auto& [entity, due] : disk.timers) out = std::min(out.value_or(due), due);
      return out;
    });
  }
  result<std::optional<unix_ms>> of(const entity_id& entity) override {
    return look([&](const disk_image& disk) -> std::optional<unix_ms> {
      const auto it = disk.timers.find(entity.value);
      return it == disk.timers.end() ? std::nullopt : std::optional(it->second);
    });
  }
  result<void> forget(const due_timer& timer) override {
    write_behind([timer](disk_image& disk) {
      const auto it = disk.timers.find(timer.entity.value);
      if (it != disk.timers.end() && it->second == timer.due) disk.timers.erase(it);
    });
    return {};
  }
};

class memory_outbox final : public outbox_store, memory_store {
public:
  explicit memory_outbox(disk_ptr disk) : memory_store(std::move(disk)) {}

  result<std::vector<outbox_row>> pending(unix_ms now, std::size_t limit, const shard_set& of) override {
    return look([&](const disk_image& disk) {
      std::vector<outbox_row> out;
      for (const auto& [id, row] : disk.outbox) {
        if (out.size() == limit) break;
        if (row.next_attempt > now || !of.test(shard_of(row.entity.value).value)) continue;
        out.push_back({id, row.entity, row.at, row.index, row.item->kind, row.item->payload, row.attempts});
      }
      return out;
    });
  }
  result<void> delivered(std::int64_t id) override {
    write([id](disk_image& disk) { disk.outbox.erase(id); });
    return {};
  }
  result<void> postpone(std::int64_t id, unix_ms next_attempt, const std::string& error) override {
    write([=](disk_image& disk) {
      const auto it = disk.outbox.find(id);
      if (it == disk.outbox.end()) return;
      ++it->second.attempts;
      it->second.next_attempt = next_attempt;
      it->second.error = error;
    });
    return {};
  }
  result<void> hold(std::int64_t id, unix_ms until) override {
    write([=](disk_image& disk) {
      if (const auto it = disk.outbox.find(id); it != disk.outbox.end()) it->second.next_attempt = std::max(it->second.next_attempt, until);
    });
    return {};
  }
  result<void> abandon(std::int64_t id, const std::string& error) override {
    write([=](disk_image& disk) {
      auto given_up = disk.outbox.extract(id);
      if (given_up.empty()) return;
      ++given_up.mapped().attempts;
      given_up.mapped().error = error;
      disk.abandoned.insert(std::move(given_up));
    });
    return {};
  }
  result<figures> count() override {
    return look([](const disk_image& disk) {
      return figures{static_cast<std::int64_t>(disk.outbox.size()), static_cast<std::int64_t>(disk.abandoned.size())};
    });
  }
};

class memory_operators final : public operator_store, memory_store {
public:
  explicit memory_operators(disk_ptr disk) : memory_store(std::move(disk)) {}

  result<operator_action> begin(const operator_action& asked, const action_key& key) override {
    write([asked, key](disk_image& disk) {
      const auto id = static_cast<std::int64_t>(disk.actions.size()) + 1;
      if (!disk.action_keys.try_emplace(key.text, id, key.fingerprint).second) return;
      auto& kept = disk.actions[id] = asked;
      kept.id = id;
      kept.outcome.clear();
    });
    return look([&](const disk_image& disk) -> result<operator_action> {
      const auto& [id, fingerprint] = disk.action_keys.at(key.text);
      if (fingerprint != key.fingerprint) return fail(failure_code::conflict, "the key was used for another request");
      return disk.actions.at(id);
    });
  }
  result<void> finish(std::int64_t id, const std::string& outcome) override {
    write([=](disk_image& disk) {
      const auto it = disk.actions.find(id);
      if (it != disk.actions.end() && it->second.outcome.empty()) it->second.outcome = outcome;
    });
    return {};
  }
  result<page_of<operator_action>> actions(const action_filter& filter, page at) override {
    return look([&](const disk_image& disk) {
      page_of<operator_action> out;
      const auto fits = [](const std::string& wanted, const std::string& found) { return wanted.empty() || wanted == found; };
      const std::uint64_t before = std::uint64_t{at.number - 1} * at.limit;
      std::for_each(disk.actions.rbegin(), disk.actions.rend(), [&](const auto& numbered) {
        const auto& one = numbered.second;
        if (!fits(filter.subject, one.subject) || !fits(filter.action, one.action) || !fits(filter.target, one.target)) return;
        if (out.total++ >= before && out.rows.size() < at.limit) out.rows.push_back(one);
      });
      return out;
    });
  }
  result<replication> replicas() override { return replication{}; }
};

}  // namespace

std::unique_ptr<snapshot_store> make_memory_snapshots(disk_ptr disk, fault_plan& faults) {
  return std::make_unique<memory_snapshots>(std::move(disk), faults);
}
std::unique_ptr<lease_store> make_memory_leases(disk_ptr disk) { return std::make_unique<memory_leases>(std::move(disk)); }
std::unique_ptr<timer_store> make_memory_timers(disk_ptr disk) { return std::make_unique<memory_timers>(std::move(disk)); }
std::unique_ptr<outbox_store> make_memory_outbox(disk_ptr disk) { return std::make_unique<memory_outbox>(std::move(disk)); }
std::unique_ptr<operator_store> make_memory_operators(disk_ptr disk) { return std::make_unique<memory_operators>(std::move(disk)); }

}  // namespace holdfast::persistence
