// The projection's side of the read model on the memory disk.
#include "persistence/memory/state.hpp"

namespace holdfast::persistence {
namespace {

template <class Record, class Stored, class F>
void load_slots(std::map<row_key, slot<Record>>& wanted, const std::map<row_key, std::shared_ptr<const Stored>>& stored, F record_of) {
  for (auto& [key, slot] : wanted) {
    if (!slot.to_load()) continue;
    if (const auto it = stored.find(key); it != stored.end()) slot.row = record_of(*it->second);
  }
}

template <class Record, class Stored, class F>
std::map<row_key, std::shared_ptr<const Stored>> changed(const std::map<row_key, slot<Record>>& slots, F stored_of) {
  std::map<row_key, std::shared_ptr<const Stored>> out;
  for (const auto& [key, slot] : slots)
    if (slot.to_save()) out.emplace(key, std::make_shared<const Stored>(stored_of(*slot.row)));
  return out;
}

constexpr auto as_it_is = [](const auto& record) { return record; };

class memory_model final : public model_store {
public:
  explicit memory_model(disk_ptr disk) : disk_(std::move(disk)) {}

  result<position> begin() override {
    turn_ = std::unique_lock(disk_->state().projecting);
    return reached();
  }

  result<void> load(working_set& set) override {
    const std::lock_guard lock(disk_->state().guard);
    const auto& model = disk_->state().view().model;
    for (const auto& block : set.redefined) {
      const auto end = model.bookings.lower_bound({block.tenant, behind_bookings_of(block.id)});
      for (auto it = model.bookings.lower_bound({block.tenant, first_booking_of(block.id)}); it != end; ++it)
        set.bookings.try_emplace(it->first);
    }
    load_slots(set.bookings, model.bookings, as_it_is);
    load_slots(set.blocks, model.blocks, as_it_is);
    load_slots(set.events, model.events, [](const event_entry& entry) { return entry.record; });
    return {};
  }

  result<void> commit(const working_set& set, position reached) override {
    auto tenants = set.tenants;
    auto bookings = changed<booking_record, booking_record>(set.bookings, as_it_is);
    auto blocks = changed<block_record, block_record>(set.blocks, as_it_is);
    auto events = changed<event_record, event_entry>(set.events, [](const event_record& record) {
      return event_entry{record, facts_of(record.definition)};
    });
    write([=](model_image& model) {
      model.tenants.insert(tenants.begin(), tenants.end());
      for (const auto& [key, row] : bookings) model.bookings[key] = row;
      for (const auto& [key, row] : blocks) model.blocks[key] = row;
      for (const auto& [key, row] : events) model.events[key] = row;
      model.reached = reached;
    });
    turn_ = {};
    return {};
  }

  void abandon() noexcept override { turn_ = {}; }

  result<position> reached() override {
    const std::lock_guard lock(disk_->state().guard);
    return disk_->state().view().model.reached;
  }

  result<void> clear() override {
    const std::lock_guard turn(disk_->state().projecting);
    write([](model_image& model) { model = {}; });
    return {};
  }

private:
  template <class F>
  void write(F change) {
    const std::lock_guard lock(disk_->state().guard);
    disk_->state().apply([change](disk_image& disk) { change(disk.model); });
  }

  disk_ptr disk_;
  std::unique_lock<std::mutex> turn_;
};

}  // namespace

std::unique_ptr<model_store> make_memory_model(disk_ptr disk) { return std::make_unique<memory_model>(std::move(disk)); }

}  // namespace holdfast::persistence
