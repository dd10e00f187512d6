// The projection's side of the read model: a handful of statements per batch, each for all rows of a kind.
#include "persistence/postgresql/arrays.hpp"
#include "persistence/postgresql/stores.hpp"
#include "persistence/projection/fold.hpp"
#include "persistence/sql/postgresql.hpp"
#include "persistence/text/fold.hpp"

namespace holdfast::persistence::postgresql {
namespace {

namespace text = sql::postgresql;

struct keys {
  text_array tenant, id;
  void add(const row_key& key) {
    tenant.add(key.tenant);
    id.add(key.id);
  }
};

template <class Record>
bool any_to_save(const std::map<row_key, slot<Record>>& slots) {
  return std::any_of(slots.begin(), slots.end(), [](const auto& entry) { return entry.second.to_save(); });
}

template <class Message>
Message decode(const pqxx::field& field) {
  Message out;
  if (!out.ParseFromString(shim::bytes(field))) throw pqxx::data_exception("a row of the read model does not decode");
  return out;
}

template <class Record, class F>
void load_slots(connection& link, const sql::statement& statement, std::map<row_key, slot<Record>>& slots, F record_of) {
  keys wanted;
  for (const auto& [key, slot] : slots)
    if (slot.to_load()) wanted.add(key);
  if (wanted.id.empty()) return;
  const auto rows = link.run(statement, wanted.tenant.take(), wanted.id.take());
  for (const auto& row : rows) slots.at({row[0].template as<std::string>(), row[1].template as<std::string>()}).row = record_of(row);
}

void note_bookings_of(connection& link, working_set& set) {
  if (set.redefined.empty()) return;
  text_array tenant, first, behind;
  for (const auto& block : set.redefined) {
    tenant.add(block.tenant);
    first.add(first_booking_of(block.id));
    behind.add(behind_bookings_of(block.id));
  }
  const auto rows = link.run(text::bookings_of_blocks, tenant.take(), first.take(), behind.take());
  for (const auto& row : rows) set.bookings.try_emplace({row[0].as<std::string>(), row[1].as<std::string>()});
}

void save_tenants(connection& link, const std::set<std::string>& tenants) {
  if (tenants.empty()) return;
  text_array slugs;
  for (const auto& slug : tenants) slugs.add(slug);
  link.run(text::save_tenants, slugs.take());
}

struct booking_rows {
  keys key;
  text_array event, user, email, code;
  smallint_array status;
  bigint_array created;
  bytea_array view;

  void add(const row_key& k, const booking_record& row) {
    key.add(k);
    event.add(event_of_block(block_of_booking(k.id)));
    user.add(row.user_id);
    email.add(fold_email(row.view.contact().email()));
    code.add(row.view.confirmation_code());
    status.add(static_cast<std::int16_t>(row.view.status()));
    created.add(row.view.created_at_ms());
    view.add(row.view.SerializeAsString());
  }
  void write(connection& link, const sql::statement& statement) {
    if (view.empty()) return;
    link.run(statement, key.tenant.take(), key.id.take(), event.take(), user.take(), email.take(), code.take(), status.take(),
             created.take(), view.take());
  }
};

void save_bookings(connection& link, const std::map<row_key, slot<booking_record>>& slots) {
  booking_rows added, changed;
  for (const auto& [key, slot] : slots)
    if (slot.to_save()) (slot.created ? added : changed).add(key, *slot.row);
  added.write(link, text::add_bookings);
  changed.write(link, text::save_bookings);
}

struct figure_rows {
  keys key;
  text_array category;
  bigint_array capacity, free, held, taken, longest;

  void add(const row_key& k, const block_record& row) {
    for (const auto& figures : figures_of(row)) {
      key.add(k);
      category.add(figures.category());
      capacity.add(figures.capacity());
      free.add(figures.free());
      held.add(figures.held());
      taken.add(figures.taken());
      longest.add(figures.longest_free_run());
    }
  }
  void write(connection& link, const sql::statement& statement) {
    if (category.empty()) return;
    link.run(statement, key.tenant.take(), key.id.take(), category.take(), capacity.take(), free.take(), held.take(), taken.take(),
             longest.take());
  }
};

struct block_rows {
  keys key;
  bytea_array shape, claims;
  figure_rows figures;

