#pragma once
// SMTP through libcurl: a few connections at a time, kept open between mails.
#include <cstdint>
#include <memory>
#include <string>

#include "gateway/mail/transport.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::mail {

enum class smtp_security : std::uint8_t {
  none,               // plain text
  starttls_optional,  // TLS where the server offers it; a certificate that does not hold is refused all the same
  starttls,           // TLS or nothing
  tls,                // TLS from the first byte (port 465)
};

/// Each has a thread.
inline constexpr std::size_t smtp_connections_max = 100;

struct smtp_settings {
  std::string host;
  std::uint16_t port = 587;
  smtp_security security = smtp_security::starttls;
  std::string user;  // empty: no log-in
  std::string password;
  std::string ca_file;  // PEM; empty: the system's authorities
  std::string helo;     // our name; empty: libcurl asks the system
  std::size_t connections_max = 4;
  unix_ms connect_timeout_ms = 10'000;
  unix_ms mail_timeout_ms = 60'000;
};

/// failure_code::invalid_argument for settings that cannot work or would send a password over an unencrypted network.
result<std::unique_ptr<transport>> smtp_transport(smtp_settings);

}  // namespace holdfast::mail
