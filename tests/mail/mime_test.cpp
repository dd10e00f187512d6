#include "gateway/mail/mime.hpp"

#include <gtest/gtest.h>

#include "gateway/tickets/ticket.hpp"
#include "tests/mail/oracles.hpp"
#include "tests/mail/samples.hpp"

namespace holdfast::mail {
namespace {

letter plain_letter() {
  letter out;
  out.from = {"Havneteatret på Søen", "billet@harbour.example"};
  out.to = {"Søren Ærøskøbing", "soeren@guest.example"};
  out.subject = "Din billet: Stormen på Søen";
  out.text = "Hej Søren\n\n.en linje med punktum\nFrom the start of a line\n" + std::string(300, 'x') + "\n";
  out.html = "<!DOCTYPE html><html lang=\"da\"><body><p>Hej Søren</p></body></html>";
  out.language = "da";
  out.message_id = "abc.1.0@book.example";
  out.date = test::now_ms;
  return out;
}

std::string with_crlf(std::string text) {
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) text.insert(at, 1, '\r');
  return text;
}

TEST(Mime, IsUnderstoodByPython) {
  const auto bytes = to_mime(plain_letter());
  ASSERT_TRUE(bytes);
  const auto mail = test::python_mail(*bytes);
  EXPECT_TRUE(mail.at("defects").as_array().empty());
  EXPECT_EQ(mail.at("bare_newlines").as_int64(), 0);
  EXPECT_LE(mail.at("longest_line").as_int64(), 998);
  EXPECT_EQ(test::header(mail, "Subject"), "Din billet: Stormen på Søen");
  EXPECT_EQ(test::header(mail, "From"), "Havneteatret på Søen <billet@harbour.example>");
  EXPECT_EQ(test::header(mail, "To"), "Søren Ærøskøbing <soeren@guest.example>");
  EXPECT_EQ(test::header(mail, "Message-Id") + test::header(mail, "Message-ID"), "<abc.1.0@book.example>");
  EXPECT_EQ(test::header(mail, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(test::header(mail, "Content-Language"), "da");
  EXPECT_EQ(test::header(mail, "Date"), "Fri, 01 Jan 2027 10:40:00 +0000");
  EXPECT_EQ(test::part(mail, "text/plain").at("text").as_string(), with_crlf(plain_letter().text));
  EXPECT_EQ(test::part(mail, "text/html").at("text").as_string(), plain_letter().html);
}

TEST(Mime, HasTheShapeThatReadersExpect) {
  auto full = plain_letter();
  full.qr_png = tickets::qr_png("HF:X");
  full.calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
  full.calendar_method = "PUBLISH";
  const auto mail = test::python_mail(*to_mime(full));
  EXPECT_TRUE(mail.at("defects").as_array().empty());
  const boost::json::array shape{"multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
                                 "image/png",       "text/calendar"};
  EXPECT_EQ(mail.at("shape").as_array(), shape);
  const auto& image = test::part(mail, "image/png");
  EXPECT_EQ(image.at("cid").as_string(), "<" + std::string(qr_content_id) + ">");
  EXPECT_EQ(image.at("disposition").as_string(), "inline");
  EXPECT_EQ(test::part_bytes(image), full.qr_png);
  const auto& calendar = test::part(mail, "text/calendar");
  EXPECT_EQ(calendar.at("method").as_string(), "PUBLISH");
  EXPECT_EQ(test::part_bytes(calendar), full.calendar);
}

TEST(Mime, TheSameLetterGivesTheSameBytes) { EXPECT_EQ(*to_mime(plain_letter()), *to_mime(plain_letter())); }

TEST(Mime, NamesCannotAddHeaders) {
  auto hostile = plain_letter();
  hostile.to.name = "Eve\r\nBcc: everyone@example.com\r\n\r\nbody";
  hostile.from.name = "A\" <other@example.com>, \"B\nX-Evil: 1";
  hostile.subject = "Hello\r\nX-Evil: yes\nX-More: yes\r\n\r\nbody";
  const auto mail = test::python_mail(*to_mime(hostile));
  EXPECT_TRUE(mail.at("defects").as_array().empty());
  for (const auto& pair : mail.at("headers").as_array()) {
    const auto name = std::string(pair.at(0).as_string());
    EXPECT_TRUE(name != "Bcc" && !name.starts_with("X-Evil") && name != "X-More") << name;
  }
  EXPECT_NE(test::header(mail, "From").find("<billet@harbour.example>"), std::string::npos);
  const auto back = parse_mail(*to_mime(hostile));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->parts.size(), 2U);
  EXPECT_EQ(back->subject, "Hello  X-Evil: yes X-More: yes    body");
}

TEST(Mime, RefusesAddressesThatCouldBreakTheEnvelope) {
  for (const std::string address :
       {"",     "a",      "@b",   "a@",    "a@b@c", "a b@c",  "a@b c", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b>", "\"a\"@b", "a,b@c", "a@b;c",
        ".a@b", "a..b@c", "a.@b", "-oX@b", "a@-b",  "a@b..c", "a@.b",  "a@[127.0.0.1]",        "a@b/c"}) {
    EXPECT_FALSE(deliverable(address)) << address;
    auto bad = plain_letter();
    bad.to.email = address;
    EXPECT_FALSE(to_mime(bad)) << address;
  }
  for (const std::string address : {"a@b", "first.last+tag@sub.example.com", "søren@søen.example", "o'neil@example.ie", "a_b@x-y.dk"})
    EXPECT_TRUE(deliverable(address)) << address;
  EXPECT_FALSE(deliverable(std::string(65, 'a') + "@b.dk"));
  EXPECT_FALSE(deliverable("a@" + std::string(253, 'b')));
}

TEST(Mime, IsReadBack) {
  auto full = plain_letter();
  full.qr_png = tickets::qr_png("HF:X");
  const auto back = parse_mail(*to_mime(full));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->subject, full.subject);
  EXPECT_EQ(back->message_id, full.message_id);
  ASSERT_NE(back->find("text/plain"), nullptr);
  EXPECT_EQ(back->find("text/html")->content, full.html);
  EXPECT_EQ(back->find("image/png")->content, full.qr_png);
  EXPECT_EQ(back->find("image/png")->content_id, qr_content_id);
  EXPECT_EQ(back->find("application/pdf"), nullptr);
}

}  // namespace
}  // namespace holdfast::mail