  void add(const row_key& k, const block_record& row) {
    key.add(k);
    if (row.reshaped) shape.add(row.shape.SerializeAsString());
    claims.add(row.claims.SerializeAsString());
    figures.add(k, row);
  }
};

void save_blocks(connection& link, const std::map<row_key, slot<block_record>>& slots) {
  block_rows reshaped, claimed;
  for (const auto& [key, slot] : slots)
    if (slot.to_save()) (slot.row->reshaped ? reshaped : claimed).add(key, *slot.row);
  if (!reshaped.claims.empty()) {
    const auto tenants = reshaped.key.tenant.take();
    const auto ids = reshaped.key.id.take();
    link.run(text::save_blocks, tenants, ids, reshaped.shape.take(), reshaped.claims.take());
    link.run(text::clear_figures, tenants, ids);
    reshaped.figures.write(link, text::add_figures);
  }
  if (!claimed.claims.empty()) {
    link.run(text::save_claims, claimed.key.tenant.take(), claimed.key.id.take(), claimed.claims.take());
    claimed.figures.write(link, text::save_figures);
  }
}

struct event_tags {
  keys key;
  text_array kind, value;

  void add(const row_key& k, std::string_view of_kind, const std::string& text) {
    if (text.empty()) return;
    key.add(k);
    kind.add(of_kind);
    value.add(text);
  }
  void add(const row_key& k, const event_record& row, const event_facts& facts) {
    for (const auto& block : row.definition.block_ids()) add(k, "block", block);
    for (const auto& facility : facts.facilities) add(k, "facility", facility);
    for (const auto& activity : facts.activities) add(k, "activity", activity);
    add(k, "region", facts.region);
  }
};

void save_events(connection& link, const std::map<row_key, slot<event_record>>& slots) {
  if (!any_to_save(slots)) return;
  keys key;
  event_tags tags;
  text_array show, title, search;
  smallint_array open, published;
  bigint_array begin, end;
  double_array latitude, longitude;
  bytea_array definition;
  for (const auto& [k, slot] : slots) {
    if (!slot.to_save()) continue;
    const auto& row = *slot.row;
    const auto facts = facts_of(row.definition);
    key.add(k);
    show.add(row.definition.show_id());
    open.add(row.open ? 1 : 0);
    published.add(row.definition.published() ? 1 : 0);
    begin.add(facts.begin_ms);
    end.add(facts.end_ms);
    title.add(facts.sort_title);
    search.add(facts.search);
    definition.add(row.definition.SerializeAsString());
    if (row.definition.has_location()) {
      latitude.add(row.definition.location().latitude());
      longitude.add(row.definition.location().longitude());
    } else {
      latitude.add_null();
      longitude.add_null();
    }
    tags.add(k, row, facts);
  }
  const auto tenants = key.tenant.take();
  const auto ids = key.id.take();
  link.run(text::save_events, tenants, ids, show.take(), open.take(), published.take(), begin.take(), end.take(), title.take(),
           search.take(), latitude.take(), longitude.take(), definition.take());
  link.run(text::clear_tags, tenants, ids);
  link.run(text::add_tags, tags.key.tenant.take(), tags.key.id.take(), tags.kind.take(), tags.value.take());
}

class model final : public model_store {
public:
  explicit model(home_ptr home) : home_(std::move(home)), link_(home_, connection::use::questions) {}

  result<position> begin() override {
    return link_.call([&]() -> result<position> {
      link_.begin();
      return position{link_.run(text::reached_for_update)[0][0].as<std::int64_t>()};
    });
  }

  result<void> load(working_set& set) override {
    return link_.call([&]() -> result<void> {
      note_bookings_of(link_, set);
      load_slots(link_, text::load_bookings, set.bookings, [](const pqxx::row& row) {
        return booking_record{row[2].as<std::string>(), decode<v1::BookingView>(row[3])};
      });
      load_slots(link_, text::load_blocks, set.blocks,
                 [](const pqxx::row& row) { return stored_block(decode<v1::BlockShape>(row[2]), decode<v1::BlockClaims>(row[3])); });
      load_slots(link_, text::load_events, set.events, [](const pqxx::row& row) {
        return event_record{decode<v1::EventDefinition>(row[3]), row[2].as<int>() != 0};
      });
      return {};
    });
  }

  result<void> commit(const working_set& set, position reached) override {
    return link_.call([&]() -> result<void> {
      save_tenants(link_, set.tenants);
      save_bookings(link_, set.bookings);
      save_blocks(link_, set.blocks);
      save_events(link_, set.events);
      link_.run(text::set_reached, reached.value);
      link_.commit();
      return {};
    });
  }

  void abandon() noexcept override { link_.roll_back(); }

  result<position> reached() override {
    return link_.call([&]() -> result<position> { return position{link_.run(text::reached)[0][0].as<std::int64_t>()}; });
  }

  result<void> clear() override {
    return link_.call([&]() -> result<void> {
      link_.begin();
      link_.work().exec(text::clear_model.text);
      link_.commit();
      return {};
    });
  }

private:
  home_ptr home_;
  connection link_;
};

}  // namespace

std::unique_ptr<model_store> make_model(home_ptr home) { return std::make_unique<model>(std::move(home)); }

}  // namespace holdfast::persistence::postgresql
