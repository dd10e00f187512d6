// Whatever happened, every store answers every question alike.
#include <google/protobuf/util/message_differencer.h>

#include "tests/persistence/backends.hpp"
#include "tests/persistence/history.hpp"

namespace holdfast::persistence::test {
namespace {

using google::protobuf::util::MessageDifferencer;

struct side {
  std::unique_ptr<place> where;
  std::unique_ptr<read_model> reads;
};

// Projected in pieces of another size each, because that must not matter either.
side projected(backend which, const std::vector<append_request>& rows, std::size_t piece) {
  side out{make_place(which), {}};
  const auto storage = out.where->open();
  must(storage->migrate());
  must(must(storage->leases())->take_all("node"));
  for (const auto status : must(storage->journal())->append(rows)) EXPECT_EQ(status, append_status::durable);
  const auto projector = must(storage->projector());
  while (must(projector->advance(piece)) > 0) {
  }
  out.reads = must(storage->reads());
  return out;
}

template <class T>
std::optional<T> maybe(std::mt19937& random, std::vector<T> choices, unsigned one_in = 3) {
  if (random() % one_in != 0) return std::nullopt;
  return choices[random() % choices.size()];
}

page some_page(std::mt19937& random) {
  return {static_cast<std::uint32_t>(1 + random() % 3), static_cast<std::uint32_t>(1 + random() % 40)};
}

booking_filter some_booking_filter(std::mt19937& random) {
  booking_filter out;
  out.tenant = *maybe<std::string>(random, {"camp", "theatre"}, 1);
  out.event_id = maybe<std::string>(random, {"event-0", "event-3"});
  out.email = maybe<std::string>(random, {"ANN@example.org", "bo@example.org", "ÅSE@example.dk"});
  out.user_id = maybe<std::string>(random, {user_id_for(out.tenant, "ann@example.org"), ""}, 5);
  out.confirmation_code = maybe<std::string>(random, {"CODE7", "CODE12"}, 8);
  out.status =
      maybe<v1::BookingStatus>(random, {v1::BOOKING_HELD, v1::BOOKING_CONFIRMED, v1::BOOKING_CANCELLED, v1::BOOKING_PENDING_EMAIL});
  return out;
}

event_filter some_event_filter(std::mt19937& random) {
  event_filter out;
  out.tenant = *maybe<std::string>(random, {"camp", "theatre"}, 1);
  out.text = maybe<std::string>(random, {"sondre", "aero HAVN", "bla", "walking", "région", "2 toilets"}).value_or("");
  out.category = maybe<std::string>(random, {"tent", "cabin", "seat", "tower"}, 4);
  out.facility = maybe<std::string>(random, {"toilets", "Brændeovn"}, 5);
  out.activity = maybe<std::string>(random, {"walking"}, 5);
  out.region = maybe<std::string>(random, {"northland", "Sjælland"}, 5);
  out.show_id = maybe<std::string>(random, {"hamlet", ""}, 5);
  out.ends_after = maybe<unix_ms>(random, {1'900'000'000'000, 1'900'100'000'000}, 4);
  out.begins_before = maybe<unix_ms>(random, {1'900'000'000'000, 1'900'100'000'000}, 6);
  out.free_at_least = maybe<std::uint32_t>(random, {0, 1, 30, 60}, 4);
  if (random() % 4 == 0) {
    out.near.emplace();
    out.near->set_latitude(static_cast<double>(random() % 80) - 40);
    out.near->set_longitude(static_cast<double>(random() % 360) - 180);
    out.radius_km = static_cast<double>(random() % 12'000);
  }
  out.published_only = random() % 2 == 0;
  return out;
}

void expect_same(const page_of<booking_row>& a, const page_of<booking_row>& b) {
  EXPECT_EQ(a.total, b.total);
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    EXPECT_EQ(a.rows[i].tenant, b.rows[i].tenant);
    EXPECT_EQ(a.rows[i].event_id, b.rows[i].event_id);
    EXPECT_EQ(a.rows[i].user_id, b.rows[i].user_id);
    EXPECT_TRUE(MessageDifferencer::Equals(a.rows[i].booking, b.rows[i].booking)) << a.rows[i].booking.booking_id();
  }
}

void expect_same(const page_of<event_row>& a, const page_of<event_row>& b) {
  EXPECT_EQ(a.total, b.total);
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    EXPECT_EQ(a.rows[i].open, b.rows[i].open);
    EXPECT_TRUE(MessageDifferencer::Equals(a.rows[i].definition, b.rows[i].definition)) << a.rows[i].definition.id();
    ASSERT_EQ(a.rows[i].figures.size(), b.rows[i].figures.size());
    for (std::size_t j = 0; j < a.rows[i].figures.size(); ++j)
      EXPECT_TRUE(MessageDifferencer::Equals(a.rows[i].figures[j], b.rows[i].figures[j])) << a.rows[i].definition.id();
  }
}

class ReadModelEquality : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ReadModelEquality, testing::Values(1U, 2U, 3U));

TEST_P(ReadModelEquality, HoldsOverARandomHistoryAndRandomQuestions) {
  std::mt19937 random(GetParam());
  const auto rows = random_history(random, 800).rows();
  const auto memory = projected(backend::memory, rows, 1000);
  const std::vector<side> others = [&] {
    std::vector<side> out;
    out.push_back(projected(backend::sqlite, rows, 37));
    out.push_back(projected(backend::postgresql, rows, 211));
    return out;
  }();
  std::uint64_t bookings_found = 0;
  std::uint64_t events_found = 0;
  for (int question = 0; question < 150; ++question) {
    const auto bookings = some_booking_filter(random);
    const auto events = some_event_filter(random);
    const auto wanted = some_page(random);
    const auto bookings_expected = must(memory.reads->bookings(bookings, wanted));
    const auto events_expected = must(memory.reads->events(events, wanted));
    bookings_found += bookings_expected.total;
    events_found += events_expected.total;
    for (const auto& other : others) {
      expect_same(bookings_expected, must(other.reads->bookings(bookings, wanted)));
      expect_same(events_expected, must(other.reads->events(events, wanted)));
    }
    if (HasFailure()) return;
  }
  // The questions were not all about nothing.
  EXPECT_GT(bookings_found, 1000U);
  EXPECT_GT(events_found, 100U);
}

}  // namespace
}  // namespace holdfast::persistence::test
