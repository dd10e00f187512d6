#include "persistence/reads/sql_read_model.hpp"

#include <map>
#include <utility>

namespace holdfast::persistence {
namespace {

class sql_read_model final : public read_model {
public:
  explicit sql_read_model(std::unique_ptr<sql_session> session) : session_(std::move(session)) {}

  result<page_of<booking_row>> bookings(const booking_filter& filter, page wanted) override {
    page_of<booking_row> out;
    if (auto total = count(count_bookings(filter), out.total); !total) return total.error();
    if (auto read = read_bookings(select_bookings(filter, wanted), out.rows); !read) return read.error();
    return out;
  }

  result<page_of<event_row>> events(const event_filter& filter, page wanted) override {
    page_of<event_row> out;
    if (auto total = count(count_events(filter), out.total); !total) return total.error();
    bool broken = false;
    std::map<std::string, std::size_t> at;
    const auto done = session_->select(select_events(filter, wanted), [&](const sql_row& row) {
      at.emplace(row.text(2), out.rows.size());
      auto& event = out.rows.emplace_back();
      event.tenant = filter.tenant;
      broken |= !event.definition.ParseFromString(row.bytes(0));
      event.open = row.integer(1) != 0;
    });
    if (!done) return done.error();
    if (broken) return fail(failure_code::corrupt, "an event of the read model does not decode");
    if (auto filled = fill_figures(filter.tenant, at, out.rows); !filled) return filled.error();
    return out;
  }

  result<std::vector<std::string>> tenants() override {
    std::vector<std::string> out;
    const auto done =
        session_->select({"select slug from tenant order by slug", {}}, [&](const sql_row& row) { out.push_back(row.text(0)); });
    if (!done) return done.error();
    return out;
  }

  result<void> each_booking(const std::function<void(const booking_row&)>& visit) override {
    constexpr std::int64_t rows_at_once = 2'000;
    std::vector<booking_row> rows(1);  // begins behind ("", "")
    do {
      const auto tenant = rows.back().tenant;
      const auto id = rows.back().booking.booking_id();
      rows.clear();
      if (auto read = read_bookings(select_bookings_after(tenant, id, rows_at_once), rows); !read) return read.error();
      for (const auto& row : rows) visit(row);
    } while (rows.size() == static_cast<std::size_t>(rows_at_once));
    return {};
  }

  result<position> reached() override {
    position out;
    const auto done = session_->select({"select reached from progress", {}}, [&](const sql_row& row) { out.value = row.integer(0); });
    if (!done) return done.error();
    return out;
  }

private:
  result<void> read_bookings(const sql_query& query, std::vector<booking_row>& rows) {
    bool broken = false;
    const auto done = session_->select(query, [&](const sql_row& row) {
      auto& booking = rows.emplace_back();
      broken |= !booking.booking.ParseFromString(row.bytes(0));
      booking.tenant = row.text(1);
      booking.event_id = row.text(2);
      booking.user_id = row.text(3);
    });
    if (!done) return done.error();
    if (broken) return fail(failure_code::corrupt, "a booking of the read model does not decode");
    return {};
  }

  result<void> count(const sql_query& query, std::uint64_t& total) {
    return session_->select(query, [&total](const sql_row& row) { total = static_cast<std::uint64_t>(row.integer(0)); });
  }

  result<void> fill_figures(const std::string& tenant, const std::map<std::string, std::size_t>& at, std::vector<event_row>& events) {
    if (at.empty()) return {};
    std::vector<std::string> ids;
    ids.reserve(at.size());
    for (const auto& [id, index] : at) ids.push_back(id);
    return session_->select(select_figures(tenant, ids), [&](const sql_row& row) {
      auto& figures = events[at.at(row.text(0))].figures.emplace_back();
      const auto number = [&row](int column) { return static_cast<std::uint32_t>(row.integer(column)); };
      figures.set_category(row.text(1));
      figures.set_capacity(number(2));
      figures.set_free(number(3));
      figures.set_held(number(4));
      figures.set_taken(number(5));
      figures.set_longest_free_run(number(6));
    });
  }

  std::unique_ptr<sql_session> session_;
};

}  // namespace

std::unique_ptr<read_model> make_sql_read_model(std::unique_ptr<sql_session> session) {
  return std::make_unique<sql_read_model>(std::move(session));
}

}  // namespace holdfast::persistence
