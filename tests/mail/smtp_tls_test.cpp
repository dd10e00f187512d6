// STARTTLS, log-in, and the settings that are refused before anything is sent.
#include <gtest/gtest.h>

#include "tests/mail/delivery.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::mail {
namespace {

using namespace test;

class SmtpTls : public testing::Test {
protected:
  static void SetUpTestSuite() {
    folder_ = new temporary_folder;
    make_certificate(folder_->path(), "localhost");
    make_certificate(folder_->path(), "other.example");
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::vector<std::string> with_certificate(std::vector<std::string> more = {}, const std::string& host = "localhost") {
    more.insert(more.end(), {"--certificate", file(host + ".pem"), "--key", file(host + ".key")});
    return more;
  }
  static std::string file(const std::string& name) { return (folder_->path() / name).string(); }
  static smtp_settings secured(std::uint16_t port, smtp_security how = smtp_security::starttls) {
    auto out = plain_to(port);
    out.host = "localhost";
    out.security = how;
    out.ca_file = file("localhost.pem");
    return out;
  }
  static inline temporary_folder* folder_ = nullptr;
};

TEST_F(SmtpTls, StarttlsCarriesTheMail) {
  smtp_sink sink(with_certificate({"--require-tls"}));
  delivery over(secured(sink.port()));
  over.add(1, "guest@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  EXPECT_TRUE(sink.next().at("tls").as_bool());
}

TEST_F(SmtpTls, TlsFromTheFirstByteCarriesTheMail) {
  smtp_sink sink(with_certificate({"--implicit-tls"}));
  delivery over(secured(sink.port(), smtp_security::tls));
  over.add(1, "guest@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  EXPECT_FALSE(sink.next().is_null());
}

TEST_F(SmtpTls, WithoutStarttlsNothingIsSentWhereItIsRequired) {
  smtp_sink sink;
  delivery over(secured(sink.port()));
  over.add(1, "guest@example.org");
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.retried, 1U);
  EXPECT_GT(report.quiet_until, now_ms);
  EXPECT_FALSE(over.outbox.at(1).abandoned);
  EXPECT_TRUE(sink.silent_for(std::chrono::milliseconds(200)));
}

TEST_F(SmtpTls, OptionalTlsGoesWithoutWhereThereIsNone) {
  smtp_sink sink;
  delivery over(secured(sink.port(), smtp_security::starttls_optional));
  over.add(1, "guest@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  EXPECT_FALSE(sink.next().at("tls").as_bool());
}

TEST_F(SmtpTls, OptionalTlsIsUsedWhereItIsOffered) {
  smtp_sink sink(with_certificate());
  delivery over(secured(sink.port(), smtp_security::starttls_optional));
  over.add(1, "guest@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  EXPECT_TRUE(sink.next().at("tls").as_bool());
}

TEST_F(SmtpTls, ACertificateThatNobodyTrustsGetsNoMail) {
  smtp_sink sink(with_certificate());
  auto settings = secured(sink.port());
  settings.ca_file.clear();
  delivery over(settings);
  over.add(1, "guest@example.org");
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.sent, 0U);
  EXPECT_GT(report.quiet_until, now_ms);
  EXPECT_TRUE(sink.silent_for(std::chrono::milliseconds(200)));
}

TEST_F(SmtpTls, ACertificateOfAnotherHostGetsNoMail) {
  smtp_sink sink(with_certificate({}, "other.example"));
  auto settings = secured(sink.port());
  settings.ca_file = file("other.example.pem");
  delivery over(settings);
  over.add(1, "guest@example.org");
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.sent, 0U);
  EXPECT_EQ(report.retried, 1U);
  EXPECT_NE(over.outbox.at(1).error.find("certificate"), std::string::npos) << over.outbox.at(1).error;
  EXPECT_TRUE(sink.silent_for(std::chrono::milliseconds(200)));
}

TEST_F(SmtpTls, AServerThatDemandsTlsIsNotMistakenForABadRecipient) {
  smtp_sink sink(with_certificate({"--require-tls"}));
  delivery over(plain_to(sink.port()));
  over.add(1, "guest@example.org");
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.abandoned, 0U);
  EXPECT_EQ(report.retried, 1U);
  EXPECT_TRUE(over.outbox.at(1).error.starts_with("530")) << over.outbox.at(1).error;
}

TEST_F(SmtpTls, LogsIn) {
  smtp_sink sink(with_certificate({"--login", "holdfast:s3cret"}));
  auto settings = secured(sink.port());
  settings.user = "holdfast";
  settings.password = "s3cret";
  delivery over(settings);
  over.add(1, "guest@example.org");
  EXPECT_EQ(over.worker.run_once(now_ms).sent, 1U);
  EXPECT_TRUE(sink.next().at("login").as_bool());
}

TEST_F(SmtpTls, AWrongPasswordLosesNoMail) {
  smtp_sink sink(with_certificate({"--login", "holdfast:s3cret"}));
  auto settings = secured(sink.port());
  settings.user = "holdfast";
  settings.password = "wrong";
  delivery over(settings);
  over.add(1, "guest@example.org");
  const auto report = over.worker.run_once(now_ms);
  EXPECT_EQ(report.abandoned, 0U);
  EXPECT_EQ(report.retried, 1U);
  EXPECT_GT(report.quiet_until, now_ms);
  EXPECT_TRUE(over.outbox.at(1).error.starts_with("535")) << over.outbox.at(1).error;
  EXPECT_EQ(over.outbox.at(1).error.find("wrong"), std::string::npos);
}

TEST(SmtpSettings, ThatCannotWorkAreRefused) {
  const auto refused = [](auto change) {
    smtp_settings settings;
    settings.host = "mail.example.org";
    change(settings);
    return !smtp_transport(settings);
  };
  EXPECT_FALSE(refused([](smtp_settings&) {}));
  EXPECT_TRUE(refused([](smtp_settings& s) { s.host.clear(); }));
  EXPECT_TRUE(refused([](smtp_settings& s) { s.host = "a@b"; }));
  EXPECT_TRUE(refused([](smtp_settings& s) { s.port = 0; }));
  EXPECT_TRUE(refused([](smtp_settings& s) { s.helo = "a\r\nb"; }));
  EXPECT_TRUE(refused([](smtp_settings& s) { s.connections_max = 0; }));
  EXPECT_TRUE(refused([](smtp_settings& s) { s.mail_timeout_ms = 0; }));
  EXPECT_TRUE(refused([](smtp_settings& s) {
    s.user = "u";
    s.security = smtp_security::none;
  })) << "a password in clear over a network";
  EXPECT_FALSE(refused([](smtp_settings& s) {
    s.host = "127.0.0.1";
    s.user = "u";
    s.security = smtp_security::none;
  }));
}

}  // namespace
}  // namespace holdfast::mail
