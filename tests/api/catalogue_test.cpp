// What can be booked, and whether so much is free.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

using fields = std::vector<std::string>;

TEST(CatalogueTest, OnlyPublishedShowsAreShown) {
  world w;
  w.performance_tenant(10);
  const auto got = w.get("/tenant");
  ASSERT_EQ(got.at("/shows").as_array().size(), 1U);
  EXPECT_EQ(got.text_at("/shows/0/id"), "hamlet");
}

TEST(CatalogueTest, AnEventWithItsBlocksAndSums) {
  world w;
  w.group_tenant();
  ASSERT_EQ(w.post("/holds", {.body = R"({"resourceId":"e","category":"tent","quantity":3})"}).status, 201);
  w.settle("e");
  const auto got = w.get("/events/e");
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_EQ(got.at("/figures/0"), json::parse(R"({"category":"tent","capacity":12,"free":9,"held":3,"taken":0})"));
  EXPECT_EQ(got.at("/blocks").as_array().size(), 2U);
  EXPECT_TRUE(got.at("/open").as_bool());
  EXPECT_EQ(w.get("/events/e/availability").at("/figures/0"), got.at("/figures/0"));
}

TEST(CatalogueTest, ABlockThatIsNotDefinedYetHasNothing) {
  world w;
  w.tenant("group");
  w.event("e", "", R"(["e.a","e.b"])");
  w.block("e.a", spots_json("a", 4));
  const auto got = w.get("/events/e/availability");
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_EQ(got.at("/blocks/1/figures").as_array().size(), 0U);
}

TEST(CatalogueTest, OpenMeansInsideItsTimeOfSale) {
  world w;
  w.tenant("spot");
  w.event("e", R"(,"sales":{"startDate":"2026-06-02","endDate":"2026-06-03"})");
  EXPECT_FALSE(w.get("/events/e").at("/open").as_bool());
  w.clock.advance(day);
  EXPECT_TRUE(w.get("/events/e").at("/open").as_bool());
  w.clock.advance(2 * day);
  EXPECT_FALSE(w.get("/events/e").at("/open").as_bool());
}

TEST(CatalogueTest, ListsAndSearch) {
  world w;
  w.tenant("spot");
  w.event("lake", R"(,"region":"South","facilities":["Shower"],"location":{"latitude":-43.7,"longitude":170.1})");
  w.block("lake.b", spots_json("s", 3));
  w.event("hill", R"(,"region":"North")");
  w.catch_up();
  const auto ids = [&](const std::string& target) {
    std::string out;
    const auto got = w.get(target);
    EXPECT_EQ(got.status, 200) << got.text;
    for (const auto& e : got.at("/data").as_array()) out += (out.empty() ? "" : " ") + std::string(e.at("resourceId").as_string());
    return out;
  };
  EXPECT_EQ(ids("/events"), "hill lake");
  EXPECT_EQ(ids("/events?page=2&limit=1"), "lake");
  EXPECT_EQ(ids("/resources/search?region=south"), "lake");
  EXPECT_EQ(ids("/resources/search?facility=shower"), "lake");
  EXPECT_EQ(ids("/resources/search?quantity=2"), "lake");
  EXPECT_EQ(ids("/resources/search?near=-43.7,170.2&radiusKm=20"), "lake");
  EXPECT_EQ(ids("/resources/search?near=0,0"), "");
  EXPECT_EQ(ids("/resources/search?startDate=2026-07-11"), "");
  EXPECT_EQ(ids("/resources/search?startDate=2026-07-01&endDate=2026-07-05"), "hill lake");
  EXPECT_EQ(ids("/resources/search?endDate=2026-07-01"), "");
  EXPECT_EQ(w.get("/events?page=2&limit=1").at("/pagination"), json::parse(R"({"page":2,"limit":1,"total":2})"));
  w.clock.advance(60 * day);
  EXPECT_EQ(ids("/events?upcoming=true"), "");
}

