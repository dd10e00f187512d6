// The projection's side of the read model's file. A few thousand prepared statements in one transaction: SQLite has no round trips.
#include <sqlite3.h>

#include "persistence/projection/fold.hpp"
#include "persistence/sql/sqlite_reads.hpp"
#include "persistence/sqlite/stores.hpp"
#include "persistence/text/fold.hpp"

namespace holdfast::persistence::sqlite {
namespace {

namespace text = sql::sqlite_reads;

template <class Record, class F>
void load_slots(connection& link, const sql::statement& statement, std::map<row_key, slot<Record>>& slots, F record_of) {
  for (auto& [key, slot] : slots) {
    if (!slot.to_load()) continue;
    auto select = link.prepare(statement);
    select.text(1, key.tenant).text(2, key.id);
    if (select->executeStep()) slot.row = record_of(select);
  }
}

template <class Message>
Message decode(connection::use& row, int column) {
  Message out;
  if (!out.ParseFromString(column_bytes(row->getColumn(column))))
    throw SQLite::Exception("a row of the read model does not decode", SQLITE_CORRUPT);
  return out;
}

void note_bookings_of(connection& link, const row_key& block, working_set& set) {
  const auto first = first_booking_of(block.id);
  const auto behind = behind_bookings_of(block.id);
  auto select = link.prepare(text::bookings_of_block);
  select.text(1, block.tenant).text(2, first).text(3, behind);
  while (select->executeStep()) set.bookings.try_emplace({block.tenant, column_bytes(select->getColumn(0))});
}

void save(connection& link, const row_key& key, const booking_record& row) {
  const auto view = row.view.SerializeAsString();
  const auto email = fold_email(row.view.contact().email());
  const std::string event(event_of_block(block_of_booking(key.id)));
  auto save = link.prepare(text::save_booking);
  save.text(1, key.tenant).text(2, key.id).text(3, event).text(4, row.user_id).text(5, email).text(6, row.view.confirmation_code());
  save.integer(7, row.view.status()).integer(8, row.view.created_at_ms()).bytes(9, view);
  save->exec();
}

void save_figures(connection& link, const row_key& key, const block_record& row) {
  for (const auto& figures : figures_of(row)) {
    auto save = link.prepare(row.reshaped ? text::add_figures : text::save_figures);
    save.text(1, key.tenant).text(2, key.id).text(3, figures.category()).integer(4, figures.capacity()).integer(5, figures.free());
    save.integer(6, figures.held()).integer(7, figures.taken()).integer(8, figures.longest_free_run());
    save->exec();
  }
}

void save_shape(connection& link, const row_key& key, const block_record& row) {
  const auto shape = row.shape.SerializeAsString();
  const auto claims = row.claims.SerializeAsString();
  auto save = link.prepare(text::save_block);
  save.text(1, key.tenant).text(2, key.id).bytes(3, shape).bytes(4, claims);
  save->exec();
  auto clear = link.prepare(text::clear_figures);
  clear.text(1, key.tenant).text(2, key.id);
  clear->exec();
}

void save_claims(connection& link, const row_key& key, const block_record& row) {
  const auto claims = row.claims.SerializeAsString();
  auto save = link.prepare(text::save_claims);
  save.text(1, key.tenant).text(2, key.id).bytes(3, claims);
  save->exec();
}

void save(connection& link, const row_key& key, const block_record& row) {
  row.reshaped ? save_shape(link, key, row) : save_claims(link, key, row);
  save_figures(link, key, row);
}

void add_tag(connection& link, const row_key& key, const std::string& kind, const std::string& value) {
  if (value.empty()) return;
  auto add = link.prepare(text::add_tag);
  add.text(1, key.tenant).text(2, key.id).text(3, kind).text(4, value);
  add->exec();
}

void save_tags(connection& link, const row_key& key, const event_record& row, const event_facts& facts) {
  auto clear = link.prepare(text::clear_tags);
  clear.text(1, key.tenant).text(2, key.id);
  clear->exec();
  for (const auto& block : row.definition.block_ids()) add_tag(link, key, "block", block);
  for (const auto& facility : facts.facilities) add_tag(link, key, "facility", facility);
  for (const auto& activity : facts.activities) add_tag(link, key, "activity", activity);
  add_tag(link, key, "region", facts.region);
}

void save(connection& link, const row_key& key, const event_record& row) {
  const auto facts = facts_of(row.definition);
  const auto definition = row.definition.SerializeAsString();
  auto save = link.prepare(text::save_event);
  save.text(1, key.tenant).text(2, key.id).text(3, row.definition.show_id()).integer(4, row.open ? 1 : 0);
  save.integer(5, row.definition.published() ? 1 : 0).integer(6, facts.begin_ms).integer(7, facts.end_ms);
  save.text(8, facts.sort_title).text(9, facts.search).bytes(12, definition);
  if (row.definition.has_location()) {
    save->bind(10, row.definition.location().latitude());
    save->bind(11, row.definition.location().longitude());
  }
  save->exec();
  save_tags(link, key, row, facts);
}

template <class Record>
void save_changed(connection& link, const std::map<row_key, slot<Record>>& slots) {
  for (const auto& [key, slot] : slots)
    if (slot.to_save()) save(link, key, *slot.row);
}

class model final : public model_store {
public:
  // Written behind: what a power cut takes is projected again, because the position goes with it.
  explicit model(home_ptr home) : home_(std::move(home)), link_(home_->reads, mode::write_behind) {}

