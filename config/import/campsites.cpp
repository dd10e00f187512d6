#include "config/import/campsites.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "actors/domain/inheritance.hpp"
#include "config/import/csv.hpp"
#include "config/import/map_projection.hpp"
#include "config/import/plain_text.hpp"
#include "config/tenants/local_time.hpp"
#include "config/tenants/spot_grid.hpp"

namespace holdfast::config {
namespace {

constexpr const char* zone = "Pacific/Auckland";
constexpr const char* credit = "© Department of Conservation, CC BY 4.0";
constexpr std::size_t field_cut_bytes = 250;  // where the source cuts its long lists off
constexpr std::int64_t pitches_per_site_max = 100'000;
constexpr std::int64_t day_ms = 24 * 60 * 60 * 1'000;

const std::vector<std::string> columns{"Name of site",
                                       "Place",
                                       "Region",
                                       "Site description",
                                       "Campsite category",
                                       "Number of powered sites",
                                       "Number of unpowered sites",
                                       "Bookable",
                                       "Facilities",
                                       "Activities",
                                       "Dogs alllowed",
                                       "Landscape type",
                                       "Access by",
                                       "x",
                                       "y",
                                       "DOC system ID"};

template <class T>
std::optional<T> number(std::string_view text) {
  T out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

/// An empty count means none.
std::optional<std::int64_t> count(std::string_view text) {
  const auto out = text.empty() ? std::optional<std::int64_t>(0) : number<std::int64_t>(text);
  return out && *out >= 0 && *out <= pitches_per_site_max ? out : std::nullopt;
}

struct site {
  std::string source_id, name;
  std::int64_t powered = 0, unpowered = 0;
};

class importer {
public:
  importer(const campsite_options& options, nztm_converter converter) : options_(options), converter_(std::move(converter)) {
    out_.bundle.tenant = make_tenant();
  }

  void add(const csv_record& row) {
    ++out_.rows;
    site s;
    if (const auto reason = read_site(row, s); !reason.empty()) return note(row, row_fate::unusable, reason);
    event_bundle bundle;
    describe(row, s, bundle.event);
    lay_out(s, bundle);
    if (row.at("Bookable") != "Yes") {
      out_.closed.push_back(bundle.event.id());
      note(row, row_fate::limited, "not bookable in the source: imported closed");
    }
    if (bundle.blocks.empty()) note(row, row_fate::limited, "has no pitches: listed, nothing to book");
    out_.powered += static_cast<std::size_t>(s.powered);
    out_.unpowered += static_cast<std::size_t>(s.unpowered);
    out_.bundle.events.push_back(std::move(bundle));
  }

  campsite_import finish() { return std::move(out_); }

private:
  void note(const csv_record& row, row_fate fate, std::string reason) {
    out_.report.push_back({row.line(), std::string(row.at("Name of site")), fate, std::move(reason)});
  }

  /// Empty, or why the row cannot be used.
  std::string read_site(const csv_record& row, site& out) {
    out.source_id = row.at("DOC system ID");
    out.name = strip_markup(row.at("Name of site"));
    if (out.name.empty()) return "has no name";
    if (!number<std::uint64_t>(out.source_id)) return "has no usable DOC system ID (\"" + out.source_id + "\")";
    const auto powered = count(row.at("Number of powered sites"));
    const auto unpowered = count(row.at("Number of unpowered sites"));
    if (!powered || !unpowered) return "the number of sites is not a number";
    if (!seen_.insert(out.source_id).second) return "DOC system ID " + out.source_id + " occurred before";
    out.powered = *powered;
    out.unpowered = *unpowered;
    return {};
  }

  void describe(const csv_record& row, const site& s, v1::EventDefinition& event) {
    event.set_id("doc-" + s.source_id);
    event.set_external_id(s.source_id);
    (*event.mutable_title())["en"] = s.name;
    (*event.mutable_description())["en"] = description(row);
    *event.mutable_frame() = options_.season;
    event.mutable_sales()->set_end_ms(options_.season.end_ms());
    event.set_flow(v1::FLOW_SPOT);
    *event.mutable_prices() = prices();
    event.set_region(std::string(row.at("Region")));
    event.set_attribution(credit);
    event.set_published(true);
    const auto facilities = split_list(row.at("Facilities"), row.at("Facilities").size() >= field_cut_bytes);
    const auto activities = split_list(row.at("Activities"), false);
    event.mutable_facilities()->Add(facilities.begin(), facilities.end());
    event.mutable_activities()->Add(activities.begin(), activities.end());
    locate(row, event);
  }

  void locate(const csv_record& row, v1::EventDefinition& event) {
    const auto x = number<double>(row.at("x"));
    const auto y = number<double>(row.at("y"));
    const auto where = x && y ? converter_.to_degrees(*x, *y) : std::nullopt;
    if (!where) return note(row, row_fate::limited, "the coordinates are not in New Zealand's grid: imported without a place on the map");
    // Seven decimals are a centimetre; more would make two machines disagree about an unchanged definition.
    event.mutable_location()->set_latitude(std::round(where->latitude * 1e7) / 1e7);
    event.mutable_location()->set_longitude(std::round(where->longitude * 1e7) / 1e7);
  }

  static std::string description(const csv_record& row) {
    auto out = strip_markup(row.at("Site description"));
    const auto add = [&](std::string_view label, const std::string& text) {
      if (text.empty()) return;
      if (!out.empty()) out += "\n";
      out += label;
      out += text;
    };
    add("", std::string(row.at("Place")));
    add("Campsite category: ", std::string(row.at("Campsite category")));
    add("Landscape: ", std::string(row.at("Landscape type")));
    add("Access: ", std::string(row.at("Access by")));
    add("", row.at("Dogs alllowed") == "Not Applicable" ? "" : whole_sentences(strip_markup(row.at("Dogs alllowed"))));
    return out;
  }

  google::protobuf::RepeatedPtrField<v1::CategoryPrice> prices() const {
    google::protobuf::RepeatedPtrField<v1::CategoryPrice> out;
    auto& powered = *out.Add();
    powered.set_category("powered");
    powered.set_price_minor(options_.powered_price_minor);
    (*powered.mutable_title())["en"] = "Powered site";
    auto& unpowered = *out.Add();
    unpowered.set_category("unpowered");
    unpowered.set_price_minor(options_.unpowered_price_minor);
    (*unpowered.mutable_title())["en"] = "Unpowered site";
    return out;
  }

  v1::TenantDefinition make_tenant() const {
    v1::TenantDefinition out;
    out.set_slug(options_.tenant);
    out.set_name(options_.name);
    out.set_flow(v1::FLOW_SPOT);
    out.set_currency("NZD");
    out.set_time_zone(zone);
    out.add_languages("en");
    out.mutable_policy()->set_cancel_until_before_start_ms(day_ms);
    *out.mutable_policy() = domain::policy_for(out);
    (*out.mutable_intro())["en"] = "Find a campsite, choose your pitch on the map, and it is yours for the season.";
    out.set_accent_color("#1b5e3f");
    out.set_attribution(credit);
    return out;
  }

  /// Rows about twice as wide as the block is high; powered pitches come first, as near the entrance as the map has one.
  void lay_out(const site& s, event_bundle& bundle) const {
    const auto total = s.powered + s.unpowered;
    const auto per_row = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(total) * 2))), 4, 32);
    std::size_t row = 0;
    float y = cell;
    v1::BlockDefinition* block = nullptr;
    for (const auto& [category, pitches] : {std::pair("powered", s.powered), std::pair("unpowered", s.unpowered)}) {
      for (std::int64_t left = pitches; left > 0;) {
        const auto take = std::min(left, per_row);
        if (block == nullptr || static_cast<std::size_t>(block->spots_size() + take) > spots_per_block_max) {
          block = &open_block(bundle);
          y = cell;
        }
        add_row(*block, {category, row_name(row++), static_cast<std::uint32_t>(take), 1, 1, {}}, y);
        y += cell;
        left -= take;
      }
      y += aisle;
    }
    for (auto& b : bundle.blocks) fit_map(b);
    if (bundle.blocks.size() == 1) bundle.blocks[0].set_title("Pitches");
  }

  v1::BlockDefinition& open_block(event_bundle& bundle) const {
    const auto number = std::to_string(bundle.blocks.size() + 1);
    auto& block = bundle.blocks.emplace_back();
    block.set_id(bundle.event.id() + ".p" + number);
    block.set_title("Pitches " + number);
    domain::inherit(block, bundle.event, out_.bundle.tenant);
    bundle.event.add_block_ids(block.id());
    return block;
  }

  const campsite_options& options_;
  nztm_converter converter_;
  campsite_import out_;
  std::set<std::string> seen_;
};

