#include "config/import/campsites.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "config/tenants/local_time.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::config {
namespace {

const std::string header =
    "Name of site,Place,Region,Site description,Campsite category,Number of powered sites,Number of unpowered sites,Bookable,Facilities,"
    "Activities,Dogs alllowed,Landscape type,Access by,x,y,DOC system ID\n";

campsite_options options() {
  campsite_options out;
  out.season = *parse_season("2026-12-01..2027-05-01");
  out.powered_price_minor = 2300;
  return out;
}

campsite_import import(const std::string& rows) {
  auto out = parse_campsites(header + rows, options());
  EXPECT_TRUE(out);
  return std::move(*out);
}

campsite_import real() {
  std::ifstream in("config/tenants/data/nz-campsites.csv", std::ios::binary);
  auto out = parse_campsites(std::string(std::istreambuf_iterator<char>(in), {}), options());
  EXPECT_TRUE(out);
  return std::move(*out);
}

TEST(Campsites, TheRealFileGivesEverySiteAndPitch) {
  const auto got = real();
  EXPECT_EQ(got.rows, 312U);
  EXPECT_EQ(got.bundle.events.size(), 312U);
  EXPECT_EQ(got.powered, 276U);
  EXPECT_EQ(got.unpowered, 7705U);
  EXPECT_EQ(got.bundle.spots(), 7981U);
  EXPECT_EQ(got.closed.size(), 97U);
  const auto without =
      std::count_if(got.report.begin(), got.report.end(), [](const auto& r) { return r.reason.find("no pitches") != std::string::npos; });
  EXPECT_EQ(without, 25);
}

TEST(Campsites, DefinitionsAreWellFormed) {
  std::set<std::string> ids;
  for (const auto& [event, blocks] : real().bundle.events) {
    EXPECT_TRUE(valid_event(event.id())) << event.id();
    EXPECT_TRUE(ids.insert(event.id()).second) << event.id();
    EXPECT_EQ(event.attribution(), "© Department of Conservation, CC BY 4.0");
    EXPECT_EQ(event.description().at("en").find('<'), std::string::npos) << event.description().at("en");
    for (const auto& block : blocks) {
      EXPECT_TRUE(valid_block(block.id()));
      EXPECT_LE(block.spots_size(), 1024);
      std::set<std::string> labels;
      for (const auto& spot : block.spots()) {
        EXPECT_TRUE(labels.insert(spot.label()).second);
        EXPECT_LT(spot.x(), block.map_width());
        EXPECT_LT(spot.y(), block.map_height());
      }
    }
  }
}

// Reference: cs2cs -f %.7f EPSG:2193 EPSG:4326 (package proj-bin) on "5000000 1600000".
TEST(Campsites, CoordinatesAreConvertedToDegrees) {
  const auto got = import("A,,,,,0,1,Yes,,,,,,1600000,5000000,1\n");
  const auto& where = got.bundle.events.at(0).event.location();
  EXPECT_NEAR(where.longitude(), 173.0, 1e-7) << "the central meridian";
  EXPECT_NEAR(where.latitude(), -45.1534772, 1e-7);
}

TEST(Campsites, PoweredPitchesAreTheirOwnCategory) {
  const auto got = import("A,,,,,3,5,Yes,,,,,,1600000,5000000,77\n");
  const auto& block = got.bundle.events.at(0).blocks.at(0);
  EXPECT_EQ(block.id(), "doc-77.p1");
  EXPECT_EQ(std::count_if(block.spots().begin(), block.spots().end(), [](const auto& s) { return s.category() == "powered"; }), 3);
  EXPECT_EQ(std::count_if(block.spots().begin(), block.spots().end(), [](const auto& s) { return s.category() == "unpowered"; }), 5);
  EXPECT_EQ(block.prices(0).price_minor(), 2300);
}

TEST(Campsites, ALargeSiteIsSplitIntoBlocks) {
  const auto got = import("A,,,,,10,2500,Yes,,,,,,1600000,5000000,77\n");
  const auto& bundle = got.bundle.events.at(0);
  EXPECT_EQ(bundle.blocks.size(), 3U);
  EXPECT_EQ(bundle.event.block_ids_size(), 3);
  EXPECT_EQ(got.bundle.spots(), 2510U);
  for (const auto& block : bundle.blocks) EXPECT_LE(block.spots_size(), 1024);
}

TEST(Campsites, UnusableRowsAreReportedAndTheRestImported) {
  const auto got = import(
      "A,,,,,0,1,Yes,,,,,,1600000,5000000,1\n"
      ",,,,,0,1,Yes,,,,,,1600000,5000000,2\n"
      "C,,,,,x,1,Yes,,,,,,1600000,5000000,3\n"
      "D,,,,,0,-4,Yes,,,,,,1600000,5000000,4\n"
      "E,,,,,0,1,Yes,,,,,,1600000,5000000,one\n"
      "F,,,,,0,1,Yes,,,,,,1600000,5000000,1\n"
      "G,,,,,0,1,Yes,,,,,,0,nan,7\n");
  EXPECT_EQ(got.rows, 7U);
  EXPECT_EQ(got.bundle.events.size(), 2U);
  ASSERT_EQ(got.report.size(), 6U);
  EXPECT_EQ(got.report[0].line, 3U);
  EXPECT_EQ(got.report[0].reason, "has no name");
  EXPECT_EQ(got.report[4].reason, "DOC system ID 1 occurred before");
  EXPECT_EQ(got.report[5].fate, row_fate::limited);
}

TEST(Campsites, ASecondRunDefinesTheSameThing) {
  const auto once = real();
  const auto again = real();
  ASSERT_EQ(once.bundle.events.size(), again.bundle.events.size());
  for (std::size_t i = 0; i < once.bundle.events.size(); ++i)
    EXPECT_EQ(once.bundle.events[i].event.DebugString(), again.bundle.events[i].event.DebugString());
}

TEST(Campsites, TheNextSeasonHasNotBegun) {
  const auto now = *to_utc("Pacific/Auckland", {2026, 11, 20, 9, 0, 0});
  EXPECT_EQ(to_iso(next_camping_season(now)->begin_ms()), "2026-12-01T01:00:00Z");
  EXPECT_EQ(to_iso(next_camping_season(now)->end_ms()), "2027-04-30T22:00:00Z");
  const auto later = *to_utc("Pacific/Auckland", {2026, 12, 1, 0, 0, 0});
  EXPECT_EQ(to_iso(next_camping_season(later)->begin_ms()), "2027-12-01T01:00:00Z");
  EXPECT_FALSE(parse_season("2026-12-01"));
  EXPECT_FALSE(parse_season("2026-12-01..2026-11-01"));
  EXPECT_FALSE(parse_season("2026-02-30..2026-11-01"));
}

}  // namespace
}  // namespace holdfast::config
