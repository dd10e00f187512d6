// What a block ends up with when its event, its tenant and the platform each have something to say.
#include "actors/domain/inheritance.hpp"

#include <gtest/gtest.h>

namespace holdfast::domain {
namespace {

TEST(Inheritance, TheEventWinsOverTheTenantAndTheTenantOverThePlatform) {
  v1::TenantDefinition tenant;
  tenant.mutable_policy()->set_hold_ttl_ms(1);
  tenant.mutable_policy()->set_spots_per_booking_max(2);
  v1::EventDefinition event;
  event.mutable_policy()->set_spots_per_booking_max(3);
  const auto policy = policy_for(event, tenant);
  EXPECT_EQ(policy.spots_per_booking_max(), 3U);
  EXPECT_EQ(policy.hold_ttl_ms(), 1);
  EXPECT_EQ(policy.hold_life_max_ms(), 30 * 60'000) << "the platform's";
}

TEST(Inheritance, WhereNobodySaysOtherwiseAGuestMayCancelUntilTheStart) {
  EXPECT_EQ(policy_for(v1::TenantDefinition()).cancel_until_before_start_ms(), 0);
}

TEST(Inheritance, ABlockTakesAllButWhatIsItsOwn) {
  v1::TenantDefinition tenant;
  tenant.set_flow(v1::FLOW_SPOT);
  tenant.set_currency("DKK");
  v1::EventDefinition event;
  event.mutable_frame()->set_end_ms(7);
  event.mutable_sales()->set_end_ms(5);
  event.add_prices()->set_price_minor(100);
  v1::BlockDefinition block;
  block.set_id("fest.a");
  block.add_spots()->set_label("A1");
  block.add_prices()->set_price_minor(90);
  inherit(block, event, tenant);
  EXPECT_EQ(block.id(), "fest.a");
  ASSERT_EQ(block.spots_size(), 1);
  EXPECT_EQ(block.flow(), v1::FLOW_SPOT);
  EXPECT_EQ(block.currency(), "DKK");
  EXPECT_EQ(block.frame().end_ms(), 7);
  EXPECT_EQ(block.sales().end_ms(), 5);
  ASSERT_EQ(block.prices_size(), 1);
  EXPECT_EQ(block.prices(0).price_minor(), 100);
  EXPECT_EQ(block.policy().SerializeAsString(), policy_for(event, tenant).SerializeAsString());
  event.set_flow(v1::FLOW_GROUP);
  inherit(block, event, tenant);
  EXPECT_EQ(block.flow(), v1::FLOW_GROUP);
}

}  // namespace
}  // namespace holdfast::domain
