// What was acknowledged is there after kill -9, in every way of selling, and a repeated request gets its first answer.
#include <gtest/gtest.h>

#include "tests/e2e/demo_node.hpp"
#include "tests/e2e/guest.hpp"

namespace holdfast::e2e {
namespace {

namespace json = boost::json;

void expect_still_there(const place& where, const booked& b) {
  guest g(where.url, b.tenant);
  const auto got = g.get("/bookings/" + b.booking, b.access);
  ASSERT_EQ(got.status, 200) << b.tenant << ": " << got.text;
  EXPECT_EQ(text_at(got.body, "status"), "confirmed") << b.tenant;
  EXPECT_EQ(text_at(got.body, "confirmationCode"), b.code) << b.tenant;
  EXPECT_EQ(at(got.body, "spots").as_array().size(), b.spots.size()) << b.tenant;
  EXPECT_EQ(number_at(got.body, "totalPrice"), b.price) << b.tenant;
}

TEST(Restart, EveryFlowIsBookedAndSurvivesAKill) {
  const temporary_folder folder;
  node_process node(folder.path() / "data");
  furnish(node);
  if (HasFatalFailure()) return;

  const place where{node.url(), node.data()};
  const std::vector<booked> all{book_group(where), book_performance(where), book_spot(where, false)};
  for (const auto& b : all) ASSERT_TRUE(b.good()) << text_of(b);

  guest g(node.url(), "festival");
  const json::object wish{
      {"resourceId", "autumn-weekend-2027"}, {"category", "cabin"}, {"quantity", 2}, {"userDetails", user_details("bo@example.org")}};
  const auto first = g.post("/bookings", wish, {}, "a-key-that-survives-0001");
  ASSERT_EQ(first.status, 201) << first.text;

  node.kill();
  ASSERT_TRUE(node.start()) << node.log();
  const place after{node.url(), node.data()};
  for (const auto& b : all) expect_still_there(after, b);

  guest again(node.url(), "festival");
  const auto repeated = again.post("/bookings", wish, {}, "a-key-that-survives-0001");
  EXPECT_EQ(repeated.status, 201) << repeated.text;
  EXPECT_EQ(text_at(repeated.body, "bookingId"), text_at(first.body, "bookingId"));
  EXPECT_EQ(text_at(repeated.body, "accessToken"), text_at(first.body, "accessToken"));

  guest camper(node.url(), "doc-nz");
  const auto taken =
      camper.post("/holds", json::object{{"resourceId", all[2].block}, {"spots", json::array{json::object{{"spot", all[2].spots.at(0)}}}}});
  EXPECT_EQ(taken.status, 409) << taken.text;

  EXPECT_EQ(node.stop(), 0);
  const auto audit = run_program("holdfast", {"audit", "--data", node.data().string(), "--json"});
  EXPECT_EQ(audit.exit, 0) << audit.out << audit.err;
}

TEST(Restart, AFriendlyEndCarriesTheListsToTheEndOfTheJournal) {
  const temporary_folder folder;
  node_process node(folder.path() / "data");
  ASSERT_TRUE(node.start()) << node.log();
  const auto applied = apply_tenants(node.data());
  ASSERT_EQ(applied.exit, 0) << applied.err << applied.out;
  guest g(node.url(), "festival");
  for (int i = 0; i < 20; ++i) {
    const auto made = g.post("/bookings", one_spot("bo" + std::to_string(i) + "@example.org"));
    ASSERT_EQ(made.status, 201) << made.text;
  }
  ASSERT_EQ(node.stop(), 0);
  const auto audit = run_program("holdfast", {"audit", "--data", node.data().string(), "--wait-ms", "0", "--json"});
  EXPECT_EQ(audit.exit, 0) << audit.out << audit.err;
}

TEST(Restart, ApplyingAndImportingAgainChangesNothing) {
  const temporary_folder folder;
  node_process node(folder.path() / "data");
  furnish(node);
  if (HasFatalFailure()) return;
  const auto applied = apply_tenants(node.data());
  EXPECT_EQ(applied.exit, 0) << applied.err;
  const auto imported = import_campsites(node.data());
  EXPECT_EQ(imported.exit, 0) << imported.err;
  for (const auto* out : {&applied.out, &imported.out}) {
    EXPECT_NE(out->find("\"changed\":0"), std::string::npos) << out->substr(out->size() < 600 ? 0 : out->size() - 600);
    EXPECT_EQ(out->find("\"changed\":1"), std::string::npos);
  }
  EXPECT_NE(imported.out.find("\"events\":312"), std::string::npos);
  EXPECT_NE(imported.out.find("\"spots\":7981"), std::string::npos);
  EXPECT_NE(imported.out.find("\"closed\":97"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::e2e
