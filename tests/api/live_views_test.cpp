// A snapshot over the socket and the GET of the same thing are the same JSON.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

v1::Reply ask(world& w, const std::string& entity, bool block) {
  v1::Command get;
  get.set_entity_id(entity);
  if (block)
    get.mutable_get_block();
  else
    get.mutable_get_event();
  return w.ask(get);
}

TEST(LiveViews, SnapshotsEqualTheRoutes) {
  world w;
  w.spot_tenant();
  w.settle("e");
  const auto encoder = gateway::api::make_live_encoder(w.clock);
  EXPECT_EQ(json::parse(encoder->snapshot({"t"}, ask(w, "block/t/e.b", true))), w.get("/blocks/e.b").body);
  EXPECT_EQ(json::parse(encoder->snapshot({"t"}, ask(w, "event/t/e", false))), w.get("/events/e/availability").body);
  const auto booked = w.post("/bookings", {.body = R"({"resourceId":"e.b","spots":[{"spot":"s1"}],)" + ida + "}", .key = "k"});
  ASSERT_EQ(booked.status, 201) << booked.text;
  v1::Command get;
  get.set_entity_id("block/t/e.b");
  get.mutable_get_booking()->set_booking_id(booked.text_at("/bookingId"));
  get.mutable_get_booking()->set_actor(v1::ACTOR_STAFF);
  const auto booking = w.ask(get);
  const auto path = "/bookings/" + booked.text_at("/bookingId");
  EXPECT_EQ(json::parse(encoder->snapshot({"t"}, booking)), w.get(path, {.access = booked.text_at("/accessToken")}).body);
  EXPECT_EQ(json::parse(encoder->snapshot({"t", v1::ACTOR_STAFF}, booking)), w.get(path, {.bearer = w.token("staff")}).body);
}

TEST(LiveViews, HiddenEventsAndTenantsAreNotThere) {
  world w;
  w.tenant("spot");
  ASSERT_EQ(w.put("/admin/events/e",
                  {.body = R"({"title":{"en":"x"},"frame":{"startDate":"2026-07-03"},"blockIds":["e.b"]})", .bearer = w.token("admin")})
                .status,
            200);
  const auto encoder = gateway::api::make_live_encoder(w.clock);
  EXPECT_EQ(encoder->snapshot({"t"}, ask(w, "event/t/e", false)), "");
  v1::Reply tenant;
  tenant.mutable_tenant()->mutable_definition()->set_slug("t");
  EXPECT_EQ(encoder->snapshot({"t", v1::ACTOR_STAFF}, tenant), "");
}

TEST(LiveViews, DeltasCarryWhatChanged) {
  const auto encoder = gateway::api::make_live_encoder(system_clock());
  v1::LiveChange change;
  auto& spot = *change.mutable_block()->add_spots();
  spot.set_label("s1");
  spot.set_capacity(1);
  spot.set_held(1);
  change.mutable_block()->set_open(true);
  const auto* the_change = &change;
  EXPECT_EQ(
      json::parse(encoder->delta({&the_change, 1})),
      json::parse(R"({"spots":[{"label":"s1","capacity":1,"free":0,"held":1,"closed":false,"state":"held"}],"figures":[],"open":true})"));
  v1::LiveChange event;
  event.mutable_event()->set_open(false);
  event.mutable_event()->mutable_block()->set_block_id("e.b");
  const auto* the_event = &event;
  EXPECT_EQ(json::parse(encoder->delta({&the_event, 1})),
            json::parse(R"({"blocks":[{"blockId":"e.b","title":"","version":0,"figures":[]}],"open":false})"));
}

TEST(LiveViews, ChangesThatGoOutTogetherShowTheLatestOfEachThing) {
  const auto encoder = gateway::api::make_live_encoder(system_clock());
  const auto block = [](const std::vector<std::pair<std::string, std::uint32_t>>& spots, bool open) {
    v1::LiveChange out;
    for (const auto& [label, held] : spots) {
      auto& spot = *out.mutable_block()->add_spots();
      spot.set_label(label);
      spot.set_held(held);
    }
    out.mutable_block()->add_figures()->set_free(static_cast<std::uint32_t>(spots.size()));
    out.mutable_block()->set_open(open);
    return out;
  };
  const auto first = block({{"a", 1}, {"b", 1}, {"c", 1}}, true), second = block({{"b", 2}}, true),
             third = block({{"c", 3}, {"d", 3}}, false);
  const std::vector<const v1::LiveChange*> blocks{&first, &second, &third};
  const auto together = json::parse(encoder->delta(blocks));
  std::map<std::string, std::int64_t> held;
  for (const auto& spot : together.at("spots").as_array())
    EXPECT_TRUE(held.emplace(spot.at("label").as_string(), spot.at("held").to_number<std::int64_t>()).second);
  EXPECT_EQ(held, (std::map<std::string, std::int64_t>{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 3}}));
  EXPECT_EQ(together.at("figures").as_array().size(), 1U);
  EXPECT_EQ(together.at_pointer("/figures/0/free").to_number<int>(), 2);
  EXPECT_FALSE(together.at("open").as_bool());

  const auto event = [](const std::string& id, std::int64_t version, bool open) {
    v1::LiveChange out;
    out.mutable_event()->set_open(open);
    out.mutable_event()->mutable_block()->set_block_id(id);
    out.mutable_event()->mutable_block()->set_version(version);
    return out;
  };
  const auto a1 = event("e.a", 1, true), b2 = event("e.b", 2, true), a3 = event("e.a", 3, false);
  const std::vector<const v1::LiveChange*> events{&a1, &b2, &a3};
  EXPECT_EQ(json::parse(encoder->delta(events)), json::parse(R"({"blocks":[{"blockId":"e.a","title":"","version":3,"figures":[]},
                                      {"blockId":"e.b","title":"","version":2,"figures":[]}],"open":false})"));
}

}  // namespace
}  // namespace holdfast::test
