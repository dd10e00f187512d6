#include "gateway/text/format.hpp"

#include <gtest/gtest.h>

#include "gateway/text/catalogue.hpp"

namespace holdfast::text {
namespace {

constexpr unix_ms evening = 1'814'635'800'000;  // 3 July 2027, 17:30 UTC

// ICU separates with different no-break spaces in different versions.
std::string plain(std::string text) {
  for (const std::string_view space : {"\u00A0", "\u202F", "\u2009"})
    for (auto at = text.find(space); at != std::string::npos; at = text.find(space)) text.replace(at, space.size(), " ");
  return text;
}

TEST(Money, IsWrittenAsTheLanguageDoes) {
  EXPECT_EQ(plain(money(123'456, "DKK", "da")), "1.234,56 kr.");
  EXPECT_EQ(plain(money(123'456, "DKK", "en")), "DKK 1,234.56");
  EXPECT_EQ(plain(money(-50, "EUR", "en")), "-€0.50");
}

TEST(Money, KnowsTheDigitsOfACurrency) {
  EXPECT_EQ(currency_digits("JPY"), 0);
  EXPECT_EQ(currency_digits("KWD"), 3);
  EXPECT_EQ(currency_digits("DKK"), 2);
  EXPECT_EQ(plain(money(1'200, "JPY", "en")), "JP¥1,200");
  EXPECT_EQ(plain(money(1'234, "KWD", "en")), "KWD 1.234");
}

TEST(Money, LosesNothingAtTheEndsOfItsRange) {
  EXPECT_EQ(plain(money(INT64_MAX, "JPY", "en")), "JP¥9,223,372,036,854,775,807");
  EXPECT_EQ(plain(money(INT64_MIN, "JPY", "en")), "-JP¥9,223,372,036,854,775,808");
}

TEST(Money, AnUnknownCurrencyStaysReadable) { EXPECT_EQ(money(100, "no currency", "en"), "1.00 no currency"); }

TEST(Moment, IsInTheTenantsZoneAndLanguage) {
  EXPECT_EQ(plain(moment(evening, "Europe/Copenhagen", "da")), "lørdag den 3. juli 2027 kl. 19.30");
  EXPECT_EQ(plain(moment(evening, "Europe/Copenhagen", "en")), "Saturday, 3 July 2027 at 19:30");
  EXPECT_EQ(plain(moment(evening, "Pacific/Auckland", "en")), "Sunday, 4 July 2027 at 05:30");
}

TEST(Interval, SaysTheDateOnceWithinADay) {
  const auto text = plain(interval(evening, evening + 9'000'000, "Europe/Copenhagen", "da"));
  EXPECT_NE(text.find("3. juli 2027"), std::string::npos) << text;
  EXPECT_EQ(text.find("juli"), text.rfind("juli")) << text;
  EXPECT_NE(text.find("19.30"), std::string::npos) << text;
  EXPECT_NE(text.find("22.00"), std::string::npos) << text;
}

TEST(Interval, SaysBothDaysOverSeveral) {
  const auto text = plain(interval(evening, evening + 4 * 86'400'000LL, "Europe/Copenhagen", "en"));
  EXPECT_NE(text.find("3 July"), std::string::npos) << text;
  EXPECT_NE(text.find("7 July 2027"), std::string::npos) << text;
}

TEST(Interval, WithoutAnEndIsAMoment) { EXPECT_EQ(interval(evening, 0, "UTC", "en"), moment(evening, "UTC", "en")); }

TEST(Zone, IsNamedForPeople) {
  EXPECT_EQ(zone_name("Europe/Copenhagen", "en"), "Denmark Time");
  EXPECT_TRUE(known_time_zone("Pacific/Auckland"));
  EXPECT_FALSE(known_time_zone("Mars/Olympus"));
}

TEST(Catalogue, EveryLanguageHasEveryKey) {
  const auto reference = keys(languages().front());
  ASSERT_GT(reference.size(), 10U);
  for (const auto language : languages()) EXPECT_EQ(keys(language), reference) << language;
}

TEST(Catalogue, EveryMessageIsAMessage) {
  for (const auto language : languages())
    for (const auto& key : keys(language)) {
      const auto text = say(language, key, {{"n", std::int64_t{2}}, {"event", std::string("E")}, {"code", std::string("C")}});
      EXPECT_FALSE(text.empty()) << key;
      EXPECT_EQ(text.find('{'), std::string::npos) << language << ' ' << key << ": " << text;
    }
}

TEST(Catalogue, CountsAsTheLanguageDoes) {
  EXPECT_EQ(say("da", "seats", {{"n", std::int64_t{1}}}), "1 plads");
  EXPECT_EQ(say("da", "seats", {{"n", std::int64_t{2}}}), "2 pladser");
  EXPECT_EQ(say("en", "seats", {{"n", std::int64_t{1}}}), "1 place");
}

TEST(Catalogue, ArgumentsAreNotPatterns) {
  EXPECT_EQ(say("en", "ticket.title", {{"event", std::string("{n} 'quoted'")}}), "Ticket: {n} 'quoted'");
}

TEST(Language, IsTheGuestsWhereTheTenantSpeaksIt) {
  const std::vector<std::string> both{"da", "en"}, danish{"da"}, polish{"pl"};
  EXPECT_EQ(choose_language("en", both), "en");
  EXPECT_EQ(choose_language("da-DK", both), "da");
  EXPECT_EQ(choose_language("en", danish), "da");
  EXPECT_EQ(choose_language("fr", both), "da");
  EXPECT_EQ(choose_language("da", {}), "da");
  EXPECT_EQ(choose_language("", polish), "en");
}

}  // namespace
}  // namespace holdfast::text
