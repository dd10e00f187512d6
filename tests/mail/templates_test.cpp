#include "gateway/mail/templates.hpp"

#include <gtest/gtest.h>

#include "gateway/text/catalogue.hpp"
#include "gateway/text/embedded.hpp"
#include "tests/mail/samples.hpp"

namespace holdfast::mail {

std::span<const text::embedded_file> template_files();

namespace {

TEST(Templates, EveryShippedOneNamesOnlyWhatThereIs) {
  std::size_t seen = 0;
  for (const auto& file : template_files()) {
    if (file.name == "layout.html") continue;
    ++seen;
    const auto html = file.name.ends_with(".html");
    const auto problems = text::check(file.content, sample_values(), html ? text::escaping::html : text::escaping::none);
    EXPECT_TRUE(problems.empty()) << file.name << ": " << (problems.empty() ? "" : problems.front());
  }
  EXPECT_EQ(seen, template_names().size() * text::languages().size() * 3);
}

TEST(Templates, EveryMailExistsInEveryLanguage) {
  for (const auto name : template_names())
    for (const auto language : text::languages()) {
      const auto made = render_mail(test::theatre(), name, language, sample_values());
      ASSERT_TRUE(made) << name << ' ' << language;
      EXPECT_TRUE(made->problems.empty());
      for (const auto& text : {made->subject, made->text, made->html}) {
        EXPECT_FALSE(text.empty()) << name << ' ' << language;
        EXPECT_EQ(text.find("{{"), std::string::npos) << name << ' ' << language;
      }
      EXPECT_NE(made->html.find("</html>"), std::string::npos);
      EXPECT_NE(made->text.find("The Tempest"), std::string::npos);
      EXPECT_EQ(made->html.find("<script"), std::string::npos);
    }
}

TEST(Templates, AnUnknownMailIsRefused) { EXPECT_FALSE(render_mail(test::theatre(), "newsletter", "en", sample_values())); }

TEST(Templates, ATenantsOwnWordsAreUsed) {
  auto tenant = test::theatre();
  (*tenant.mutable_mail_templates())["ticket.en.subject"] = "Yours: {{event_title}}";
  (*tenant.mutable_mail_templates())["ticket.en.html"] = "<h1>{{event_title}} & co</h1>";
  (*tenant.mutable_mail_templates())["layout.en.html"] = "<html><body class=\"ours\">{{{body}}}</body></html>";
  const auto made = render_mail(tenant, "ticket", "en", sample_values());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->subject, "Yours: The Tempest");
  EXPECT_EQ(made->html, "<html><body class=\"ours\"><h1>The Tempest & co</h1></body></html>");
  EXPECT_TRUE(made->problems.empty());
  EXPECT_EQ(render_mail(tenant, "ticket", "da", sample_values())->subject, "Din billet: The Tempest\n") << "other languages stay ours";
}

TEST(Templates, ABrokenOverrideGivesWayToOurs) {
  auto tenant = test::theatre();
  (*tenant.mutable_mail_templates())["ticket.en.subject"] = "{{#event_title}}";
  (*tenant.mutable_mail_templates())["ticket.en.html"] = "{{{event_title}}}";
  (*tenant.mutable_mail_templates())["layout.en.html"] = "<p>no body</p>";
  const auto made = render_mail(tenant, "ticket", "en", sample_values());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->problems.size(), 3U);
  EXPECT_EQ(made->subject, "Your ticket: The Tempest\n");
  EXPECT_NE(made->html.find("Show the QR code when you arrive"), std::string::npos);
}

TEST(Templates, ALayoutCannotUnescapeAnythingElse) {
  auto tenant = test::theatre();
  (*tenant.mutable_mail_templates())["layout.en.html"] = "<p>{{{greeting_name}}}</p>{{{body}}}";
  auto with = sample_values();
  with.set("greeting_name", "<b>");
  const auto made = render_mail(tenant, "ticket", "en", with);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->problems.size(), 1U);
  EXPECT_EQ(made->html.find("<b>"), std::string::npos);
}

TEST(CheckOverride, TellsTheAuthorWhatIsWrong) {
  EXPECT_TRUE(check_override("ticket.da.subject", "Din billet til {{event_title}}").empty());
  EXPECT_TRUE(check_override("layout.da.html", "<main>{{{body}}}</main>").empty());
  EXPECT_FALSE(check_override("layout.da.html", "<main></main>").empty());
  EXPECT_FALSE(check_override("layout.da.text", "{{{body}}}").empty());
  EXPECT_FALSE(check_override("tickets.da.subject", "x").empty());
  EXPECT_FALSE(check_override("ticket.xx.subject", "x").empty());
  EXPECT_FALSE(check_override("ticket.da.pdf", "x").empty());
  EXPECT_FALSE(check_override("ticket", "x").empty());
  EXPECT_FALSE(check_override("ticket.da.html", "{{surname}}").empty());
}

}  // namespace
}  // namespace holdfast::mail
