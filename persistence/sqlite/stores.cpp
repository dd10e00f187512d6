// Snapshots, leases, timers, the outbox and the record of operators in the journal's file.
#include "persistence/sqlite/stores.hpp"

#include "persistence/sql/sqlite.hpp"

namespace holdfast::persistence::sqlite {
namespace {

namespace text = sql::sqlite;
constexpr std::int64_t page_rows = 64;

class store {
protected:
  store(home_ptr home, mode writes) : home_(std::move(home)), writer_(home_->journal, writes), reader_(home_->journal, mode::read) {}

  /// One statement that changes something, bound by `bind`.
  template <class Bind>
  result<void> change(const sql::statement& statement, Bind bind) {
    const auto pass = home_->gate.enter(write_gate::rank::background);
    return writer_.guard([&]() -> result<void> {
      auto use = writer_.prepare(statement);
      bind(use);
      use->exec();
      return {};
    });
  }

  /// Every row of an answer, turned into a T.
  template <class T, class Bind, class Row>
  result<std::vector<T>> select(const sql::statement& statement, Bind bind, Row row) {
    return reader_.guard([&]() -> result<std::vector<T>> {
      std::vector<T> out;
      auto use = reader_.prepare(statement);
      bind(use);
      while (use->executeStep()) out.push_back(row(use));
      return out;
    });
  }

  /// The first `limit` rows whose entity lives in one of these shards.
  template <class T, class Row>
  result<std::vector<T>> select_in(const shard_set& of, std::size_t limit, const sql::statement& statement, unix_ms until, Row row) {
    return reader_.guard([&]() -> result<std::vector<T>> {
      std::vector<T> out;
      auto use = reader_.prepare(statement);
      use.integer(1, until);
      while (out.size() < limit && use->executeStep())
        if (T one = row(use); of.test(shard_of(one.entity.value).value)) out.push_back(std::move(one));
      return out;
    });
  }

  home_ptr home_;
  connection writer_;
  connection reader_;
};

constexpr auto nothing = [](connection::use&) {};

std::int64_t integer(connection::use& use, int column) { return use->getColumn(column).getInt64(); }
std::string bytes(connection::use& use, int column) { return column_bytes(use->getColumn(column)); }

// Written behind: a snapshot that a power cut takes is one that was not made.
class snapshots final : public snapshot_store, store {
public:
  explicit snapshots(home_ptr home) : store(std::move(home), mode::write_behind) {}

  result<void> save(const entity_id& entity, const snapshot& taken) override {
    if (home_->faults.fails(fault_point::before_snapshot, entity.value)) return fail(failure_code::unavailable, "fault: before_snapshot");
    return change(text::snapshot_save,
                  [&](connection::use& use) { use.text(1, entity.value).integer(2, taken.at.value).bytes(3, taken.payload); });
  }
  result<std::optional<snapshot>> load(const entity_id& entity) override {
    auto rows = select<snapshot>(
        text::snapshot_load, [&](connection::use& use) { use.text(1, entity.value); },
        [](connection::use& use) {
          return snapshot{{integer(use, 0)}, bytes(use, 1)};
        });
    if (!rows) return rows.error();
    return rows->empty() ? std::nullopt : std::optional(std::move(rows->front()));
  }
  result<void> erase_all() override { return change(text::snapshot_erase_all, nothing); }
  result<void> each(const std::function<void(const entity_id&, snapshot&&)>& visit) override {
    using row = std::pair<entity_id, snapshot>;
    std::string after;
    for (;;) {
      auto rows = select<row>(
          text::snapshot_each, [&](connection::use& use) { use.text(1, after).integer(2, page_rows); },
          [](connection::use& use) {
            return row{{bytes(use, 0)}, {{integer(use, 1)}, bytes(use, 2)}};
          });
      if (!rows) return rows.error();
      for (auto& [entity, stored] : *rows) visit(entity, std::move(stored));
      if (rows->size() < page_rows) return {};
      after = rows->back().first.value;
    }
  }
};

lease to_lease(connection::use& use) { return {{static_cast<std::uint16_t>(integer(use, 0))}, bytes(use, 1), {integer(use, 2)}}; }

class leases final : public lease_store, store {
public:
  explicit leases(home_ptr home) : store(std::move(home), mode::write) {}

  // Answers what this statement took, not what stands there afterwards: that may be the next owner's.
  result<std::vector<lease>> take_all(const std::string& node) override {
    const auto pass = home_->gate.enter(write_gate::rank::background);
    return writer_.guard([&]() -> result<std::vector<lease>> {
      std::vector<lease> out;
      auto use = writer_.prepare(text::lease_take_all);
      use.text(1, node);
      while (use->executeStep()) out.push_back(to_lease(use));
      return out;
    });
  }
  result<std::vector<lease>> all() override { return select<lease>(text::lease_all, nothing, &to_lease); }
};

class timers final : public timer_store, store {
public:
  // Written behind: a timer that comes back after a power cut is forgotten again.
  explicit timers(home_ptr home) : store(std::move(home), mode::write_behind) {}

