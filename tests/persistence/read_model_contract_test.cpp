// Lists as people ask for them (persistence/read_model.hpp), and the projection that fills them.
#include <gmock/gmock.h>

#include <thread>

#include "tests/persistence/backends.hpp"
#include "tests/persistence/history.hpp"

namespace holdfast::persistence::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReadModelContract : public contract {
protected:
  void SetUp() override {
    contract::SetUp();
    reads_ = must(storage_->reads());
    projector_ = must(storage_->projector());
  }

  void project(std::size_t limit = 1000) {
    while (must(projector_->advance(limit)) > 0) {
    }
  }
  void record(const history& what) {
    for (const auto status : append(what.rows())) ASSERT_EQ(status, append_status::durable);
    project();
  }
  std::vector<std::string> bookings(booking_filter filter, page wanted = {}) {
    filter.tenant = "camp";
    std::vector<std::string> out;
    for (const auto& one : must(reads_->bookings(filter, wanted)).rows) out.push_back(one.booking.booking_id().substr(4));
    return out;
  }
  std::vector<std::string> events(event_filter filter, page wanted = {}) {
    filter.tenant = "camp";
    std::vector<std::string> out;
    for (const auto& one : must(reads_->events(filter, wanted)).rows) out.push_back(one.definition.id());
    return out;
  }

  /// Of every event.
  std::string figures() {
    std::string out;
    for (const auto& one : must(reads_->events({.tenant = "camp"}, {.number = 1, .limit = 100})).rows)
      for (const auto& category : one.figures) out += one.definition.id() + ": " + category.ShortDebugString() + "\n";
    return out;
  }

  std::unique_ptr<read_model> reads_;
  std::unique_ptr<projection> projector_;
};
HOLDFAST_EVERY_BACKEND(ReadModelContract);

history three_bookings() {
  history h;
  h.tenant("camp");
  h.event("camp", make_event("e", "Event", {"e.a"}));
  h.block("camp", make_block("e.a", "tent", 10));
  h.hold("camp", "e.a.00000001", {{"s1", 1}});
  h.hold("camp", "e.a.00000002", {{"s2", 1}, {"s3", 1}});
  h.confirm("camp", "e.a.00000001", "Ann@Example.org", "AAAA1111");
  h.hold("camp", "e.a.00000003", {{"s4", 1}});
  h.confirm("camp", "e.a.00000003", "ann@example.org", "CCCC3333");
  h.confirm_email("camp", "e.a.00000003", false);
  h.tenant("other");
  h.hold("other", "e.a.00000009", {{"s1", 1}});
  return h;
}

TEST_P(ReadModelContract, IsEmptyAtFirst) {
  EXPECT_THAT(bookings({}), IsEmpty());
  EXPECT_THAT(events({}), IsEmpty());
  EXPECT_THAT(must(reads_->tenants()), IsEmpty());
  EXPECT_EQ(must(reads_->reached()).value, 0);
  EXPECT_EQ(must(projector_->advance(10)), 0U);
}

TEST_P(ReadModelContract, ListsBookingsNewestFirst) {
  record(three_bookings());
  EXPECT_THAT(bookings({}), ElementsAre("00000003", "00000002", "00000001"));
  EXPECT_THAT(must(reads_->tenants()), ElementsAre("camp", "other"));
  const auto listed = must(reads_->bookings({"camp"}, {}));
  EXPECT_EQ(listed.total, 3U);
  EXPECT_EQ(listed.rows[0].event_id, "e");
  EXPECT_EQ(listed.rows[0].tenant, "camp");
  EXPECT_EQ(listed.rows[0].booking.access_nonce(), "nonce of e.a.00000003");
  EXPECT_EQ(listed.rows[0].booking.status(), v1::BOOKING_CONFIRMED);
  EXPECT_EQ(listed.rows[1].booking.quantity(), 2U);
}