TEST(CatalogueTest, QueryParametersAreChecked) {
  world w;
  w.tenant("spot");
  EXPECT_EQ(w.get("/resources/search?page=0&limit=101&near=x&radiusKm=5&startDate=soon&colour=red&limit=3").fields(),
            (fields{"near:format", "radiusKm:conflict", "startDate:format", "page:range", "limit:duplicate", "colour:unknown"}));
  EXPECT_EQ(w.get("/events?upcoming=yes").fields(), (fields{"upcoming:type"}));
  EXPECT_EQ(w.get("/resources/search?near=91,0").fields(), (fields{"near:range"}));
}

TEST(AvailabilityTest, SaysWhatIsFreeInOnePiece) {
  world w;
  w.group_tenant();
  const auto check = [&](const std::string& resource, int quantity, const std::string& extra = "") {
    return w.post("/availability/check",
                  {.body = R"({"resourceId":")" + resource + R"(","quantity":)" + std::to_string(quantity) + extra + "}"});
  };
  const auto fits = check("e", 8, R"(,"category":"tent")");
  ASSERT_EQ(fits.status, 200) << fits.text;
  EXPECT_TRUE(fits.at("/available").as_bool());
  EXPECT_EQ(fits.at("/free").as_int64(), 8);
  EXPECT_FALSE(check("e", 9).at("/available").as_bool());  // twelve in all, but not in one block
  const auto elsewhere = check("e.a", 5);
  EXPECT_FALSE(elsewhere.at("/available").as_bool());
  EXPECT_EQ(elsewhere.text_at("/alternatives/0/resourceId"), "e");
  EXPECT_EQ(check("e.x", 1).status, 404);
  EXPECT_EQ(check("e", 1, R"(,"startDate":"2027-01-01")").fields(), (fields{"startDate:conflict"}));
  EXPECT_EQ(check("e", 0).fields(), (fields{"quantity:range"}));
}

TEST(AvailabilityTest, DaysThatOthersTookDoNotCountForOtherDays) {
  world w;
  w.spot_tenant();
  const auto take = [&](const std::string& spot, const std::string& when) {
    return w.post("/holds", {.body = R"({"resourceId":"e.b","spots":[{"spot":")" + spot + "\"}]" + when + "}"}).status;
  };
  ASSERT_EQ(take("s1", R"(,"startDate":"2026-07-04","endDate":"2026-07-05")"), 201);
  ASSERT_EQ(take("s2", R"(,"startDate":"2026-07-05","endDate":"2026-07-06")"), 201);
  ASSERT_EQ(take("s3", ""), 201);
  const auto free = [&](const std::string& when) {
    const auto got = w.post("/availability/check", {.body = R"({"resourceId":"e","quantity":1,"category":"tent")" + when + "}"});
    EXPECT_EQ(got.status, 200) << got.text;
    return got.at("/free").to_number<int>();
  };
  w.settle("e");
  EXPECT_EQ(free(""), 3);
  EXPECT_EQ(free(R"(,"startDate":"2026-07-07","endDate":"2026-07-08")"), 5);
  EXPECT_EQ(free(R"(,"startDate":"2026-07-04","endDate":"2026-07-04")"), 4);
  EXPECT_EQ(free(R"(,"startDate":"2026-07-04","endDate":"2026-07-08")"), 3);
}

TEST(AvailabilityTest, NothingIsAvailableInAClosedEvent) {
  world w;
  w.spot_tenant();
  ASSERT_EQ(w.post("/admin/events/e/close", {.bearer = w.token("admin")}).status, 200);
  EXPECT_FALSE(w.post("/availability/check", {.body = R"({"resourceId":"e","quantity":1})"}).at("/available").as_bool());
}

TEST(DocumentTest, IsServed) {
  world w;
  const auto got = w.get("/openapi.json", {.tenant = ""});
  ASSERT_EQ(got.status, 200);
  EXPECT_EQ(got.text_at("/openapi"), "3.1.0");
  EXPECT_TRUE(got.at("/paths").as_object().contains("/bookings/{id}/cancel"));
}

}  // namespace
}  // namespace holdfast::test