  result<std::vector<due_timer>> due(unix_ms until, std::size_t limit, const shard_set& of) override {
    return select_in<due_timer>(of, limit, text::timer_due, until, [](connection::use& use) {
      return due_timer{{bytes(use, 0)}, integer(use, 1)};
    });
  }
  result<std::optional<unix_ms>> earliest() override {
    using found = std::optional<unix_ms>;
    auto rows = select<found>(text::timer_earliest, nothing,
                              [](connection::use& use) { return use->getColumn(0).isNull() ? found() : found(integer(use, 0)); });
    if (!rows) return rows.error();
    return rows->front();
  }
  result<std::optional<unix_ms>> of(const entity_id& entity) override {
    auto rows = select<unix_ms>(
        text::timer_of, [&](connection::use& use) { use.text(1, entity.value); }, [](connection::use& use) { return integer(use, 0); });
    if (!rows) return rows.error();
    return rows->empty() ? std::nullopt : std::optional(rows->front());
  }
  result<void> forget(const due_timer& timer) override {
    return change(text::timer_forget, [&](connection::use& use) { use.text(1, timer.entity.value).integer(2, timer.due); });
  }
};

class outbox final : public outbox_store, store {
public:
  explicit outbox(home_ptr home) : store(std::move(home), mode::write) {}

  result<std::vector<outbox_row>> pending(unix_ms now, std::size_t limit, const shard_set& of) override {
    return select_in<outbox_row>(of, limit, text::outbox_pending, now, [](connection::use& use) {
      return outbox_row{integer(use, 0),
                        {bytes(use, 1)},
                        {integer(use, 2)},
                        static_cast<std::uint32_t>(integer(use, 3)),
                        bytes(use, 4),
                        bytes(use, 5),
                        static_cast<std::uint32_t>(integer(use, 6))};
    });
  }
  result<void> delivered(std::int64_t id) override {
    return change(text::outbox_delivered, [&](connection::use& use) { use.integer(1, id); });
  }
  result<void> postpone(std::int64_t id, unix_ms next_attempt, const std::string& error) override {
    return change(text::outbox_postpone, [&](connection::use& use) { use.integer(1, id).integer(2, next_attempt).text(3, error); });
  }
  result<void> hold(std::int64_t id, unix_ms until) override {
    return change(text::outbox_hold, [&](connection::use& use) { use.integer(1, id).integer(2, until); });
  }
  result<void> abandon(std::int64_t id, const std::string& error) override {
    const auto pass = home_->gate.enter(write_gate::rank::background);
    return writer_.guard([&]() -> result<void> {
      writer_.begin();
      auto keep = writer_.prepare(text::outbox_abandon);
      keep.integer(1, id).text(2, error);
      keep->exec();
      auto forget = writer_.prepare(text::outbox_delivered);
      forget.integer(1, id);
      forget->exec();
      writer_.commit();
      return {};
    });
  }
  result<figures> count() override {
    auto rows = select<figures>(text::outbox_count, nothing, [](connection::use& use) {
      return figures{integer(use, 0), integer(use, 1)};
    });
    if (!rows) return rows.error();
    return rows->front();
  }
};

class operators final : public operator_store, store {
public:
  explicit operators(home_ptr home) : store(std::move(home), mode::write) {}

  result<operator_action> begin(const operator_action& asked, const action_key& key) override {
    const auto kept = change(text::action_begin, [&](connection::use& use) {
      use.text(1, key.text).bytes(2, key.fingerprint).integer(3, asked.at_ms).text(4, asked.subject).text(5, asked.remote);
      use.text(6, asked.node).text(7, asked.request_id).text(8, asked.action).text(9, asked.target).text(10, asked.detail);
    });
    if (!kept) return kept.error();
    using row = std::pair<operator_action, std::string>;
    auto found = select<row>(
        text::action_of_key, [&](connection::use& use) { use.text(1, key.text); },
        [](connection::use& use) {
          return row{to_action(use), bytes(use, 10)};
        });
    if (!found) return found.error();
    if (found->front().second != key.fingerprint) return fail(failure_code::conflict, "the key was used for another request");
    return std::move(found->front().first);
  }
  result<void> finish(std::int64_t id, const std::string& outcome) override {
    return change(text::action_finish, [&](connection::use& use) { use.integer(1, id).text(2, outcome); });
  }
  result<page_of<operator_action>> actions(const action_filter& filter, page at) override {
    const auto narrow = [&](connection::use& use) { use.text(1, filter.subject).text(2, filter.action).text(3, filter.target); };
    auto rows = select<operator_action>(
        text::action_list,
        [&](connection::use& use) {
          narrow(use);
          use.integer(4, at.limit).integer(5, std::int64_t{at.number - 1} * at.limit);
        },
        &to_action);
    if (!rows) return rows.error();
    const auto total = select<std::int64_t>(text::action_count, narrow, [](connection::use& use) { return integer(use, 0); });
    if (!total) return total.error();
    return page_of<operator_action>{std::move(*rows), static_cast<std::uint64_t>(total->front())};
  }
  result<replication> replicas() override { return replication{}; }

private:
  static operator_action to_action(connection::use& use) {
    return {integer(use, 0), integer(use, 1), bytes(use, 2), bytes(use, 3), bytes(use, 4),
            bytes(use, 5),   bytes(use, 6),   bytes(use, 7), bytes(use, 8), bytes(use, 9)};
  }
};

}  // namespace

std::unique_ptr<snapshot_store> make_snapshots(home_ptr home) { return std::make_unique<snapshots>(std::move(home)); }
std::unique_ptr<lease_store> make_leases(home_ptr home) { return std::make_unique<leases>(std::move(home)); }
std::unique_ptr<timer_store> make_timers(home_ptr home) { return std::make_unique<timers>(std::move(home)); }
std::unique_ptr<outbox_store> make_outbox(home_ptr home) { return std::make_unique<outbox>(std::move(home)); }
std::unique_ptr<operator_store> make_operators(home_ptr home) { return std::make_unique<operators>(std::move(home)); }

}  // namespace holdfast::persistence::sqlite
