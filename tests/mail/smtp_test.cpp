// The real client against a real server on loopback (sink.py): what each answer does to the outbox row.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>

#include "tests/mail/delivery.hpp"

namespace holdfast::mail {
namespace {

using namespace test;

// A port on which nobody listens: taken and closed again.
std::uint16_t closed_port() {
  const auto fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length), 0);
  close(fd);
  return ntohs(address.sin_port);
}

TEST(Smtp, AnAcceptedMailIsDeliveredOnce) {
  smtp_sink sink;
  delivery over(plain_to(sink.port()));
  over.add(1, "guest@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  EXPECT_TRUE(over.outbox.at(1).delivered);

  const auto got = sink.next();
  ASSERT_FALSE(got.is_null());
  EXPECT_EQ(got.at("from").as_string(), "billet@harbour.example");
  EXPECT_EQ(got.at("to").as_array().at(0).as_string(), "guest@example.org");
  const auto& mail = got.at("mail");
  EXPECT_TRUE(mail.at("defects").as_array().empty());
  EXPECT_EQ(mail.at("bare_newlines").as_int64(), 0);
  EXPECT_EQ(header(mail, "Subject"), "Din billet: Stormen på Søen");
  EXPECT_EQ(header(mail, "Auto-Submitted"), "auto-generated");
  EXPECT_NE(part(mail, "text/plain").at("text").as_string().find("Q4R7T2WX"), std::string::npos);
  EXPECT_NE(part(mail, "text/html").at("text").as_string().find("cid:"), std::string::npos);
  const auto said = read_qr(part_bytes(part(mail, "image/png")));
  EXPECT_EQ(said,
            gateway::ticket_text(confirmed().booking_id(), gateway::derive_token(secret(), v1::TOKEN_CHECK_IN, "harbour",
                                                                                 confirmed().booking_id(), confirmed().check_in_nonce())));
  EXPECT_EQ(python_calendar(part_bytes(part(mail, "text/calendar"))).at("start").as_string(), "2027-07-03T17:30:00+00:00");

  EXPECT_EQ(over.worker.run_once(now_ms + 86'400'000).sent, 0U);
  EXPECT_TRUE(sink.silent_for(std::chrono::milliseconds(200)));
}

TEST(Smtp, AFullMailboxIsTriedAgainLater) {
  smtp_sink sink;
  delivery over(plain_to(sink.port()));
  over.add(1, "busy@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).retried, 1U);
  EXPECT_TRUE(over.outbox.at(1).error.starts_with("452")) << over.outbox.at(1).error;
  const auto due = over.outbox.at(1).next_attempt;
  EXPECT_GE(due, now_ms + 22'500);
  EXPECT_LE(due, now_ms + 37'500);
  EXPECT_EQ(over.worker.run_once(due - 1).sent, 0U);
  EXPECT_EQ(over.worker.run_once(due).sent, 1U);
  EXPECT_FALSE(sink.next().is_null());
}

TEST(Smtp, AnUnknownRecipientIsGivenUpAtOnce) {
  smtp_sink sink;
  delivery over(plain_to(sink.port()));
  over.add(1, "refused@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).abandoned, 1U);
  EXPECT_TRUE(over.outbox.at(1).abandoned);
  EXPECT_TRUE(over.outbox.at(1).error.starts_with("550")) << over.outbox.at(1).error;
  EXPECT_NE(over.metrics().find("holdfast_mail_abandoned_total{reason=\"refused\"} 1"), std::string::npos);
}

TEST(Smtp, RefusedContentIsGivenUpAtOnce) {
  smtp_sink sink;
  delivery over(plain_to(sink.port()));
  over.add(1, "toolate@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).abandoned, 1U);
  EXPECT_TRUE(over.outbox.at(1).error.starts_with("554")) << over.outbox.at(1).error;
}

TEST(Smtp, ABadRecipientDoesNotHurtTheOthers) {
  smtp_sink sink;
  delivery over(plain_to(sink.port()));
  std::set<std::string> expected;
  for (int i = 1; i <= 12; ++i) {
    const auto address = (i % 4 == 0 ? std::string("refused") : "guest" + std::to_string(i)) + "@example.org";
    over.add(i, address);
    if (i % 4 != 0) expected.insert(address);
  }
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.sent, 9U);
  EXPECT_EQ(report.abandoned, 3U);
  std::set<std::string> arrived;
  for (int i = 0; i < 9; ++i) arrived.insert(std::string(sink.next().at("to").as_array().at(0).as_string()));
  EXPECT_EQ(arrived, expected);
}

TEST(Smtp, FewConnectionsCarryManyMails) {
  smtp_sink sink;
  auto settings = plain_to(sink.port());
  settings.connections_max = 3;
  delivery over(settings);
  for (int i = 1; i <= 60; ++i) over.add(i, "guest" + std::to_string(i) + "@example.org");
  std::size_t sent = 0;
  while (over.outbox.undone() > 0) sent += over.worker.run_once(now_ms).sent;
  EXPECT_EQ(sent, 60U);
  std::set<std::int64_t> peers;
  std::set<std::string> ids;
  for (int i = 0; i < 60; ++i) {
    const auto got = sink.next();
    ASSERT_FALSE(got.is_null());
    peers.insert(got.at("peer").as_int64());
    ids.insert(header(got.at("mail"), "Message-Id"));
  }
  EXPECT_LE(peers.size(), 3U);
  EXPECT_EQ(ids.size(), 60U);
}

TEST(Smtp, ALostAnswerSendsTheSameMailAgain) {
  smtp_sink sink;
  delivery over(plain_to(sink.port()));
  over.add(1, "lost@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).retried, 1U);
  EXPECT_FALSE(over.outbox.at(1).delivered);
  EXPECT_EQ(over.worker.run_once(over.outbox.at(1).next_attempt).sent, 1U);
  const auto first = sink.next(), second = sink.next();
  ASSERT_FALSE(second.is_null());
  EXPECT_FALSE(header(first.at("mail"), "Message-Id").empty());
  EXPECT_EQ(header(first.at("mail"), "Message-Id"), header(second.at("mail"), "Message-Id"));
}

TEST(Smtp, WithoutAServerEverythingWaits) {
  const auto port = closed_port();
  auto settings = plain_to(port);
  settings.connections_max = 1;
  delivery over(settings);
  for (int i = 1; i <= 5; ++i) over.add(i, "guest" + std::to_string(i) + "@example.org");
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.sent, 0U);
  EXPECT_EQ(report.retried, 1U) << "one attempt tells enough";
  EXPECT_EQ(report.untried, 4U);
  EXPECT_EQ(report.quiet_until, now_ms + 15'000);
  EXPECT_EQ(over.outbox.at(2).row.attempts, 0U);
  EXPECT_EQ(over.worker.run_once(now_ms + 14'999).retried, 0U) << "a pause is a pause";
  EXPECT_NE(over.metrics().find("holdfast_mail_server_usable 0"), std::string::npos);

  smtp_sink sink({"--port", std::to_string(port)});
  EXPECT_EQ(over.worker.run_once(now_ms + 60'000).sent, 5U);
  EXPECT_NE(over.metrics().find("holdfast_mail_server_usable 1"), std::string::npos);
}

TEST(Smtp, AHostileNameStaysInItsPlace) {
  smtp_sink sink;
  delivery over(plain_to(sink.port()));
  auto wanted = mail_to("guest@example.org");
  wanted.mutable_booking()->mutable_contact()->set_first_name("Eve\r\nBcc: all@example.org");
  wanted.mutable_booking()->mutable_contact()->set_last_name("\"\r\n.\r\nMAIL FROM:<x@y>\r\n");
  over.outbox.add(row(1, wanted));
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  const auto got = sink.next();
  EXPECT_EQ(got.at("to").as_array().size(), 1U);
  EXPECT_TRUE(header(got.at("mail"), "Bcc").empty());
  EXPECT_TRUE(got.at("mail").at("defects").as_array().empty());
  EXPECT_TRUE(sink.silent_for(std::chrono::milliseconds(200)));
}

}  // namespace
}  // namespace holdfast::mail