result<v1::Interval> season_between(const local_time& from, const local_time& until) {
  const auto begin = to_utc(zone, {from.year, from.month, from.day, 14, 0, 0});
  const auto end = to_utc(zone, {until.year, until.month, until.day, 10, 0, 0});
  if (!begin || !end) return fail(failure_code::invalid_argument, "a season is two dates: 2026-12-01..2027-05-01");
  if (*end <= *begin) return fail(failure_code::invalid_argument, "the season ends before it begins");
  v1::Interval out;
  out.set_begin_ms(*begin);
  out.set_end_ms(*end);
  return out;
}

std::optional<local_time> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number<int>(text.substr(0, 4));
  const auto month = number<unsigned>(text.substr(5, 2));
  const auto day = number<unsigned>(text.substr(8, 2));
  if (!year || !month || !day || !valid_date(*year, *month, *day)) return std::nullopt;
  return local_time{*year, *month, *day, 0, 0, 0};
}

}  // namespace

result<v1::Interval> next_camping_season(unix_ms now) {
  const auto today = to_local(zone, now);
  const int year = today.month < 12 ? today.year : today.year + 1;
  return season_between({year, 12, 1, 0, 0, 0}, {year + 1, 5, 1, 0, 0, 0});
}

result<v1::Interval> parse_season(const std::string& text) {
  const auto dots = text.find("..");
  const auto from = parse_date(std::string_view(text).substr(0, dots));
  const auto until = dots == std::string::npos ? std::nullopt : parse_date(std::string_view(text).substr(dots + 2));
  if (!from || !until) return fail(failure_code::invalid_argument, "a season is two dates: 2026-12-01..2027-05-01");
  return season_between(*from, *until);
}

result<campsite_import> parse_campsites(std::string_view text, const campsite_options& options) {
  auto converter = nztm_converter::make();
  if (!converter) return converter.error();
  importer work(options, std::move(*converter));
  if (auto ok = read_csv(text, columns, [&](const csv_record& row) { work.add(row); }); !ok) return ok.error();
  return work.finish();
}

}  // namespace holdfast::config
