#pragma once
// The parts of the tenant file reader, for its own .cpp files. Each reads one kind of table and reports through the reader's list.
#include <map>
#include <string>
#include <vector>

#include "config/tenants/tenant_file.hpp"
#include "config/toml/reader.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::config {

/// What the tables of a file share: facts from [tenant] and [[category]] that events, seasons and blocks build on.
struct file_facts {
  v1::TenantDefinition tenant;
  int currency_digits = 2;
  std::vector<v1::CategoryPrice> prices;

  const v1::CategoryPrice* price_of(const std::string& category) const;
  std::vector<std::string> categories() const;
};

/// Every language of the tenant must have its text; others are mistakes.
void read_texts(table_reader&, std::string_view key, const file_facts&, need, google::protobuf::Map<std::string, std::string>& out);
/// [policy] or [event.policy]: only what is written is set.
void read_policy(table_reader&, v1::BookingPolicy& out);
/// [[category]] of the tenant.
void read_categories(table_reader&, file_facts&);
/// [event.prices] category = "amount": the tenant's list with these amounts.
void read_event_prices(table_reader&, const file_facts&, std::vector<v1::CategoryPrice>& out);
/// A local date-time of the tenant's zone, or one with an offset.
bool read_moment(table_reader&, std::string_view key, const file_facts&, unix_ms& out, need);
bool read_amount(table_reader&, std::string_view key, const file_facts&, std::int64_t& out, need);

/// [[event]]
void read_event(table_reader&, const file_facts&, tenant_bundle& out);
/// [[event.block]] and its rows and spots.
void read_block(table_reader&, const file_facts&, v1::BlockDefinition& out);
/// [[season]]: many performances of one show in one room.
void read_season(table_reader&, const file_facts&, tenant_bundle& out);

}  // namespace holdfast::config