TEST_P(ReadModelContract, FiltersBookings) {
  record(three_bookings());
  EXPECT_THAT(bookings({.event_id = "e"}), ElementsAre("00000003", "00000002", "00000001"));
  EXPECT_THAT(bookings({.event_id = "f"}), IsEmpty());
  EXPECT_THAT(bookings({.email = " ANN@example.ORG"}), ElementsAre("00000003", "00000001"));
  EXPECT_THAT(bookings({.confirmation_code = "AAAA1111"}), ElementsAre("00000001"));
  EXPECT_THAT(bookings({.status = v1::BOOKING_HELD}), ElementsAre("00000002"));
  EXPECT_THAT(bookings({.email = "ann@example.org", .status = v1::BOOKING_HELD}), IsEmpty());
  EXPECT_THAT(bookings({.confirmation_code = std::string("AAAA1111\0x", 10)}).size(), testing::Le(1U));
  EXPECT_THAT(bookings({.confirmation_code = "' or '1' = '1"}), IsEmpty());
}

TEST_P(ReadModelContract, AUserOwnsBookingsOnlyOnceTheAddressIsConfirmed) {
  record(three_bookings());
  EXPECT_THAT(bookings({.user_id = user_id_for("camp", "ANN@example.org")}), ElementsAre("00000003"));
}

