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
  EXPECT_EQ(
      json::parse(encoder->delta(change)),
      json::parse(R"({"spots":[{"label":"s1","capacity":1,"free":0,"held":1,"closed":false,"state":"held"}],"figures":[],"open":true})"));
  v1::LiveChange event;
  event.mutable_event()->set_open(false);
  event.mutable_event()->mutable_block()->set_block_id("e.b");
  EXPECT_EQ(json::parse(encoder->delta(event)),
            json::parse(R"({"blocks":[{"blockId":"e.b","title":"","version":0,"figures":[]}],"open":false})"));
}

}  // namespace
}  // namespace holdfast::test
