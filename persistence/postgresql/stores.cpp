// Snapshots, leases, timers, the outbox and what operators need.
#include "persistence/postgresql/stores.hpp"

#include "persistence/postgresql/arrays.hpp"
#include "persistence/sql/postgresql.hpp"

namespace holdfast::persistence::postgresql {
namespace {

namespace text = sql::postgresql;
constexpr std::int64_t page_rows = 64;

class store {
protected:
  explicit store(home_ptr home) : home_(std::move(home)), link_(home_) {}

  template <class... Args>
  result<void> change(const sql::statement& statement, const Args&... args) {
    return link_.call([&]() -> result<void> {
      link_.run(statement, args...);
      return {};
    });
  }

  template <class T, class Row, class... Args>
  result<std::vector<T>> select(const sql::statement& statement, Row row_of, const Args&... args) {
    return link_.call([&]() -> result<std::vector<T>> {
      std::vector<T> out;
      const auto rows = link_.run(statement, args...);
      for (const auto& row : rows) out.push_back(row_of(row));
      return out;
    });
  }

  home_ptr home_;
  connection link_;
};

std::int64_t integer(const pqxx::row& row, int column) { return row[column].as<std::int64_t>(); }
std::string string(const pqxx::row& row, int column) { return row[column].as<std::string>(); }

class snapshots final : public snapshot_store, store {
public:
  explicit snapshots(home_ptr home) : store(std::move(home)) {}

  result<void> save(const entity_id& entity, const snapshot& taken) override {
    if (home_->faults.fails(fault_point::before_snapshot, entity.value)) return fail(failure_code::unavailable, "fault: before_snapshot");
    return change(text::snapshot_save, entity.value, taken.at.value, shim::to_binary(taken.payload));
  }
  result<std::optional<snapshot>> load(const entity_id& entity) override {
    auto rows = select<snapshot>(
        text::snapshot_load,
        [](const pqxx::row& row) {
          return snapshot{{integer(row, 0)}, shim::bytes(row[1])};
        },
        entity.value);
    if (!rows) return rows.error();
    return rows->empty() ? std::nullopt : std::optional(std::move(rows->front()));
  }
  result<void> erase_all() override { return change(text::snapshot_erase_all); }
  result<void> each(const std::function<void(const entity_id&, snapshot&&)>& visit) override {
    using entry = std::pair<entity_id, snapshot>;
    std::string after;
    for (;;) {
      auto rows = select<entry>(
          text::snapshot_each,
          [](const pqxx::row& row) {
            return entry{{string(row, 0)}, {{integer(row, 1)}, shim::bytes(row[2])}};
          },
          after, page_rows);
      if (!rows) return rows.error();
      for (auto& [entity, stored] : *rows) visit(entity, std::move(stored));
      if (rows->size() < page_rows) return {};
      after = rows->back().first.value;
    }
  }
};

class leases final : public lease_store, store {
public:
  explicit leases(home_ptr home) : store(std::move(home)) {}

  // Answers what this statement took, not what stands there afterwards: that may be the next owner's.
  result<std::vector<lease>> take_all(const std::string& node) override { return select<lease>(text::lease_take_all, &to_lease, node); }
  result<std::vector<lease>> all() override { return select<lease>(text::lease_all, &to_lease); }
};

smallint_array to_array(const shard_set& shards) {
  smallint_array out;
  for (std::int16_t i = 0; i < static_cast<std::int16_t>(shard_count); ++i)
    if (shards.test(static_cast<std::size_t>(i))) out.add(i);
  return out;
}

class timers final : public timer_store, store {
public:
  explicit timers(home_ptr home) : store(std::move(home)) {}

  result<std::vector<due_timer>> due(unix_ms until, std::size_t limit, const shard_set& of) override {
    return select<due_timer>(
        text::timer_due,
        [](const pqxx::row& row) {
          return due_timer{{string(row, 0)}, integer(row, 1)};
        },
        until, static_cast<std::int64_t>(limit), to_array(of).take());
  }
  result<std::optional<unix_ms>> earliest() override {
    using found = std::optional<unix_ms>;
    auto rows =
        select<found>(text::timer_earliest, [](const pqxx::row& row) { return row[0].is_null() ? found() : found(integer(row, 0)); });
    if (!rows) return rows.error();
    return rows->front();
  }
  result<std::optional<unix_ms>> of(const entity_id& entity) override {
    auto rows = select<unix_ms>(
        text::timer_of, [](const pqxx::row& row) { return integer(row, 0); }, entity.value);
    if (!rows) return rows.error();
    return rows->empty() ? std::nullopt : std::optional(rows->front());
  }
  result<void> forget(const due_timer& timer) override { return change(text::timer_forget, timer.entity.value, timer.due); }
};

class outbox final : public outbox_store, store {
public:
  explicit outbox(home_ptr home) : store(std::move(home)) {}

