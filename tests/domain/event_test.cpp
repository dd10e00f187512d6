#include "tests/domain/given_when_then.hpp"

namespace holdfast::domain::testing {
namespace {

v1::EventDefinition festival(std::initializer_list<const char*> blocks = {"fest.a", "fest.b", "fest.c"}) {
  v1::EventDefinition d;
  d.set_id("fest");
  (*d.mutable_title())["da"] = "Fest";
  d.set_flow(v1::FLOW_GROUP);
  for (const char* b : blocks) d.add_block_ids(b);
  auto& price = *d.add_prices();
  price.set_category("tent");
  price.set_price_minor(100);
  return d;
}

constexpr std::uint32_t block_capacity = 60;

struct event_stage : stage {
  event_stage() : stage("event/camp/fest") {}
  explicit event_stage(const v1::EventDefinition& d) : event_stage() { EXPECT_TRUE(apply(d).accepted()); }

  said apply(const v1::EventDefinition& d) {
    v1::Command c;
    *c.mutable_apply_event()->mutable_definition() = d;
    return when(c);
  }
  said open(bool value) {
    v1::Command c;
    c.mutable_set_event_open()->set_open(value);
    return when(c);
  }
  said look() {
    v1::Command c;
    c.mutable_get_event();
    return when(c);
  }
  said plan(std::uint32_t count, const std::string& party = {}, const std::string& key = {}, const std::string& category = "tent") {
    v1::Command c;
    c.set_idempotency_key(key);
    c.mutable_plan_group()->set_category(category);
    c.mutable_plan_group()->set_count(count);
    c.mutable_plan_group()->set_party(party);
    return when(c);
  }
  said plan_nights(std::uint32_t count) {
    v1::Command c;
    c.mutable_plan_group()->set_category("tent");
    c.mutable_plan_group()->set_count(count);
    c.mutable_plan_group()->mutable_interval()->set_begin_ms(1);
    c.mutable_plan_group()->mutable_interval()->set_end_ms(2);
    return when(c);
  }
  said bind(const std::string& block, const std::string& party, const std::string& key, const std::string& local = "b1xxxxxxxxxx") {
    v1::Command c;
    auto& b = *c.mutable_bind_group();
    b.set_block_id(block);
    b.set_booking_id(block + "." + local);
    b.set_party(party);
    b.set_allocation_key(key);
    return when(c);
  }
  std::vector<v1::LiveChange> report(const std::string& block, std::uint32_t free, std::uint32_t run, std::int64_t version = 1,
                                     const std::string& category = "tent", std::uint32_t held = 0) {
    v1::Command c;
    auto& r = *c.mutable_report_figures();
    r.set_block_id(block);
    r.set_version(version);
    r.set_title("Field " + block.substr(5));
    auto& f = *r.add_figures();
    f.set_category(category);
    f.set_capacity(block_capacity);
    f.set_free(free);
    f.set_longest_free_run(run);
    f.set_held(held);
    std::vector<v1::LiveChange> changes;
    EXPECT_TRUE(core().observe(c, changes));
    return changes;
  }
};

std::string order(const said& a) {
  if (!a.accepted()) return describe(a.code()).text.data();
  std::string out;
  for (const auto& b : a.reply().group_plan().block_ids()) out.append(out.empty() ? "" : " ").append(b.substr(5));
  return out + (a.reply().group_plan().bound() ? " bound" : "");
}

TEST(Event, IsNotFoundBeforeItIsDefined) {
  event_stage s;
  EXPECT_EQ(s.look().code(), v1::NOT_FOUND);
  EXPECT_EQ(s.plan(2).code(), v1::NOT_FOUND);
  EXPECT_EQ(s.open(true).code(), v1::NOT_FOUND);
}

TEST(Event, AppliedAgainChangesNothing) {
  event_stage s;
  const auto first = s.apply(festival());
  EXPECT_TRUE(first.reply().event().changed());
  EXPECT_TRUE(first.change("event:fest")->event().redefined());
  const auto second = s.apply(festival());
  EXPECT_EQ(second.events(), "");
  EXPECT_FALSE(second.reply().event().changed());
}

TEST(Event, AsksItsBlocksForTheirFigures) {
  event_stage s;
  const auto a = s.apply(festival());
  ASSERT_EQ(a.effects.tell.size(), 3U);
  EXPECT_EQ(a.effects.tell[1].entity_id(), "block/camp/fest.b");
  EXPECT_TRUE(a.effects.tell[1].has_send_figures());
  EXPECT_EQ(s.restored()->on_started().size(), 3U) << "also when it starts again";
}

TEST(Event, ShowsWhatItsBlocksReported) {
  event_stage s(festival());
  const auto changes = s.report("fest.b", 7, 3, 12);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].topic(), "event:fest");
  EXPECT_EQ(changes[0].event().block().figures(0).free(), 7U);
  const auto view = s.look().reply().event();
  EXPECT_FALSE(view.blocks(0).known());
  EXPECT_TRUE(view.blocks(1).known());
  EXPECT_EQ(view.blocks(1).title(), "Field b");
  EXPECT_TRUE(s.report("fest.b", 9, 9, 11).empty()) << "overtaken by a later one";
  EXPECT_TRUE(s.report("fest.z", 9, 9).empty()) << "no block of this event";
  EXPECT_EQ(s.version(), 1) << "figures are never stored";
}

