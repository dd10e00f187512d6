#include "persistence/text/fold.hpp"

#include <gmock/gmock.h>

#include "persistence/read_model.hpp"

namespace holdfast::persistence {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

TEST(FoldText, TakesOffCaseAccentsAndPunctuation) {
  EXPECT_EQ(fold_text("Søndre Ærø, Ålborg"), "sondre aero alborg");
  EXPECT_EQ(fold_text("Whangārei – Te Ōtākou"), "whangarei te otakou");
  EXPECT_EQ(fold_text("Straße ÇA Łódź"), "strasse ca lodz");
  EXPECT_EQ(fold_text("Toilets - Non-flush"), "toilets non flush");
  EXPECT_EQ(fold_text("e\u0301te\u0301"), "ete");
  EXPECT_EQ(fold_text("ＦＵＬＬ width ２"), "full width 2");
}

TEST(FoldText, IsTheSameForBothWaysToWriteALetter) { EXPECT_EQ(fold_text("A\u030Alborg"), fold_text("\u00C5lborg")); }

TEST(FoldText, FoldingTwiceIsFoldingOnce) {
  for (const char* text : {"Søndre Ærø", "İstanbul", "ΑΘΉΝΑ", "ﬁnd", "日本 語", "№ 5"})
    EXPECT_EQ(fold_text(fold_text(text)), fold_text(text)) << text;
}

TEST(FoldText, SurvivesAnything) {
  EXPECT_EQ(fold_text(""), "");
  EXPECT_EQ(fold_text(" \t\n"), "");
  EXPECT_EQ(fold_text(std::string_view("a\xff\xfe"
                                       "b\0c",
                                       6)),
            "a b c");
  EXPECT_EQ(fold_text(std::string(100'000, '\'')), "");
}

TEST(FoldWords, AreBounded) {
  EXPECT_THAT(fold_words("  Blåbær-bakke 7 "), ElementsAre("blabaer", "bakke", "7"));
  EXPECT_THAT(fold_words(""), ElementsAre());
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "word ";
  EXPECT_EQ(fold_words(many).size(), search_words_max);
}

TEST(FoldEmail, KeepsAccentsAndDropsCase) {
  EXPECT_EQ(fold_email("  Åse.B@Example.ORG "), "åse.b@example.org");
  EXPECT_NE(fold_email("åse@example.org"), fold_email("ase@example.org"));
}

TEST(UserId, IsDerivedFromTenantAndAddress) {
  const auto id = user_id_for("camp", "Ann@Example.org");
  EXPECT_THAT(id, MatchesRegex("u_[0-9a-hjkmnp-tv-z]{26}"));
  EXPECT_EQ(id, user_id_for("camp", " ann@example.ORG"));
  EXPECT_NE(id, user_id_for("theatre", "ann@example.org"));
  EXPECT_NE(id, user_id_for("camp", "anna@example.org"));
  // Stored for ever in lists and links: a recorded value.
  EXPECT_EQ(user_id_for("camp", "ann@example.org"), "u_6841k3gvdw29d1sgdgenw2yxdh");
}

}  // namespace
}  // namespace holdfast::persistence
