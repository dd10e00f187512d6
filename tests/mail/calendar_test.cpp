#include "gateway/mail/calendar.hpp"

#include <gtest/gtest.h>

#include "tests/mail/oracles.hpp"
#include "tests/mail/samples.hpp"

namespace holdfast::mail {
namespace {

calendar_entry entry() {
  return {
      .uid = "tempest.floor.7k3m9q2xw4tz@book.example",
      .begin = test::show_begin_ms,
      .end = test::show_end_ms,
      .stamp = test::now_ms,
      .summary = "Stormen på Søen; anden, tredje \\ akt – og så en meget lang titel, som skal foldes over flere linjer, æøå æøå æøå æøå",
      .location = "Store Scene, Havnen",
      .description = "2 pladser\nQ4R7T2WX",
      .url = "https://book.example/t/harbour/bookings/tempest.floor.7k3m9q2xw4tz?access=abcdefghjkmnpqrstvwxyz0123",
      .cancelled = false};
}

TEST(Calendar, IsUnderstoodByPython) {
  const auto read = test::python_calendar(calendar_object(entry()));
  EXPECT_EQ(read.at("uid").as_string(), entry().uid);
  EXPECT_EQ(read.at("summary").as_string(), entry().summary);
  EXPECT_EQ(read.at("location").as_string(), entry().location);
  EXPECT_EQ(read.at("description").as_string(), entry().description);
  EXPECT_EQ(read.at("url").as_string(), entry().url);
  EXPECT_EQ(read.at("start").as_string(), "2027-07-03T17:30:00+00:00");
  EXPECT_EQ(read.at("end").as_string(), "2027-07-03T20:00:00+00:00");
  EXPECT_EQ(read.at("status").as_string(), "CONFIRMED");
  EXPECT_EQ(read.at("method").as_string(), "PUBLISH");
}

TEST(Calendar, ACancellationTakesTheEntryAway) {
  auto gone = entry();
  gone.cancelled = true;
  const auto read = test::python_calendar(calendar_object(gone));
  EXPECT_EQ(read.at("uid").as_string(), entry().uid);
  EXPECT_EQ(read.at("status").as_string(), "CANCELLED");
  EXPECT_EQ(read.at("method").as_string(), "CANCEL");
}

TEST(Calendar, LinesAreFoldedBetweenCharacters) {
  const auto text = calendar_object(entry());
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 75U);
    EXPECT_NE(static_cast<unsigned char>(text[at]) & 0xC0U, 0x80U) << "a line begins inside a character";
    if (text[at] == ' ') {
      EXPECT_NE(static_cast<unsigned char>(text[at + 1]) & 0xC0U, 0x80U);
    }
    at = end + 2;
  }
}

TEST(Calendar, TextCannotAddProperties) {
  auto hostile = entry();
  hostile.summary = "x\r\nATTACH:https://evil.example\r\nEND:VEVENT";
  const auto text = calendar_object(hostile);
  EXPECT_EQ(text.find("\r\nATTACH"), std::string::npos);
  EXPECT_EQ(test::python_calendar(text).at("status").as_string(), "CONFIRMED");
}

}  // namespace
}  // namespace holdfast::mail