TEST(Event, OpeningAndClosingReachesTheBlocks) {
  event_stage s(festival());
  const auto a = s.open(false);
  EXPECT_EQ(a.events(), "open_set");
  ASSERT_EQ(a.effects.tell.size(), 3U);
  EXPECT_FALSE(a.effects.tell[0].set_block_open().open());
  EXPECT_FALSE(a.change("event:fest")->event().open());
  const auto again = s.open(false);
  EXPECT_EQ(again.events(), "");
  EXPECT_EQ(again.effects.tell.size(), 3U) << "told again, in case it was lost";
  EXPECT_EQ(s.plan(1).code(), v1::BOOKING_CLOSED);
}

TEST(Event, EveryFieldIsChecked) {
  event_stage s;
  EXPECT_EQ(s.apply({}).fields(), "id:format title:required");
  auto d = festival({"fest.a", "fest.a", "other.b", "fest"});
  d.mutable_frame()->set_begin_ms(5);
  d.mutable_frame()->set_end_ms(5);
  d.mutable_location()->set_latitude(91);
  d.mutable_location()->set_longitude(-181);
  d.add_facilities("");
  d.set_show_id("Not a slug");
  EXPECT_EQ(
      s.apply(d).fields(),
      "showId:format frame.endDate:range location.latitude:range location.longitude:range facilities[0]:required blockIds[1]:duplicate "
      "blockIds[2]:format blockIds[3]:format");
}

// ---- where a group goes

TEST(Plan, TheTightestRunThatFitsComesFirst) {
  event_stage s(festival());
  s.report("fest.a", 50, 20);
  s.report("fest.b", 50, 6);
  s.report("fest.c", 50, 9);
  EXPECT_EQ(order(s.plan(5)), "b c a");
}

TEST(Plan, AfterTheRunsComesWhereMostIsFree) {
  event_stage s(festival());
  s.report("fest.a", 6, 2);
  s.report("fest.b", 9, 2);
  s.report("fest.c", 5, 5);
  EXPECT_EQ(order(s.plan(5)), "c b a");
}

TEST(Plan, UnknownBlocksAreTriedLast) {
  event_stage s(festival());
  EXPECT_EQ(order(s.plan(5)), "a b c");
  s.report("fest.c", 5, 5);
  EXPECT_EQ(order(s.plan(5)), "c a b");
}

TEST(Plan, FullBlocksAreLeftOut) {
  event_stage s(festival());
  s.report("fest.a", 4, 4);
  s.report("fest.b", 5, 5);
  s.report("fest.c", 0, 0);
  EXPECT_EQ(order(s.plan(5)), "b");
}

TEST(Plan, BlocksThatMayBeFreeForThoseNightsAreTriedAfterThoseThatAre) {
  event_stage s(festival());
  s.report("fest.a", 0, 0);
  s.report("fest.b", 3, 3);
  s.report("fest.c", 5, 5);
  EXPECT_EQ(order(s.plan(5)), "c");
  EXPECT_EQ(order(s.plan_nights(5)), "c b a");
  EXPECT_EQ(s.plan_nights(block_capacity + 1).code(), v1::SOLD_OUT);
}

TEST(Plan, BlocksWhoseHoldsMayHaveLapsedAreTriedLast) {
  event_stage s(festival());
  s.report("fest.a", 1, 1, 1, "tent", 4);
  s.report("fest.b", 1, 1, 1, "tent", 3);
  EXPECT_EQ(order(s.plan(5)), "c a");
  s.report("fest.c", 0, 0, 1, "tent", 9);
  EXPECT_EQ(order(s.plan(5)), "c a");
}

TEST(Plan, EqualBlocksKeepTheirOrder) {
  event_stage s(festival());
  for (const char* b : {"fest.c", "fest.b", "fest.a"}) s.report(b, 8, 8);
  EXPECT_EQ(order(s.plan(5)), "a b c");
}

