#include "persistence/append/plan.hpp"
#include "persistence/history/pages.hpp"
#include "persistence/sql/sqlite.hpp"
#include "persistence/sqlite/stores.hpp"

namespace holdfast::persistence::sqlite {
namespace {

namespace text = sql::sqlite;
constexpr std::size_t page_rows = 256;

class journal final : public journal_store {
public:
  explicit journal(home_ptr home) : home_(std::move(home)), writer_(home_->journal, mode::write), reader_(home_->journal, mode::read) {}

  std::vector<append_status> append(std::span<const append_request> batch) override;
  result<sequence> read(const entity_id&, sequence from, const std::function<bool(stored_entry&&)>& visit) override;
  result<position> follow(position after, std::size_t limit, const std::function<void(journal_row&&)>& visit) override;
  result<position> head() override;

private:
  using groups = std::span<const append_group>;

  void write(append_plan&, groups, std::span<const append_request> batch);
  void write_one_by_one(append_plan&, groups, std::span<const append_request> batch);
  append_status check(const append_group&);
  void insert(const append_group&, std::span<const append_request> batch);
  void insert_outbox(const append_request&);
  void set_timer(const append_group&);
  result<std::vector<stored_entry>> page_of_entity(const entity_id&, std::int64_t from);

  home_ptr home_;
  connection writer_;
  connection reader_;
};

std::vector<append_status> journal::append(std::span<const append_request> batch) {
  auto plan = plan_append(batch, home_->faults);
  if (plan.groups.empty()) return std::move(plan.status);
  const auto pass = home_->gate.enter(write_gate::rank::booking);
  write(plan, plan.groups, batch);
  return std::move(plan.status);
}

// One transaction. A group that is refused is left out of it; every other error is the whole transaction's.
void journal::write(append_plan& plan, groups all, std::span<const append_request> batch) {
  std::vector<const append_group*> written;
  const auto settle_all = [&](append_status verdict) {
    for (const auto* group : written) plan.settle(*group, verdict);
  };
  bool committing = false;
  try {
    writer_.begin();
    for (const auto& group : all) {
      const auto verdict = check(group);
      plan.settle(group, verdict == append_status::durable ? append_status::failed : verdict);
      if (verdict != append_status::durable) continue;
      written.push_back(&group);
      insert(group, batch);
    }
    if (!written.empty() && sync_fails(plan, home_->faults)) {
      writer_.roll_back();
      return settle_all(append_status::unknown);
    }
    committing = true;
    writer_.commit();
    for (const auto* group : written) settle_durable(plan, *group, home_->faults);
  } catch (const SQLite::Exception& e) {
    writer_.recover(e);
    if (committing && aftermath_of(e) == aftermath::unknown) return settle_all(append_status::unknown);
    settle_all(append_status::failed);
    if (spoils_only_its_row(e) && all.size() > 1) write_one_by_one(plan, all, batch);
  }
}

void journal::write_one_by_one(append_plan& plan, groups all, std::span<const append_request> batch) {
  for (std::size_t i = 0; i < all.size(); ++i) write(plan, all.subspan(i, 1), batch);
}

append_status journal::check(const append_group& group) {
  auto fence = writer_.prepare(text::epoch_of);
  fence.integer(1, group.shard.value);
  if (!fence->executeStep() || fence->getColumn(0).getInt64() != group.owner.value) return append_status::stale_epoch;
  auto newest = writer_.prepare(text::newest);
  newest.text(1, group.entity->value);
  newest->executeStep();
  return newest->getColumn(0).getInt64() + 1 == group.first.value ? append_status::durable : append_status::conflict;
}

void journal::insert(const append_group& group, std::span<const append_request> batch) {
  for (const auto i : group.rows) {
    const auto& row = batch[i];
    auto insert = writer_.prepare(text::append);
    insert.text(1, row.entity.value).integer(2, row.at.value).integer(3, row.at_ms).bytes(4, row.payload);
    insert->exec();
    insert_outbox(row);
  }
  set_timer(group);
}

void journal::insert_outbox(const append_request& row) {
  for (std::size_t i = 0; i < row.outbox.size(); ++i) {
    auto insert = writer_.prepare(text::outbox_add);
    insert.text(1, row.entity.value).integer(2, row.at.value).integer(3, static_cast<std::int64_t>(i));
    insert.text(4, row.outbox[i].kind).bytes(5, row.outbox[i].payload);
    insert->exec();
  }
}

void journal::set_timer(const append_group& group) {
  if (!group.timer) return;
  auto change = writer_.prepare(*group.timer == 0 ? text::timer_clear : text::timer_set);
  change.text(1, group.entity->value);
  if (*group.timer != 0) change.integer(2, *group.timer);
  change->exec();
}

result<std::vector<stored_entry>> journal::page_of_entity(const entity_id& entity, std::int64_t from) {
  return reader_.guard([&]() -> result<std::vector<stored_entry>> {
    std::vector<stored_entry> out;
    auto select = reader_.prepare(text::read);
    select.text(1, entity.value).integer(2, from).integer(3, std::int64_t{page_rows});
    while (select->executeStep()) out.push_back({sequence{select->getColumn(0).getInt64()}, column_bytes(select->getColumn(1))});
    return out;
  });
}

result<sequence> journal::read(const entity_id& entity, sequence from, const std::function<bool(stored_entry&&)>& visit) {
  return read_in_pages(
      entity, from, page_rows, [&](std::int64_t next) { return page_of_entity(entity, next); }, visit);
}

result<position> journal::follow(position after, std::size_t limit, const std::function<void(journal_row&&)>& visit) {
  auto rows = reader_.guard([&]() -> result<std::vector<journal_row>> {
    std::vector<journal_row> out;
    auto select = reader_.prepare(text::follow);
    select.integer(1, after.value).integer(2, static_cast<std::int64_t>(limit));
    while (select->executeStep())
      out.push_back({{select->getColumn(0).getInt64()},
                     {column_bytes(select->getColumn(1))},
                     {select->getColumn(2).getInt64()},
                     column_bytes(select->getColumn(3))});
    return out;
  });
  if (!rows) return rows.error();
  for (auto& row : *rows) {
    after = row.where;
    visit(std::move(row));
  }
  return after;
}

result<position> journal::head() {
  return reader_.guard([&]() -> result<position> {
    auto select = reader_.prepare(text::head);
    select->executeStep();
    return position{select->getColumn(0).getInt64()};
  });
}

}  // namespace

std::unique_ptr<journal_store> make_journal(home_ptr home) { return std::make_unique<journal>(std::move(home)); }

}  // namespace holdfast::persistence::sqlite
