#include "config/tenants/tenant_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "config/tenants/local_time.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::config {
namespace {

const std::string head = R"([tenant]
slug = "camp"
name = "Camp"
flow = "group"
currency = "DKK"
time_zone = "Europe/Copenhagen"
languages = ["da"]

[[category]]
id = "tent"
price = "395.00"
title = { da = "Telt" }
)";

const std::string event = R"(
[[event]]
id = "e"
title = { da = "E" }
starts = 2027-07-03T12:00:00
ends = 2027-07-11T14:00:00
)";

const std::string block = R"(
  [[event.block]]
  id = "f"
  title = "F"
    [[event.block.rows]]
    category = "tent"
    names = "A..C"
    spots_per_row = 4
    aisle_every = 2
)";

std::string complaints(const std::string& text) {
  problem_list problems("camp.toml");
  parse_tenant(text, problems);
  return problems.text();
}

tenant_bundle good(const std::string& text) {
  problem_list problems("camp.toml");
  auto out = parse_tenant(text, problems);
  EXPECT_EQ(problems.text(), "");
  return out;
}

TEST(TenantFile, RowsBecomeSpotsWithPlacesAndNeighbours) {
  const auto bundle = good(head + event + block);
  ASSERT_EQ(bundle.events.size(), 1U);
  ASSERT_EQ(bundle.events[0].blocks.size(), 1U);
  const auto& spots = bundle.events[0].blocks[0].spots();
  ASSERT_EQ(spots.size(), 12);
  EXPECT_EQ(spots[0].label(), "A1");
  EXPECT_EQ(spots[11].label(), "C4");
  EXPECT_EQ(spots[0].row(), spots[1].row());
  EXPECT_NE(spots[1].row(), spots[2].row()) << "an aisle lies between them";
  EXPECT_EQ(spots[2].row(), spots[3].row());
  EXPECT_GT(spots[2].x() - spots[1].x(), spots[1].x() - spots[0].x());
  EXPECT_GT(spots[4].y(), spots[0].y());
}

