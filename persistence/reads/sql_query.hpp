#pragma once
// Filters become SQL here, once, in words that SQLite and PostgreSQL both understand: "$1" counts parameters in either. The only
// statements that are not in .sql files, because their conditions are put together from what a filter sets.
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "persistence/read_model.hpp"

namespace holdfast::persistence {

using sql_value = std::variant<std::int64_t, double, std::string>;

struct sql_query {
  std::string text;
  std::vector<sql_value> values;

  /// Appends `sql`, its "?" replaced by the next parameters in turn.
  sql_query& add(std::string_view sql, std::vector<sql_value> with = {});
};

inline constexpr std::uint32_t page_limit_max = 100;

/// Rows: view, tenant, event_id, user_id. Newest first.
sql_query select_bookings(const booking_filter&, page);
sql_query count_bookings(const booking_filter&);
/// Rows as select_bookings, of all tenants, in key order behind (booking_id, tenant), at most `limit`.
sql_query select_bookings_after(const std::string& tenant, const std::string& booking_id, std::int64_t limit);

/// Rows: definition, open, event_id. Soonest first, then title.
sql_query select_events(const event_filter&, page);
sql_query count_events(const event_filter&);

/// Rows: event_id, category, capacity, free, held, taken, longest_free_run; by event and category.
sql_query select_figures(const std::string& tenant, const std::vector<std::string>& event_ids);

}  // namespace holdfast::persistence
