#include "tests/link/raw_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "holdfast/v1/link.pb.h"

namespace holdfast::actors::link::test {

raw_peer::raw_peer(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), context_(nullptr, &SSL_CTX_free), ssl_(nullptr, &SSL_free) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without asking
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) throw std::runtime_error("cannot connect");
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval limit{5, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

raw_peer::~raw_peer() { ::close(socket_); }

void raw_peer::send(std::string_view plain) const { (void)::send(socket_, plain.data(), plain.size(), MSG_NOSIGNAL); }

bool raw_peer::closed_within(std::chrono::milliseconds time) const {
  const auto until = std::chrono::steady_clock::now() + time;
  char chunk[4096];
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd what{socket_, POLLIN, 0};
    if (left <= 0 || ::poll(&what, 1, static_cast<int>(left)) <= 0) return false;
    if (::recv(socket_, chunk, sizeof chunk, MSG_DONTWAIT) <= 0) return true;
  }
}

bool raw_peer::shake_hands(const credential_files& files, int max_version) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (max_version != 0) SSL_CTX_set_max_proto_version(context_.get(), max_version);
  if (!files.certificate.empty() && (SSL_CTX_use_certificate_chain_file(context_.get(), files.certificate.c_str()) != 1 ||
                                     SSL_CTX_use_PrivateKey_file(context_.get(), files.private_key.c_str(), SSL_FILETYPE_PEM) != 1))
    throw std::runtime_error("the test's own certificate cannot be read");
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), socket_);
  ERR_clear_error();
  return SSL_connect(ssl_.get()) == 1;
}

std::string raw_peer::shown_expiry() const {
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), &BIO_free);
  ASN1_TIME_print(out.get(), X509_get0_notAfter(SSL_get0_peer_certificate(ssl_.get())));
  char text[64];
  const int size = BIO_read(out.get(), text, sizeof text);
  return {text, static_cast<std::size_t>(size)};
}

void raw_peer::send_inside(std::string_view bytes) const {
  ERR_clear_error();
  (void)SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
}

std::string raw_peer::read_inside(std::size_t size) const {
  std::string out(size, '\0');
  std::size_t got = 0;
  ERR_clear_error();
  while (got < size) {
    const int n = SSL_read(ssl_.get(), out.data() + got, static_cast<int>(size - got));
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  out.resize(got);
  return out;
}

std::string raw_peer::greet(const std::string& from, const std::string& to, const std::string& cluster, std::uint32_t protocol) const {
  v1::LinkGreeting greeting;
  greeting.set_protocol(protocol);
  greeting.set_cluster(cluster);
  greeting.set_from(from);
  greeting.set_to(to);
  const auto body = greeting.SerializeAsString();
  send_inside(std::string{static_cast<char>(body.size() >> 8U), static_cast<char>(body.size() & 0xFFU)} + body);
  const auto prefix = read_inside(2);
  if (prefix.size() < 2) return "closed";
  v1::LinkWelcome welcome;
  const auto answer =
      read_inside((static_cast<std::size_t>(static_cast<unsigned char>(prefix[0])) << 8U) | static_cast<unsigned char>(prefix[1]));
  return welcome.ParseFromString(answer) ? welcome.refusal() : "closed";
}

}  // namespace holdfast::actors::link::test
