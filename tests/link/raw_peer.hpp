#pragma once
// Somebody at the reachable port, played with plain POSIX sockets and OpenSSL's own client: it knows none of the link's code.
#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "actors/link/credentials.hpp"

namespace holdfast::actors::link::test {

class raw_peer {
public:
  explicit raw_peer(std::uint16_t port);
  ~raw_peer();
  raw_peer(const raw_peer&) = delete;
  raw_peer& operator=(const raw_peer&) = delete;

  void send(std::string_view plain) const;
  /// The other side ended the connection, in whatever way.
  bool closed_within(std::chrono::milliseconds) const;

  /// TLS with these files; empty names: without a certificate, trusting anybody. False when our own side sees it fail.
  bool shake_hands(const credential_files& files, int max_version = 0);
  /// The expiry time of the certificate that the other side showed, as OpenSSL prints it.
  std::string shown_expiry() const;
  void send_inside(std::string_view) const;
  /// What comes inside TLS until `size` bytes are there or the other side ends it.
  std::string read_inside(std::size_t size) const;
  /// Greets and hears the welcome; what was said against it, "closed" when nothing came, empty when welcome.
  std::string greet(const std::string& from, const std::string& to, const std::string& cluster = "holdfast",
                    std::uint32_t protocol = 1) const;

private:
  int socket_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

}  // namespace holdfast::actors::link::test