TEST(Plan, APartyGoesWhereItIsAlready) {
  event_stage s(festival());
  s.report("fest.a", 8, 8);
  s.report("fest.b", 50, 50);
  s.report("fest.c", 8, 8);
  s.bind("fest.b", "larches", "k1");
  EXPECT_EQ(order(s.plan(5, "larches")), "b a c");
  EXPECT_EQ(order(s.plan(5, "oaks")), "a c b");
  s.report("fest.b", 3, 3, 2);
  EXPECT_EQ(order(s.plan(5, "larches")), "a c") << "no room there any more";
}

TEST(Plan, APartyInSeveralBlocksGoesWhereItWentLast) {
  event_stage s(festival());
  for (const char* b : {"fest.a", "fest.b", "fest.c"}) s.report(b, 8, 8);
  s.bind("fest.b", "larches", "k1");
  s.bind("fest.c", "larches", "k2");
  EXPECT_EQ(order(s.plan(5, "larches")), "c b a");
}

TEST(Plan, ARepeatGoesToTheSameBlockOnly) {
  event_stage s(festival());
  s.bind("fest.b", "larches", "guest:k1");
  s.report("fest.b", 0, 0);
  EXPECT_EQ(order(s.plan(5, "larches", "guest:k1")), "b bound");
  s.open(false);
  EXPECT_EQ(order(s.plan(5, "larches", "guest:k1")), "b bound") << "it was placed while it was open";
  EXPECT_EQ(order(s.plan(5, "larches", "guest:k2")), "booking_closed");
}

TEST(Plan, NothingFitsSaysWhatThereIs) {
  event_stage s(festival({"fest.a", "fest.b"}));
  s.report("fest.a", 3, 3);
  s.report("fest.b", 20, 20, 1, "caravan");
  const auto a = s.plan(5);
  EXPECT_EQ(a.code(), v1::SOLD_OUT);
  EXPECT_EQ(a.rejection().detail(), "3 left");
  ASSERT_EQ(a.rejection().alternatives_size(), 2);
  EXPECT_EQ(a.rejection().alternatives(0).resource_id(), "fest.a");
  EXPECT_EQ(a.rejection().alternatives(0).free(), 3U);
  EXPECT_EQ(a.rejection().alternatives(1).category(), "caravan");
  EXPECT_EQ(a.rejection().alternatives(1).title(), "Field b");
}

TEST(Plan, IsForTheGroupFlow) {
  auto d = festival();
  d.set_flow(v1::FLOW_SPOT);
  event_stage s(d);
  EXPECT_EQ(s.plan(5).code(), v1::FLOW_MISMATCH);
}

TEST(Plan, FieldsAreNamed) {
  event_stage s(festival({"fest.a"}));
  s.report("fest.a", 5, 5);
  EXPECT_EQ(s.plan(0, "", "", "yurt").fields(), "category:unknown quantity:range");
  EXPECT_EQ(s.plan(1, std::string(201, 'x')).fields(), "party:range");
}

TEST(Plan, IsClosedOutsideTheSale) {
  auto d = festival();
  event_stage s;
  d.mutable_sales()->set_begin_ms(s.now + 1);
  s.apply(d);
  EXPECT_EQ(s.plan(1).code(), v1::BOOKING_CLOSED);
  s.wait(1);
  EXPECT_TRUE(s.plan(1).accepted());
}

TEST(Bind, IsIdempotent) {
  event_stage s(festival());
  EXPECT_EQ(s.bind("fest.a", "larches", "k1").events(), "group_bound");
  EXPECT_EQ(s.bind("fest.a", "larches", "k1").events(), "");
  EXPECT_EQ(s.bind("fest.b", "larches", "k1").code(), v1::ALREADY_EXISTS);
  EXPECT_EQ(s.bind("fest.z", "larches", "k2").fields(), "blockId:unknown");
  EXPECT_EQ(s.bind("fest.a", "larches", "").fields(), "allocationKey:required");
}

TEST(Bind, OldOnesAreForgotten) {
  event_stage s(festival());
  for (int i = 0; i < 8'193; ++i) {
    v1::Entry entry;
    auto& bound = *entry.add_event()->mutable_group_bound();
    bound.set_block_id("fest.b");
    bound.set_allocation_key("k" + std::to_string(i));
    s.happened(entry);
  }
  EXPECT_EQ(order(s.plan(1, "", "k0")), "a b c");
  EXPECT_EQ(order(s.plan(1, "", "k1")), "b bound");
}

TEST(Event, IsItsReplayAndItsSnapshot) {
  event_stage s(festival());
  s.bind("fest.a", "larches", "k1");
  s.bind("fest.b", "", "k2");
  s.open(false);
  EXPECT_EQ(saved(*s.restored()), saved(s.core()));
  EXPECT_EQ(saved(*s.replayed()), saved(s.core()));
  s.restart();
  EXPECT_EQ(order(s.plan(1, "", "k2")), "b bound");
}

}  // namespace
}  // namespace holdfast::domain::testing
