#pragma once
// Everything between an outbox and an SMTP sink, for the delivery tests.
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <optional>

#include "gateway/mail/smtp_transport.hpp"
#include "gateway/mail/worker.hpp"
#include "tests/mail/oracles.hpp"
#include "tests/mail/outbox_twin.hpp"
#include "tests/mail/samples.hpp"

namespace holdfast::test {

/// Answers at once what the test wants.
class fixed_context final : public mail::mail_context_source {
public:
  std::optional<failure> fails;
  result<std::shared_ptr<const mail::mail_context>> find(const std::string&, const std::string&, unix_ms, unix_ms) override {
    if (fails) return *fails;
    return std::make_shared<const mail::mail_context>(context());
  }
};

inline mail::smtp_settings plain_to(std::uint16_t port) {
  mail::smtp_settings out;
  out.host = "127.0.0.1";
  out.port = port;
  out.security = mail::smtp_security::none;
  out.helo = "book.example";
  out.connect_timeout_ms = 5'000;
  out.mail_timeout_ms = 20'000;
  return out;
}

inline v1::MailRequest mail_to(const std::string& address) {
  auto booking = confirmed();
  booking.mutable_contact()->set_email(address);
  return request("ticket", std::move(booking));
}

class delivery {
public:
  explicit delivery(std::unique_ptr<mail::transport> way, mail::worker_limits limits = {})
      : way_(std::move(way)), worker(outbox, *way_, context, secret(), source, registry, site(), limits) {}
  explicit delivery(const mail::smtp_settings& settings, mail::worker_limits limits = {}) : delivery(made(settings), limits) {}

  void add(std::int64_t id, const std::string& address) { outbox.add(row(id, mail_to(address))); }
  std::string metrics() const { return prometheus::TextSerializer().Serialize(registry.Collect()); }

private:
  static std::unique_ptr<mail::transport> made(const mail::smtp_settings& settings) {
    auto out = mail::smtp_transport(settings);
    EXPECT_TRUE(out) << (out ? "" : out.error().detail);
    return out ? std::move(*out) : nullptr;
  }
  std::unique_ptr<mail::transport> way_;

public:
  outbox_twin outbox;
  fixed_context context;
  counting_entropy source;
  prometheus::Registry registry;
  mail::outbox_worker worker;
};

}  // namespace holdfast::test
