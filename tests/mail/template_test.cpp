#include "gateway/text/template.hpp"

#include <gtest/gtest.h>

namespace holdfast::text {
namespace {

std::string rendered(std::string_view source, const values& with, escaping how = escaping::html) {
  const auto out = render(source, with, how);
  return out ? *out : "refused: " + out.error().detail;
}

TEST(Template, EscapesInHtmlAndNotInText) {
  const auto with = values().set("name", "<b>&\"'");
  EXPECT_EQ(rendered("{{name}}", with), "&lt;b&gt;&amp;&quot;&apos;");
  EXPECT_EQ(rendered("{{name}}", with, escaping::none), "<b>&\"'");
}

TEST(Template, AnEmptyTextClosesItsSection) {
  EXPECT_EQ(rendered("{{#a}}yes{{/a}}{{^a}}no{{/a}}", values().set("a", "")), "no");
  EXPECT_EQ(rendered("{{#a}}{{a}}{{/a}}", values().set("a", "x")), "x");
}

TEST(Template, RepeatsLists) {
  const auto with = values().set("rows", values::list{values().set("x", "1"), values().set("x", "2")});
  EXPECT_EQ(rendered("{{#rows}}<{{x}}>{{/rows}}", with), "<1><2>");
}

TEST(Template, ALineWithOnlyATagIsNoLine) {
  const std::string_view source = "a\n{{#x}}\nb\n{{/x}}\n\nc\n  {{^x}}  \nd\n  {{/x}}\n{{! a note }}\ne";
  EXPECT_EQ(rendered(source, values().set("x", true)), "a\nb\n\nc\ne");
  EXPECT_EQ(rendered(source, values().set("x", false)), "a\n\nc\nd\ne");
  EXPECT_EQ(rendered("{{#x}}\r\nb\r\n{{/x}}\r\n", values().set("x", true)), "b\r\n");
  EXPECT_EQ(rendered("{{#x}} b {{/x}}\n{{y}}\n", values().set("x", true).set("y", "")), " b \n\n") << "neither is alone";
}

TEST(Template, AValueIsNeverATemplate) {
  const auto with = values().set("name", "{{>name}}{{secret}}").set("secret", "s");
  EXPECT_EQ(rendered("{{name}}", with, escaping::none), "{{>name}}{{secret}}");
  EXPECT_TRUE(rendered("{{>name}}", with).starts_with("refused"));
}

TEST(Template, EscapingCannotBeSwitchedOff) {
  const auto with = values().set("name", "<script>");
  EXPECT_TRUE(rendered("{{{name}}}", with).starts_with("refused"));
  EXPECT_TRUE(rendered("{{& name}}", with).starts_with("refused"));
  EXPECT_TRUE(rendered("{{=<% %>=}}<%{name}%>", with).starts_with("refused"));
}

TEST(Template, CannotMultiplyItself) {
  values::list rows;
  for (int i = 0; i < 20; ++i) rows.push_back(values().set("x", "1"));
  const auto with = values().set("rows", rows);
  std::string nested;
  for (int i = 0; i < 12; ++i) nested += "{{#rows}}";
  nested += "{{x}}";
  for (int i = 0; i < 12; ++i) nested += "{{/rows}}";
  EXPECT_TRUE(rendered(nested, with).starts_with("refused")) << "20^12 rows";
}

TEST(Template, HasASize) {
  EXPECT_TRUE(rendered(std::string(template_bytes_max + 1, 'x'), {}).starts_with("refused"));
  std::string deep;
  for (std::size_t i = 0; i <= template_sections_max; ++i) deep += "{{#a}}";
  for (std::size_t i = 0; i <= template_sections_max; ++i) deep += "{{/a}}";
  EXPECT_TRUE(rendered(deep, values().set("a", true)).starts_with("refused"));
  EXPECT_TRUE(rendered("{{#rows}}{{big}}{{/rows}}", values().set("big", std::string(60'000, 'x')).set("rows", values::list(20, values())))
                  .starts_with("refused"));
}

TEST(Template, BrokenOnesAreRefused) {
  EXPECT_TRUE(rendered("{{#a}}", values().set("a", true)).starts_with("refused"));
  EXPECT_TRUE(rendered("{{a", values().set("a", true)).starts_with("refused"));
}

TEST(TemplateCheck, NamesWhatIsWrong) {
  const auto sample = values().set("name", "Ada").set("rows", values::list{values().set("x", "1")});
  EXPECT_TRUE(check("Hello {{name}}{{#rows}}{{x}}{{/rows}}{{! a note }}", sample, escaping::html).empty());
  const auto unknown = check("{{naem}}", sample, escaping::html);
  ASSERT_EQ(unknown.size(), 1U);
  EXPECT_NE(unknown[0].find("naem"), std::string::npos);
  EXPECT_EQ(check("{{{name}}}", sample, escaping::html).size(), 1U);
  EXPECT_EQ(check("{{#name}}", sample, escaping::html).size(), 1U);
  EXPECT_EQ(check("{{>name}}", sample, escaping::none).size(), 1U);
}

}  // namespace
}  // namespace holdfast::text