TEST_P(ReadModelContract, CutsPages) {
  history h;
  h.block("camp", make_block("e.a", "tent", 30));
  for (int i = 1; i <= 25; ++i) h.hold("camp", "e.a." + std::to_string(10'000'000 + i), {{"s" + std::to_string(i), 1}});
  record(h);
  const auto second = must(reads_->bookings({"camp"}, {.number = 2, .limit = 10}));
  EXPECT_EQ(second.total, 25U);
  ASSERT_EQ(second.rows.size(), 10U);
  EXPECT_EQ(second.rows[0].booking.booking_id(), "e.a.10000015");
  EXPECT_EQ(bookings({}, {.number = 3, .limit = 10}).size(), 5U);
  EXPECT_THAT(bookings({}, {.number = 4, .limit = 10}), IsEmpty());
  EXPECT_EQ(bookings({}, {.number = 0, .limit = 0}).size(), 1U);
  EXPECT_EQ(bookings({}, {.number = 1, .limit = 4'000'000'000}).size(), 25U);
}

history few_events() {
  history h;
  auto one = make_event("aero", "Ærø Søbad", {"aero.a"});
  one.set_region("Sjælland");
  one.add_facilities("Toilets - Non-flush");
  one.add_activities("Walking and tramping");
  one.mutable_frame()->set_begin_ms(2000);
  one.mutable_frame()->set_end_ms(3000);
  one.mutable_location()->set_latitude(54.89);
  one.mutable_location()->set_longitude(10.41);
  h.event("camp", one);
  h.block("camp", make_block("aero.a", "tent", 4));
  auto two = make_event("whangarei", "Whangārei Heads", {"whangarei.a", "whangarei.b"});
  two.set_region("Northland");
  two.add_facilities("Toilets - Flush");
  two.mutable_frame()->set_begin_ms(1000);
  two.mutable_frame()->set_end_ms(0);
  two.mutable_location()->set_latitude(-35.8);
  two.mutable_location()->set_longitude(179.9);
  h.event("camp", two);
  h.block("camp", make_block("whangarei.a", "tent", 2));
  h.block("camp", make_block("whangarei.b", "cabin", 3));
  auto hidden = make_event("hidden", "Not yet", {});
  hidden.set_published(false);
  hidden.set_show_id("hamlet");
  h.event("camp", hidden);
  return h;
}

TEST_P(ReadModelContract, ListsEventsSoonestFirst) {
  record(few_events());
  EXPECT_THAT(events({}), ElementsAre("whangarei", "aero"));
  EXPECT_THAT(events({.published_only = false}), ElementsAre("whangarei", "aero", "hidden"));
  EXPECT_THAT(events({.show_id = "hamlet", .published_only = false}), ElementsAre("hidden"));
  EXPECT_THAT(events({.ends_after = 3000}), ElementsAre("whangarei"));
  EXPECT_THAT(events({.ends_after = 2999}), ElementsAre("whangarei", "aero"));
  EXPECT_THAT(events({.begins_before = 2000}), ElementsAre("whangarei"));
  EXPECT_THAT(events({.begins_before = 2001}), ElementsAre("whangarei", "aero"));
}

TEST_P(ReadModelContract, FindsEveryWordWhateverItsAccents) {
  record(few_events());
  EXPECT_THAT(events({.text = "sobad aero"}), ElementsAre("aero"));
  EXPECT_THAT(events({.text = "SØBAD"}), ElementsAre("aero"));
  EXPECT_THAT(events({.text = "whangarei heads northland"}), ElementsAre("whangarei"));
  EXPECT_THAT(events({.text = "aero heads"}), IsEmpty());
  EXPECT_THAT(events({.text = "toilets"}), ElementsAre("whangarei", "aero"));
  EXPECT_THAT(events({.text = "100%_ \\ '"}), IsEmpty());
  EXPECT_THAT(events({.text = "  "}), ElementsAre("whangarei", "aero"));
}

TEST_P(ReadModelContract, FiltersByFacilityActivityAndRegion) {
  record(few_events());
  EXPECT_THAT(events({.facility = "toilets - non-flush"}), ElementsAre("aero"));
  EXPECT_THAT(events({.facility = "toilets"}), IsEmpty());
  EXPECT_THAT(events({.activity = "Walking and tramping"}), ElementsAre("aero"));
  EXPECT_THAT(events({.region = "sjaelland"}), ElementsAre("aero"));
}

TEST_P(ReadModelContract, FindsWhatIsNearAlsoAcrossTheDateLine) {
  record(few_events());
  v1::GeoPoint copenhagen;
  copenhagen.set_latitude(55.676);
  copenhagen.set_longitude(12.568);
  EXPECT_THAT(events({.near = copenhagen, .radius_km = 100}), IsEmpty());
  EXPECT_THAT(events({.near = copenhagen, .radius_km = 200}), ElementsAre("aero"));
  v1::GeoPoint east_of_the_line;
  east_of_the_line.set_latitude(-35.8);
  east_of_the_line.set_longitude(-179.9);
  EXPECT_THAT(events({.near = east_of_the_line, .radius_km = 50}), ElementsAre("whangarei"));
  EXPECT_THAT(events({.near = east_of_the_line, .radius_km = 10}), IsEmpty());
  EXPECT_THAT(events({.near = east_of_the_line, .radius_km = 30'000}), ElementsAre("whangarei", "aero"));
}

TEST_P(ReadModelContract, CountsCapacityPerCategory) {
  auto h = few_events();
  h.hold("camp", "whangarei.a.00000001", {{"s1", 1}});
  h.hold("camp", "whangarei.b.00000002", {{"s1", 1}, {"s2", 1}});
  h.confirm("camp", "whangarei.b.00000002", "a@example.org", "X");
  record(h);
  const auto rows = must(reads_->events({"camp"}, {})).rows;
  const auto& figures = rows.at(0).figures;
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].category(), "cabin");
  EXPECT_EQ(figures[0].capacity(), 3U);
  EXPECT_EQ(figures[0].taken(), 2U);
  EXPECT_EQ(figures[0].free(), 1U);
  EXPECT_EQ(figures[1].category(), "tent");
  EXPECT_EQ(figures[1].held(), 1U);
  EXPECT_EQ(figures[1].free(), 1U);
  EXPECT_THAT(events({.category = "cabin"}), ElementsAre("whangarei"));
  EXPECT_THAT(events({.free_at_least = 3}), ElementsAre("aero"));
  EXPECT_THAT(events({.free_at_least = 2}), ElementsAre("whangarei", "aero"));
  EXPECT_THAT(events({.category = "cabin", .free_at_least = 2}), IsEmpty());
}

TEST_P(ReadModelContract, WhatIsGivenUpIsFreeAgain) {
  auto h = few_events();
  h.hold("camp", "aero.a.00000001", {{"s1", 1}});
  h.hold("camp", "aero.a.00000002", {{"s2", 1}});
  h.hold("camp", "aero.a.00000003", {{"s3", 1}});
  h.confirm("camp", "aero.a.00000001", "a@example.org", "X");
  h.cancel("camp", "aero.a.00000001");
  h.expire("camp", "aero.a.00000002");
  h.release("camp", "aero.a.00000003");
  record(h);
  EXPECT_EQ(must(reads_->events({"camp"}, {})).rows.at(1).figures.at(0).free(), 4U);
}

TEST_P(ReadModelContract, TheProjectionGoesOnWhereItStopped) {
  const auto rows = three_bookings().rows();
  append(rows);
  EXPECT_EQ(must(projector_->advance(4)), 4U);
  const auto half = must(projector_->reached());
  EXPECT_GT(half.value, 0);
  EXPECT_EQ(must(reads_->reached()), half);
  projector_.reset();
  reads_.reset();
  reopen();
  reads_ = must(storage_->reads());
  projector_ = must(storage_->projector());
  EXPECT_EQ(must(projector_->reached()), half);
  EXPECT_EQ(must(projector_->advance(1000)), rows.size() - 4);
  EXPECT_EQ(must(projector_->reached()), must(journal_->head()));
  EXPECT_THAT(bookings({}), ElementsAre("00000003", "00000002", "00000001"));
}

TEST_P(ReadModelContract, RebuildingStartsFromTheFirstRow) {
  record(three_bookings());
  must(projector_->rebuild());
  EXPECT_EQ(must(reads_->reached()).value, 0);
  EXPECT_THAT(bookings({}), IsEmpty());
  EXPECT_THAT(must(reads_->tenants()), IsEmpty());
  project(2);
  EXPECT_THAT(bookings({}), ElementsAre("00000003", "00000002", "00000001"));
}

TEST_P(ReadModelContract, ARowThatDoesNotDecodeStopsTheProjectionBeforeIt) {
  append(three_bookings().rows());
  append({row("block/camp/e.z", 1, "\xff\xff\xff")});
  const auto stuck = projector_->advance(1000);
  ASSERT_FALSE(stuck);
  EXPECT_EQ(stuck.error().code, failure_code::corrupt);
  EXPECT_EQ(must(projector_->reached()).value, 0);
}

TEST_P(ReadModelContract, TwoProjectionsTakeTurns) {
  std::mt19937 random(11);
  append(random_history(random, 300).rows());
  std::size_t total = 0;
  std::size_t theirs = 0;
  {
    const std::jthread other([&] {
      const auto second = must(storage_->projector());
      for (std::size_t n = 1; n > 0; theirs += n) n = must(second->advance(7));
    });
    for (std::size_t n = 1; n > 0; total += n) n = must(projector_->advance(7));
  }
  project();
  EXPECT_EQ(must(projector_->reached()), must(journal_->head()));
  const auto once = must(reads_->bookings({"camp"}, {.number = 1, .limit = 100}));
  must(projector_->rebuild());
  project();
  const auto again = must(reads_->bookings({"camp"}, {.number = 1, .limit = 100}));
  ASSERT_EQ(once.total, again.total);
  for (std::size_t i = 0; i < once.rows.size(); ++i)
    EXPECT_EQ(once.rows[i].booking.SerializeAsString(), again.rows[i].booking.SerializeAsString());
}

// What one of them remembers of the blocks is old once the other had a turn.
TEST_P(ReadModelContract, ProjectionsThatAlternateCountAsOneDoes) {
  std::mt19937 random(12);
  append(random_history(random, 300).rows());
  const auto second = must(storage_->projector());
  while (must(projector_->advance(7)) + must(second->advance(7)) > 0) {
  }
  const auto counted = figures();
  must(projector_->rebuild());
  project();
  EXPECT_EQ(counted, figures());
  EXPECT_THAT(counted, testing::HasSubstr("taken"));
}

}  // namespace
}  // namespace holdfast::persistence::test
