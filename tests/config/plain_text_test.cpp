#include "config/import/plain_text.hpp"

#include <gtest/gtest.h>

namespace holdfast::config {
namespace {

TEST(PlainText, TagsGoEvenWhenTheSourceCutThemOff) {
  EXPECT_EQ(strip_markup("No dogs. <a href=\"\"https://x.example/y"), "No dogs.");
  EXPECT_EQ(strip_markup("Contact <a href=\"#c\">DOC  office</a>\n first."), "Contact DOC office first.");
}

TEST(PlainText, EntitiesAreDecodedOnce) { EXPECT_EQ(strip_markup("Fish &amp; chips &amp;lt;b&gt;"), "Fish & chips &lt;b>"); }

TEST(PlainText, AListEntryMayContainAComma) {
  EXPECT_EQ(split_list("BBQ, Water from tap - not treated, boil before use, Toilets, BBQ", false),
            (std::vector<std::string>{"BBQ", "Water from tap - not treated, boil before use", "Toilets"}));
}

TEST(PlainText, TheLastEntryOfACutListIsDropped) {
  EXPECT_EQ(split_list("Toilets, W", true), (std::vector<std::string>{"Toilets"}));
  EXPECT_TRUE(split_list("", true).empty());
}

TEST(PlainText, WholeSentencesOnly) { EXPECT_EQ(whole_sentences("No dogs. See the"), "No dogs."); }

}  // namespace
}  // namespace holdfast::config
