// import campsites CSV --tenant SLUG
#include <boost/json/value_from.hpp>

#include "config/cli/apply.hpp"
#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"
#include "config/import/campsites.hpp"
#include "config/tenants/money.hpp"
#include "config/toml/reader.hpp"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::cli {
namespace {

constexpr std::size_t csv_bytes_max = 64U << 20U;
constexpr int nzd_digits = 2;

/// False, with a message, when an option is not what it must be.
bool read_options(const invocation& args, config::campsite_options& out) {
  out.tenant = args.text("tenant");
  if (!valid_tenant(out.tenant)) {
    complain("--tenant is 1 to 40 characters of a-z, 0-9 and '-'");
    return false;
  }
  if (!args.text("name").empty()) out.name = args.text("name");
  const auto& season = args.text("season");
  const auto frame = season.empty() ? config::next_camping_season(system_clock().now()) : config::parse_season(season);
  if (!frame) {
    complain("--season: " + frame.error().detail);
    return false;
  }
  out.season = *frame;
  const auto powered = config::parse_amount(args.text("price-powered"), nzd_digits);
  const auto unpowered = config::parse_amount(args.text("price-unpowered"), nzd_digits);
  if (!powered || !unpowered) {
    complain("prices are amounts in NZD like 23.00");
    return false;
  }
  out.powered_price_minor = *powered;
  out.unpowered_price_minor = *unpowered;
  return true;
}

void report_rows(const config::campsite_import& read, bool json) {
  std::size_t unusable = 0;
  table t({"line", "site", "imported", "why"});
  for (const auto& row : read.report) {
    const bool used = row.fate != config::row_fate::unusable;
    unusable += used ? 0 : 1;
    if (json) print_line({{"line", row.line}, {"site", row.site}, {"imported", used}, {"reason", row.reason}});
    t.add({std::to_string(row.line), row.site, used ? "yes, but" : "no", row.reason});
  }
  if (json) {
    print_line({{"rows", read.rows},
                {"sites", read.bundle.events.size()},
                {"unusable", unusable},
                {"powered", read.powered},
                {"unpowered", read.unpowered}});
    return;
  }
  if (t.size() > 0) print(t.text() + "\n");
  table sum({"rows", "sites", "unusable", "powered pitches", "unpowered pitches", "not bookable"});
  sum.add({std::to_string(read.rows), std::to_string(read.bundle.events.size()), std::to_string(unusable), std::to_string(read.powered),
           std::to_string(read.unpowered), std::to_string(read.closed.size())});
  print(sum.text() + "\n");
}

int import_campsites(const invocation& args) {
  config::campsite_options options;
  if (!read_options(args, options)) return usage;
  config::problem_list problems(args.text("csv"));
  const auto text = config::read_file(args.text("csv"), csv_bytes_max, problems);
  if (!text) {
    complain(problems.items().front().file + " " + problems.items().front().message);
    return failed;
  }
  const auto read = config::parse_campsites(*text, options);
  if (!read) {
    complain(args.text("csv") + ": " + read.error().detail);
    return failed;
  }
  report_rows(*read, args.json());
  if (args.flag("check")) return ok;
  auto node = node_client::from(args);
  if (!node) return not_allowed;
  const auto figures = apply(*node, read->bundle, read->closed);
  report(figures, args.text("csv"), options.tenant, args.json());
  return figures.exit;
}

}  // namespace

void register_import(std::vector<verb>& verbs) {
  verbs.push_back(
      {{"import", "campsites"},
       "make a tenant from the campsites of New Zealand's Department of Conservation",
       "The CSV file is the department's open data (CC BY 4.0); the credit line is shown with it. Each site becomes an event with\n"
       "its own map; running it again changes what has changed and duplicates nothing. Every row that could not be used, or only in\n"
       "part, is listed with the reason.",
       node_options(
           {{.name = "csv", .help = "the CSV file", .required = true, .positional = true},
            {.name = "name", .help = "name of the tenant"},
            {.name = "season", .help = "the time a pitch is booked for, e.g. 2026-12-01..2027-05-01; default: the next December to May"},
            {.name = "price-powered", .help = "NZD for a powered pitch", .fallback = "0"},
            {.name = "price-unpowered", .help = "NZD for an unpowered pitch", .fallback = "0"},
            {.name = "check", .help = "only read the file", .kind = option_kind::flag}}),
       import_campsites});
}

}  // namespace holdfast::cli
