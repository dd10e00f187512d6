#include "gateway/mail/dev_pages.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "gateway/mail/mime.hpp"
#include "gateway/tickets/ticket.hpp"
#include "tests/mail/oracles.hpp"
#include "tests/mail/samples.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::mail {
namespace {

class DevMail : public testing::Test {
protected:
  DevMail() {
    letter mail;
    mail.from = {"Havneteatret", "billet@harbour.example"};
    mail.to = {"Søren", "soeren@guest.example"};
    mail.subject = "Hello <script>alert(1)</script>";
    mail.text = "Confirm:\n\nhttps://book.example/t/harbour/confirm?token=x~y\n\njavascript:alert(1) <b>no</b>\n";
    mail.html = std::string("<html><body onload=\"alert(1)\"><img src=\"cid:") + qr_content_id + "\"></body></html>";
    mail.language = "en";
    mail.message_id = "abc.1.0@book.example";
    mail.date = test::now_ms;
    mail.qr_png = tickets::qr_png("HF:X");
    const auto bytes = to_mime(mail);
    files_transport way(folder_);
    const std::vector<outgoing> mails{{7, "billet@harbour.example", "soeren@guest.example", std::make_shared<const std::string>(*bytes)}};
    way.send(mails, [&](std::size_t index, const answer& got) {
      EXPECT_EQ(index, 0U);
      EXPECT_EQ(got.what, verdict::accepted) << got.detail;
    });
  }

  static std::string header(const gateway::response& from, std::string_view name) {
    for (const auto& [key, value] : from.headers)
      if (key == name) return value;
    return {};
  }
  static bool has(const gateway::response& from, std::string_view what) { return from.body && from.body->find(what) != std::string::npos; }

  test::temporary_folder scratch_;
  mail_folder folder_{scratch_.path() / "mail"};
};

TEST_F(DevMail, ListsTheMails) {
  const auto page = dev_mail_list(folder_);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "href=\"/dev/mail/000000000007\""));
  EXPECT_TRUE(has(page, "soeren@guest.example"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_NE(header(page, "Content-Security-Policy").find("default-src 'none'"), std::string::npos);
}

TEST_F(DevMail, ShowsTextAndLinks) {
  const auto page = dev_mail_show(folder_, "000000000007");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "<a href=\"https://book.example/t/harbour/confirm?token=x~y\""));
  EXPECT_FALSE(has(page, "href=\"javascript:"));
  EXPECT_FALSE(has(page, "<b>no"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_TRUE(has(page, "sandbox title="));
  EXPECT_TRUE(has(page, "image/png ticket.png"));
  EXPECT_FALSE(has(page, "style="));
}

TEST_F(DevMail, TheHtmlPartMayDoNothing) {
  const auto page = dev_mail_html(folder_, "000000000007");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "src=\"data:image/png;base64,"));
  const auto policy = header(page, "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("sandbox;"));
  EXPECT_EQ(policy.find("allow-"), std::string::npos);
  EXPECT_EQ(policy.find("script"), std::string::npos);
}

TEST_F(DevMail, ShowsTheSource) {
  const auto page = dev_mail_source(folder_, "000000000007");
  EXPECT_EQ(page.content_type, "text/plain; charset=utf-8");
  EXPECT_TRUE(has(page, "Message-I"));
  EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
}

TEST_F(DevMail, LeavesTheFolderToNobody) {
  std::ofstream(scratch_.path() / "secret.eml") << "Subject: secret\r\n\r\n";
  for (const std::string name : {"", "..", "../secret", "000000000008", "00000000000/", "%2e%2e%2fsecret", "0000000000077"}) {
    EXPECT_EQ(dev_mail_show(folder_, name).status, 404) << name;
    EXPECT_EQ(dev_mail_html(folder_, name).status, 404) << name;
    EXPECT_EQ(dev_mail_source(folder_, name).status, 404) << name;
  }
}

TEST_F(DevMail, IsReachedThroughTheRouter) {
  gateway::router routes;
  add_dev_mail(routes, folder_);
  const auto status = [&](const std::string& path) {
    auto request = std::make_shared<gateway::request>();
    request->method = "GET";
    request->path = path;
    auto found = routes.find(*request);
    auto got = 0;
    (*found.serve)(request, found.parameters, [&](const gateway::response& out) { got = out.status; });
    return got;
  };
  EXPECT_EQ(status("/dev/mail"), 200);
  EXPECT_EQ(status("/dev/mail/000000000007"), 200);
  EXPECT_EQ(status("/dev/mail/000000000007/html"), 200);
  EXPECT_EQ(status("/dev/mail/000000000007/source"), 200);
  EXPECT_EQ(status("/dev/mail.css"), 200);
  EXPECT_EQ(status("/dev/mail/000000000009"), 404);
}

TEST_F(DevMail, AnEmptyFolderIsSaidToBeEmpty) {
  const mail_folder empty(scratch_.path() / "none");
  EXPECT_TRUE(has(dev_mail_list(empty), "No mail yet"));
}

TEST_F(DevMail, TheFolderKeepsABoundedNumber) {
  const mail_folder small(scratch_.path() / "small", 3);
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(small.put("00000000000" + std::to_string(i), "Subject: x\r\n\r\n"));
  const std::vector<std::string> newest{"000000000007", "000000000006", "000000000005"};
  EXPECT_EQ(small.names(), newest);
  ASSERT_TRUE(small.put("000000000007", "Subject: again\r\n\r\n"));
  EXPECT_EQ(small.names(), newest) << "the same row replaces its file";
}

TEST_F(DevMail, AFolderThatCannotBeWrittenIsTriedAgain) {
  std::ofstream(scratch_.path() / "file") << "x";
  files_transport way(mail_folder(scratch_.path() / "file"));
  const std::vector<outgoing> mails{{1, "a@b", "c@d", std::make_shared<const std::string>("Subject: x\r\n\r\n")}};
  verdict got{};
  way.send(mails, [&](std::size_t, const answer& one) { got = one.what; });
  EXPECT_EQ(got, verdict::try_again);
}

}  // namespace
}  // namespace holdfast::mail
