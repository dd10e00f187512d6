// The TLS side, judged by OpenSSL's own client.
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "tests/gateway/echo_service.hpp"
#include "tests/gateway/server_fixture.hpp"
#include "tests/gateway/ws_client.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::gateway::test {
namespace {

template <class T, auto Free>
struct freed {
  void operator()(T* p) const { Free(p); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY, EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed<X509, X509_free>>;
using context_ptr = std::unique_ptr<SSL_CTX, freed<SSL_CTX, SSL_CTX_free>>;
using ssl_ptr = std::unique_ptr<SSL, freed<SSL, SSL_free>>;

/// A key and a certificate it signed itself, for "localhost", as PEM files.
tls_settings self_signed(const holdfast::test::temporary_folder& folder) {
  const key_ptr key(EVP_EC_gen("P-256"));
  const certificate_ptr certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  tls_settings out{folder.path() / "cert.pem", folder.path() / "key.pem"};
  const std::unique_ptr<BIO, freed<BIO, BIO_free_all>> to_cert(BIO_new_file(out.certificate_file.c_str(), "w"));
  const std::unique_ptr<BIO, freed<BIO, BIO_free_all>> to_key(BIO_new_file(out.private_key_file.c_str(), "w"));
  PEM_write_bio_X509(to_cert.get(), certificate.get());
  PEM_write_bio_PrivateKey(to_key.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return out;
}

class tls_client {
public:
  explicit tls_client(std::uint16_t port) : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    const timeval limit{5, 0};
    ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    SSL_CTX_set_security_level(context_.get(), 0);  // so that the client is willing to do what the server must refuse
  }

  SSL_CTX* context() { return context_.get(); }

  bool shake_hands() {
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.descriptor());
    return SSL_connect(ssl_.get()) == 1;
  }
  std::string exchange(std::string_view bytes, std::string_view until) {
    SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    std::string out;
    char chunk[4096];
    for (int n = 0; out.find(until) == std::string::npos && (n = SSL_read(ssl_.get(), chunk, sizeof chunk)) > 0;)
      out.append(chunk, static_cast<std::size_t>(n));
    return out;
  }
  SSL* ssl() { return ssl_.get(); }
  raw_client& socket() { return socket_; }

private:
  raw_client socket_;
  context_ptr context_;
  ssl_ptr ssl_;
};

class TlsTest : public server_test {
protected:
  TlsTest() { settings.tls = self_signed(folder); }
  ~TlsTest() override {
    if (server) server->stop(0ms);
  }
  std::uint16_t port() {
    if (!server) {
      server = std::make_unique<http_server>(settings, around.get(), routes);
      server->add_socket("/live", "live", echo);
      const auto started = server->start();
      EXPECT_TRUE(started) << started.error().detail;
    }
    return server->port();
  }

  holdfast::test::temporary_folder folder;
  echo_service echo;
};

TEST_F(TlsTest, ServesOverBothVersions) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_client client(port());
    SSL_CTX_set_min_proto_version(client.context(), version);
    SSL_CTX_set_max_proto_version(client.context(), version);
    ASSERT_TRUE(client.shake_hands());
    const auto got = client.exchange(get("/hello"), "\r\n\r\nhello");
    EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\n")) << got;
    EXPECT_NE(got.find("Strict-Transport-Security: max-age=31536000"), std::string::npos);
    EXPECT_TRUE(client.exchange(get("/items/2"), "2|-").ends_with("2|-"));  // kept alive
  }
}

TEST_F(TlsTest, OldVersionsAreRefused) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    tls_client client(port());
    SSL_CTX_set_min_proto_version(client.context(), version);
    SSL_CTX_set_max_proto_version(client.context(), version);
    SSL_CTX_set_cipher_list(client.context(), "ALL:@SECLEVEL=0");
    EXPECT_FALSE(client.shake_hands());
  }
}

TEST_F(TlsTest, CiphersWithoutAuthenticationOrForwardSecrecyAreRefused) {
  for (const auto* cipher : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "AES128-GCM-SHA256", "NULL"}) {
    tls_client client(port());
    SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(client.context(), (std::string(cipher) + ":@SECLEVEL=0").c_str());
    EXPECT_FALSE(client.shake_hands()) << cipher;
  }
}

TEST_F(TlsTest, TheServerChoosesTheCipher) {
  tls_client modern(port());
  SSL_CTX_set_ciphersuites(modern.context(), "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256");
  ASSERT_TRUE(modern.shake_hands());
  EXPECT_STREQ(SSL_get_cipher_name(modern.ssl()), "TLS_AES_128_GCM_SHA256");
  tls_client older(port());
  SSL_CTX_set_max_proto_version(older.context(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(older.context(), "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256");
  ASSERT_TRUE(older.shake_hands());
  EXPECT_STREQ(SSL_get_cipher_name(older.ssl()), "ECDHE-ECDSA-CHACHA20-POLY1305");  // who puts it first has no AES in hardware
}

TEST_F(TlsTest, OnlyHttp11IsNegotiated) {
  static constexpr unsigned char both[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  tls_client client(port());
  SSL_CTX_set_alpn_protos(client.context(), both, sizeof both);
  ASSERT_TRUE(client.shake_hands());
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(client.ssl(), &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  tls_client only_two(port());
  SSL_CTX_set_alpn_protos(only_two.context(), both, 3);
  EXPECT_FALSE(only_two.shake_hands());
}

TEST_F(TlsTest, PlainTextOnTheTlsPortIsClosed) {
  raw_client client(port());
  client.send(get("/hello"));
  EXPECT_TRUE(client.closed_within(3s));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(TlsTest, ASilentPeerIsCutInTheHandshake) {
  settings.tls_handshake_ms_max = 300;
  raw_client client(port());
  EXPECT_TRUE(client.closed_within(3s));
}

TEST_F(TlsTest, AWebSocketOverTls) {
  tls_client client(port());
  ASSERT_TRUE(client.shake_hands());
  EXPECT_NE(client.exchange(ws_handshake("/live"), "\r\n\r\n").find(ws_accept), std::string::npos);
  EXPECT_TRUE(client.exchange(encode_frame(opcode::text, "hello"), "hello").ends_with("hello"));
  EXPECT_EQ(echo.heard, 1);
}

TEST_F(TlsTest, ClosesInGoodOrder) {
  tls_client client(port());
  ASSERT_TRUE(client.shake_hands());
  const auto got = client.exchange(get("/hello", "Connection: close\r\n"), "no such text");
  EXPECT_TRUE(got.ends_with("hello"));
  EXPECT_EQ(SSL_get_shutdown(client.ssl()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
}

TEST_F(TlsTest, AMissingCertificateIsNamed) {
  settings.tls.certificate_file = folder.path() / "none.pem";
  http_server broken(settings, around.get(), routes);
  const auto started = broken.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().detail.find("none.pem"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::gateway::test
