#include "tests/domain/given_when_then.hpp"

namespace holdfast::domain::testing {
namespace {

v1::TenantDefinition camp() {
  v1::TenantDefinition d;
  d.set_slug("camp");
  d.set_name("Camp");
  d.set_flow(v1::FLOW_SPOT);
  d.set_currency("DKK");
  d.set_time_zone("Europe/Copenhagen");
  d.add_languages("da");
  d.add_languages("en");
  auto& show = *d.add_shows();
  show.set_id("hamlet");
  (*show.mutable_title())["da"] = "Hamlet";
  return d;
}

v1::Command apply(const v1::TenantDefinition& d) {
  v1::Command c;
  *c.mutable_apply_tenant()->mutable_definition() = d;
  return c;
}

v1::Command look() {
  v1::Command c;
  c.mutable_get_tenant();
  return c;
}

TEST(Tenant, IsNotFoundBeforeItIsDefined) {
  stage s("tenant/camp");
  EXPECT_EQ(s.when(look()).code(), v1::NOT_FOUND);
}

TEST(Tenant, IsDefinedAsAWholeAndAgainWithoutEffect) {
  stage s("tenant/camp");
  const auto a = s.when(apply(camp()));
  EXPECT_EQ(a.events(), "applied");
  EXPECT_TRUE(a.reply().tenant().changed());
  ASSERT_NE(a.change("tenant:camp"), nullptr);
  EXPECT_TRUE(a.change("tenant:camp")->tenant().redefined());
  const auto again = s.when(apply(camp()));
  EXPECT_EQ(again.events(), "");
  EXPECT_FALSE(again.reply().tenant().changed());
  EXPECT_TRUE(again.effects.changes.empty());
  auto d = camp();
  d.set_name("Another");
  EXPECT_EQ(s.when(apply(d)).reply().tenant().version(), 2);
  EXPECT_EQ(s.when(look()).reply().tenant().definition().name(), "Another");
}

TEST(Tenant, EveryFieldIsChecked) {
  stage s("tenant/camp");
  EXPECT_EQ(s.when(apply({})).fields(), "slug:format name:required flow:required currency:format timeZone:required languages:required");
  auto d = camp();
  d.set_currency("dkk");
  d.add_languages("da");
  d.add_languages("not a language");
  d.set_accent_color("red");
  d.set_mail_from("nobody");
  d.add_shows()->set_id("Hamlet");
  d.mutable_policy()->set_hold_ttl_ms(-1);
  EXPECT_EQ(s.when(apply(d)).fields(),
            "currency:format languages[2]:duplicate languages[3]:format policy.holdTtlMs:range shows[1].id:format shows[1].title:required "
            "accentColor:format mailFrom:format");
  EXPECT_EQ(s.version(), 0);
}

TEST(Tenant, IsItsReplayAndItsSnapshot) {
  stage s("tenant/camp");
  s.when(apply(camp()));
  EXPECT_EQ(saved(*s.restored()), saved(s.core()));
  EXPECT_EQ(saved(*s.replayed()), saved(s.core()));
  v1::EntitySnapshot other;
  other.mutable_block();
  EXPECT_FALSE(s.core().restore(other));
}

v1::Command suspend(const std::string& reason, const std::string& by = "ada") {
  v1::Command c;
  c.mutable_suspend_tenant()->set_reason(reason);
  c.mutable_suspend_tenant()->set_by(by);
  return c;
}

v1::Command resume() {
  v1::Command c;
  c.mutable_resume_tenant()->set_by("bob");
  return c;
}

TEST(Tenant, IsSuspendedForAReasonUntilItIsResumed) {
  stage s("tenant/camp");
  EXPECT_EQ(s.when(suspend("unpaid")).code(), v1::NOT_FOUND);
  s.when(apply(camp()));
  EXPECT_FALSE(s.when(look()).reply().tenant().has_suspension());
  EXPECT_EQ(s.when(suspend(" ")).fields(), "reason:required");
  const auto a = s.wait(5).when(suspend("unpaid"));
  EXPECT_EQ(a.events(), "suspended");
  const auto& why = a.reply().tenant().suspension();
  EXPECT_EQ(why.reason() + " " + why.by(), "unpaid ada");
  EXPECT_EQ(why.since_ms(), s.now);
  EXPECT_EQ(s.when(resume()).events(), "resumed");
  EXPECT_FALSE(s.when(look()).reply().tenant().has_suspension());
  EXPECT_EQ(s.when(resume()).events(), "");
}

TEST(Tenant, ASecondSuspensionDoesNotChangeTheFirst) {
  stage s("tenant/camp");
  s.when(apply(camp()));
  s.when(suspend("unpaid"));
  const auto since = s.now;
  const auto again = s.wait(1'000).when(suspend("again", "bob"));
  EXPECT_EQ(again.events(), "");
  EXPECT_FALSE(again.reply().tenant().changed());
  EXPECT_EQ(again.reply().tenant().suspension().reason(), "unpaid");
  EXPECT_EQ(again.reply().tenant().suspension().since_ms(), since);
}

TEST(Tenant, IsDefinedAnewWithoutBeingResumed) {
  stage s("tenant/camp");
  s.when(apply(camp()));
  s.when(suspend("unpaid"));
  auto d = camp();
  d.set_name("Another");
  EXPECT_TRUE(s.when(apply(d)).reply().tenant().has_suspension());
  EXPECT_EQ(saved(*s.restored()), saved(s.core()));
  EXPECT_EQ(saved(*s.replayed()), saved(s.core()));
}

TEST(Tenant, HasNoDeadlinesAndTakesNoOthersCommands) {
  stage s("tenant/camp");
  s.when(apply(camp()));
  EXPECT_EQ(s.core().next_deadline(), std::nullopt);
  v1::Command c;
  c.mutable_get_block();
  EXPECT_EQ(s.when(c).code(), v1::INTERNAL);
}

}  // namespace
}  // namespace holdfast::domain::testing