TEST(TenantFile, BlocksCarryEverythingTheyNeedToDecideAlone) {
  const auto bundle = good(head + event + "[event.policy]\nspots_per_booking_max = 3\n[event.prices]\ntent = \"12.50\"\n" + block);
  const auto& made = bundle.events[0].blocks[0];
  EXPECT_EQ(made.id(), "e.f");
  EXPECT_EQ(made.currency(), "DKK");
  EXPECT_EQ(made.flow(), v1::FLOW_GROUP);
  EXPECT_EQ(made.prices(0).price_minor(), 1250);
  EXPECT_EQ(made.policy().spots_per_booking_max(), 3U);
  EXPECT_EQ(made.policy().hold_ttl_ms(), 600'000) << "the default";
  EXPECT_EQ(made.frame().begin_ms(), *to_utc("Europe/Copenhagen", {2027, 7, 3, 12, 0, 0}));
  EXPECT_EQ(bundle.events[0].event.block_ids(0), "e.f");
}

TEST(TenantFile, ProblemsNameLineAndColumn) {
  auto text = head;
  text.replace(text.find("\"DKK\""), 5, "\"KKK\"");
  EXPECT_EQ(complaints(text), "camp.toml:5:12: currency: \"KKK\" is not an ISO 4217 code like \"DKK\"\n");
}

TEST(TenantFile, MistypedKeysAreFoundAndTheRightOneIsSuggested) {
  const auto found = complaints(head + event + "sales_form = 2027-01-01T00:00:00\n" + block);
  EXPECT_EQ(found, "camp.toml:19:1: event has no key 'sales_form'; did you mean 'sales_from'?\n");
}

TEST(TenantFile, AllProblemsAreReportedAtOnce) {
  auto text = head + event + block;
  text.replace(text.find("\"camp\""), 6, "\"Ca mp\"");
  text.replace(text.find("2027-07-11"), 10, "2027-07-01");
  text.replace(text.find("\"A..C\""), 6, "\"C..A\"");
  const auto found = complaints(text);
  EXPECT_EQ(std::count(found.begin(), found.end(), '\n'), 4) << found;  // the block is left without spots as well
}

TEST(TenantFile, SyntaxErrorsHaveAPlaceToo) { EXPECT_EQ(complaints("[tenant]\nslug = \n").substr(0, 15), "camp.toml:2:8: "); }

TEST(TenantFile, MoreSpotsThanABlockHoldsIsRefused) {
  auto text = head + event + block;
  text.replace(text.find("\"A..C\""), 6, "\"A..Z\"");
  text.replace(text.find("spots_per_row = 4"), 17, "spots_per_row = 40");
  EXPECT_NE(complaints(text).find("at most 1024 spots; make a second block"), std::string::npos);
}

TEST(TenantFile, PricesMustBeExact) {
  for (const auto* bad : {"\"395.005\"", "\"-1.00\"", "\"1e3\"", "\"\"", "\".5\"", "\"99999999999999999999\""}) {
    auto text = head;
    text.replace(text.find("\"395.00\""), 8, bad);
    EXPECT_NE(complaints(text).find("price: "), std::string::npos) << bad;
  }
}

TEST(TenantFile, TimesThatTheClocksSkipAreRefused) {
  auto text = head + event + block;
  text.replace(text.find("2027-07-03T12:00:00"), 19, "2027-03-28T02:30:00");
  EXPECT_NE(complaints(text).find("starts: the clocks skip this time"), std::string::npos);
}

TEST(TenantFile, EveryLanguageNeedsItsText) {
  auto text = head + event + block;
  text.replace(text.find("[\"da\"]"), 6, "[\"da\", \"en\"]");
  EXPECT_NE(complaints(text).find("title: has no text for \"en\""), std::string::npos);
}

TEST(TenantFile, FestivalShipsWithFieldsForTwoThousandPitches) {
  problem_list problems("config/tenants/festival.toml");
  const auto bundle = read_tenant_file(problems.file(), problems);
  EXPECT_EQ(problems.text(), "");
  std::map<std::string, int> pitches;
  for (const auto& b : bundle.events.at(0).blocks) {
    EXPECT_LE(b.spots_size(), 1024);
    EXPECT_TRUE(valid_block(b.id())) << b.id();
    for (const auto& spot : b.spots()) ++pitches[spot.category()];
  }
  EXPECT_GT(pitches["tent"] + pitches["caravan"] + pitches["motorhome"] + pitches["cabin"], 2000);
  EXPECT_EQ(pitches.size(), 4U);
  EXPECT_GT(bundle.events[0].blocks.size(), 3U);
}

TEST(TenantFile, TheatreShipsWithASeason) {
  problem_list problems("config/tenants/theatre.toml");
  const auto bundle = read_tenant_file(problems.file(), problems);
  EXPECT_EQ(problems.text(), "");
  EXPECT_GT(bundle.events.size(), 80U);
  std::set<std::string> shows;
  for (const auto& [performance, blocks] : bundle.events) {
    shows.insert(performance.show_id());
    ASSERT_EQ(blocks.size(), 1U);
    ASSERT_EQ(blocks[0].spots_size(), 1);
    EXPECT_EQ(blocks[0].id(), performance.id() + ".floor");
    EXPECT_EQ(blocks[0].spots(0).label(), "seat");
    EXPECT_GT(blocks[0].spots(0).capacity(), 1U);
    EXPECT_TRUE(valid_event(performance.id())) << performance.id();
    EXPECT_EQ(performance.sales().end_ms(), performance.frame().begin_ms());
  }
  EXPECT_EQ(shows.size(), 4U);
}

TEST(TenantFile, ASeasonKeepsItsWallTimeAcrossTheClockChange) {
  problem_list problems("s.toml");
  auto text = head;
  text.replace(text.find("\"group\""), 7, "\"performance\"");
  const auto bundle = parse_tenant(text + R"(
[[show]]
id = "s"
title = { da = "S" }
[[season]]
show = "s"
category = "tent"
capacity = 5
duration_minutes = 60
from = 2027-03-27
until = 2027-03-29
weekdays = ["sat", "mon"]
at = 19:30:00
)",
                                   problems);
  EXPECT_EQ(problems.text(), "");
  ASSERT_EQ(bundle.events.size(), 2U);
  EXPECT_EQ(to_iso(bundle.events[0].event.frame().begin_ms()), "2027-03-27T18:30:00Z");
  EXPECT_EQ(to_iso(bundle.events[1].event.frame().begin_ms()), "2027-03-29T17:30:00Z");
}

}  // namespace
}  // namespace holdfast::config
