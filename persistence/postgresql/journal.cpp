#include "persistence/append/plan.hpp"
#include "persistence/history/pages.hpp"
#include "persistence/postgresql/arrays.hpp"
#include "persistence/postgresql/binary_fields.hpp"
#include "persistence/postgresql/stores.hpp"
#include "persistence/sql/postgresql.hpp"

namespace holdfast::persistence::postgresql {
namespace {

namespace text = sql::postgresql;
constexpr std::size_t page_rows = 1'000;

using groups = std::span<const append_group>;
using requests = std::span<const append_request>;

/// The parameters of append.sql.
struct append_parameters {
  // Per group.
  text_array entity;
  bigint_array first, owner, due;
  smallint_array shard;
  // Per row.
  integer_array row_group;
  bigint_array row_seq, row_at;
  bytea_array row_payload;
  // Per item of the outbox.
  integer_array out_group, out_index;
  bigint_array out_seq;
  text_array out_kind;
  bytea_array out_payload;

  append_parameters(groups all, requests batch) {
    std::int32_t number = 0;
    for (const auto& group : all) add(++number, group, batch);
  }

  void add(std::int32_t number, const append_group& group, requests batch) {
    entity.add(group.entity->value);
    first.add(group.first.value);
    shard.add(static_cast<std::int16_t>(group.shard.value));
    owner.add(group.owner.value);
    for (const auto i : group.rows) add_row(number, batch[i]);
    if (group.timer)
      due.add(*group.timer);
    else
      due.add_null();
  }

  void add_row(std::int32_t number, const append_request& row) {
    row_group.add(number);
    row_seq.add(row.at.value);
    row_at.add(row.at_ms);
    row_payload.add(row.payload);
    for (std::size_t i = 0; i < row.outbox.size(); ++i) {
      out_group.add(number);
      out_seq.add(row.at.value);
      out_index.add(static_cast<std::int32_t>(i));
      out_kind.add(row.outbox[i].kind);
      out_payload.add(row.outbox[i].payload);
    }
  }
};

class journal final : public journal_store {
public:
  explicit journal(home_ptr home) : home_(std::move(home)), link_(home_) {}

  std::vector<append_status> append(requests batch) override;
  result<sequence> read(const entity_id&, sequence from, const std::function<bool(stored_entry&&)>& visit) override;
  result<position> follow(position after, std::size_t limit, const std::function<void(journal_row&&)>& visit) override;
  result<position> head() override { return position_of(text::head); }
  result<position> newest() override { return position_of(text::newest); }

private:
  void write(append_plan&, groups, requests batch, bool again = false);
  void settle_written(append_plan&, groups, const pqxx::result& refused);
  void settle_trouble(append_plan&, groups, requests batch, const trouble&, bool again);
  result<std::vector<stored_entry>> page_of_entity(const entity_id&, std::int64_t from);
  result<position> position_of(const sql::statement&);

  home_ptr home_;
  connection link_;
};

std::vector<append_status> journal::append(requests batch) {
  auto plan = plan_append(batch, home_->faults);
  if (plan.groups.empty()) return std::move(plan.status);
  if (sync_fails(plan, home_->faults))
    plan.settle_all(append_status::unknown);
  else
    write(plan, plan.groups, batch);
  return std::move(plan.status);
}

void journal::write(append_plan& plan, groups all, requests batch, bool again) {
  append_parameters p(all, batch);
  trouble what;
  const auto answer = link_.call(
      [&]() -> result<pqxx::result> {
        return link_.run(text::append, p.entity.take(), p.first.take(), p.shard.take(), p.owner.take(), p.due.take(), p.row_group.take(),
                         p.row_seq.take(), p.row_at.take(), p.row_payload.take(), p.out_group.take(), p.out_seq.take(), p.out_index.take(),
                         p.out_kind.take(), p.out_payload.take());
      },
      &what);
  if (answer)
    settle_written(plan, all, *answer);
  else
    settle_trouble(plan, all, batch, what, again);
}

void journal::settle_written(append_plan& plan, groups all, const pqxx::result& refused) {
  std::vector<append_status> verdicts(all.size(), append_status::durable);
  for (const auto& row : refused)
    verdicts.at(row[0].as<std::size_t>() - 1) = row[1].as<int>() == 2 ? append_status::stale_epoch : append_status::conflict;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (verdicts[i] == append_status::durable)
      settle_durable(plan, all[i], home_->faults);
    else
      plan.settle(all[i], verdicts[i]);
  }
}

// The statement refuses an entity by itself. An error comes from what it could not foresee: another writer that was faster (23505) or
// wanted the same entities in another order (class 40), or a row the server cannot take (classes 22, 23, 54). Then each entity is written
// alone, so that only the one at fault suffers.
void journal::settle_trouble(append_plan& plan, groups all, requests batch, const trouble& what, bool again) {
  const auto settle = [&](append_status verdict) {
    for (const auto& group : all) plan.settle(group, verdict);
  };
  if (what.what == trouble::kind::lost) return settle(append_status::unknown);
  if (what.what == trouble::kind::not_sent) return settle(append_status::failed);
  const auto error_class = what.sqlstate.substr(0, 2);
  const bool one_is_at_fault = error_class == "22" || error_class == "23" || error_class == "40" || error_class == "54";
  if (!one_is_at_fault) return settle(append_status::failed);
  // Alone and still in somebody's way: once more, and whoever was first is seen.
  if (all.size() == 1 && error_class == "40" && !again) return write(plan, all, batch, true);
  if (all.size() == 1) return settle(what.sqlstate == "23505" ? append_status::conflict : append_status::failed);
  for (std::size_t i = 0; i < all.size(); ++i) write(plan, all.subspan(i, 1), batch);
}

result<std::vector<stored_entry>> journal::page_of_entity(const entity_id& entity, std::int64_t from) {
  return link_.call([&]() -> result<std::vector<stored_entry>> {
    std::vector<stored_entry> out;
    const auto rows = link_.run_binary(text::read, {entity.value, std::to_string(from), std::to_string(page_rows)});
    out.reserve(page_rows);
    for (const auto& row : rows) out.push_back({{binary_bigint(row[0])}, binary_bytes(row[1])});
    return out;
  });
}

result<sequence> journal::read(const entity_id& entity, sequence from, const std::function<bool(stored_entry&&)>& visit) {
  return read_in_pages(
      entity, from, page_rows, [&](std::int64_t next) { return page_of_entity(entity, next); }, visit);
}

result<position> journal::follow(position after, std::size_t limit, const std::function<void(journal_row&&)>& visit) {
  const auto rows = link_.call([&]() -> result<pqxx::result> {
    return link_.run_binary(text::follow, {std::to_string(after.value), std::to_string(limit)});
  });
  if (!rows) return rows.error();
  for (const auto& row : *rows) {
    after = {binary_bigint(row[0])};
    visit({after, {binary_bytes(row[1])}, {binary_bigint(row[2])}, binary_bytes(row[3])});
  }
  return after;
}

result<position> journal::position_of(const sql::statement& question) {
  return link_.call([&]() -> result<position> { return position{link_.run(question)[0][0].as<std::int64_t>()}; });
}

}  // namespace

std::unique_ptr<journal_store> make_journal(home_ptr home) { return std::make_unique<journal>(std::move(home)); }

}  // namespace holdfast::persistence::postgresql