  result<std::vector<outbox_row>> pending(unix_ms now, std::size_t limit, const shard_set& of) override {
    return select<outbox_row>(
        text::outbox_pending,
        [](const pqxx::row& row) {
          return outbox_row{integer(row, 0),
                            {string(row, 1)},
                            {integer(row, 2)},
                            static_cast<std::uint32_t>(integer(row, 3)),
                            string(row, 4),
                            shim::bytes(row[5]),
                            static_cast<std::uint32_t>(integer(row, 6))};
        },
        now, static_cast<std::int64_t>(limit), to_array(of).take());
  }
  result<void> delivered(std::int64_t id) override { return change(text::outbox_delivered, id); }
  result<void> postpone(std::int64_t id, unix_ms next_attempt, const std::string& error) override {
    return change(text::outbox_postpone, id, next_attempt, error);
  }
  result<void> hold(std::int64_t id, unix_ms until) override { return change(text::outbox_hold, id, until); }
  result<void> abandon(std::int64_t id, const std::string& error) override { return change(text::outbox_abandon, id, error); }
  result<figures> count() override {
    auto rows = select<figures>(text::outbox_count, [](const pqxx::row& row) { return figures{integer(row, 0), integer(row, 1)}; });
    if (!rows) return rows.error();
    return rows->front();
  }
};

class operators final : public operator_store, store {
public:
  explicit operators(home_ptr home) : store(std::move(home)) {}

  result<operator_action> begin(const operator_action& asked, const action_key& key) override {
    const auto kept = change(text::action_begin, key.text, shim::to_binary(key.fingerprint), asked.at_ms, asked.subject, asked.remote,
                             asked.node, asked.request_id, asked.action, asked.target, asked.detail);
    if (!kept) return kept.error();
    using entry = std::pair<operator_action, std::string>;
    auto found = select<entry>(
        text::action_of_key,
        [](const pqxx::row& row) {
          return entry{to_action(row), shim::bytes(row[10])};
        },
        key.text);
    if (!found) return found.error();
    if (found->front().second != key.fingerprint) return fail(failure_code::conflict, "the key was used for another request");
    return std::move(found->front().first);
  }
  result<void> finish(std::int64_t id, const std::string& outcome) override { return change(text::action_finish, id, outcome); }
  result<page_of<operator_action>> actions(const action_filter& filter, page at) override {
    auto rows = select<operator_action>(text::action_list, &to_action, filter.subject, filter.action, filter.target, std::int64_t{at.limit},
                                        std::int64_t{at.number - 1} * at.limit);
    if (!rows) return rows.error();
    const auto total = select<std::int64_t>(
        text::action_count, [](const pqxx::row& row) { return integer(row, 0); }, filter.subject, filter.action, filter.target);
    if (!total) return total.error();
    return page_of<operator_action>{std::move(*rows), static_cast<std::uint64_t>(total->front())};
  }
  result<replication> replicas() override {
    auto rows = select<replication>(text::replicas, [](const pqxx::row& row) {
      return replication{row[0].as<std::uint32_t>(), integer(row, 1), row[2].as<double>()};
    });
    if (!rows) return rows.error();
    return rows->front();
  }

private:
  static operator_action to_action(const pqxx::row& row) {
    return {integer(row, 0), integer(row, 1), string(row, 2), string(row, 3), string(row, 4),
            string(row, 5),  string(row, 6),  string(row, 7), string(row, 8), string(row, 9)};
  }
};

}  // namespace

lease to_lease(const pqxx::row& row) { return {{static_cast<std::uint16_t>(integer(row, 0))}, string(row, 1), {integer(row, 2)}}; }

std::unique_ptr<snapshot_store> make_snapshots(home_ptr home) { return std::make_unique<snapshots>(std::move(home)); }
std::unique_ptr<lease_store> make_leases(home_ptr home) { return std::make_unique<leases>(std::move(home)); }
std::unique_ptr<timer_store> make_timers(home_ptr home) { return std::make_unique<timers>(std::move(home)); }
std::unique_ptr<outbox_store> make_outbox(home_ptr home) { return std::make_unique<outbox>(std::move(home)); }
std::unique_ptr<operator_store> make_operators(home_ptr home) { return std::make_unique<operators>(std::move(home)); }

}  // namespace holdfast::persistence::postgresql
