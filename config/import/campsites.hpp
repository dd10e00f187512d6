#pragma once
// The campsites of New Zealand's Department of Conservation (CSV, CC BY 4.0) → a `spot`-flow tenant: one event per site, its pitches
// in generated rows. Pure: text in, definitions and a report out. Ids come from the source's own ids, so a second run defines the same
// events again and duplicates nothing.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/tenants/tenant_file.hpp"
#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::config {

struct campsite_options {
  std::string tenant = "doc-nz";
  std::string name = "Department of Conservation campsites";
  v1::Interval season;  // the standing frame of every site
  // The source has no prices; these are the tenant's own.
  std::int64_t powered_price_minor = 0;
  std::int64_t unpowered_price_minor = 0;
};

/// From 1 December 14:00 to 1 May 10:00 New Zealand time: the first such season that has not begun at `now`.
result<v1::Interval> next_camping_season(unix_ms now);

/// "2026-12-01..2027-05-01": arrival 14:00 on the first day, departure 10:00 on the last.
result<v1::Interval> parse_season(const std::string& text);

enum class row_fate : std::uint8_t {
  unusable,  // not imported
  limited,   // imported, but something is missing
};

struct row_report {
  std::uint32_t line;
  std::string site;
  row_fate fate;
  std::string reason;
};

struct campsite_import {
  tenant_bundle bundle;
  std::vector<std::string> closed;  // event ids of sites that the source says cannot be booked
  std::vector<row_report> report;   // in the order of the file
  std::size_t rows = 0;
  std::size_t powered = 0;
  std::size_t unpowered = 0;
};

/// Fails only when the whole text is unusable (no CSV, columns missing); a bad row is a line of the report.
result<campsite_import> parse_campsites(std::string_view text, const campsite_options&);

}  // namespace holdfast::config