  result<position> begin() override {
    pass_.emplace(home_->reads_gate.enter(write_gate::rank::background));
    auto reached = link_.guard([&]() -> result<position> {
      link_.begin();
      return read_reached();
    });
    if (!reached) pass_.reset();
    return reached;
  }

  result<void> load(working_set& set) override {
    return link_.guard([&]() -> result<void> {
      for (const auto& block : set.redefined) note_bookings_of(link_, block, set);
      load_slots(link_, text::load_booking, set.bookings, [](connection::use& row) {
        return booking_record{column_bytes(row->getColumn(0)), decode<v1::BookingView>(row, 1)};
      });
      load_slots(link_, text::load_block, set.blocks,
                 [](connection::use& row) { return stored_block(decode<v1::BlockShape>(row, 0), decode<v1::BlockClaims>(row, 1)); });
      load_slots(link_, text::load_event, set.events, [](connection::use& row) {
        return event_record{decode<v1::EventDefinition>(row, 0), row->getColumn(1).getInt() != 0};
      });
      return {};
    });
  }

  result<void> commit(const working_set& set, position reached) override {
    auto done = link_.guard([&]() -> result<void> {
      for (const auto& tenant : set.tenants) {
        auto save = link_.prepare(text::save_tenant);
        save.text(1, tenant);
        save->exec();
      }
      save_changed(link_, set.bookings);
      save_changed(link_, set.blocks);
      save_changed(link_, set.events);
      write_reached(reached);
      link_.commit();
      return {};
    });
    if (done) pass_.reset();
    return done;
  }

  void abandon() noexcept override {
    link_.roll_back();
    pass_.reset();
  }

  result<position> reached() override {
    return link_.guard([&]() -> result<position> { return read_reached(); });
  }

  result<void> clear() override {
    const auto pass = home_->reads_gate.enter(write_gate::rank::background);
    return link_.guard([&]() -> result<void> {
      link_.begin();
      link_.open().exec(text::clear.text);
      link_.commit();
      return {};
    });
  }

private:
  position read_reached() {
    auto select = link_.prepare(text::reached);
    select->executeStep();
    return {select->getColumn(0).getInt64()};
  }
  void write_reached(position reached) {
    auto update = link_.prepare(text::set_reached);
    update.integer(1, reached.value);
    update->exec();
  }

  home_ptr home_;
  connection link_;
  std::optional<write_gate::pass> pass_;
};

}  // namespace

std::unique_ptr<model_store> make_model(home_ptr home) { return std::make_unique<model>(std::move(home)); }

}  // namespace holdfast::persistence::sqlite
