#include "gateway/http/tls.hpp"

#include <openssl/ssl.h>

namespace holdfast::gateway {
namespace {

constexpr const char* ciphers_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* ciphers_1_3 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";

// A client that offers protocols must offer HTTP/1.1: going on with another one would only fail later.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned int in_size, void*) {
  static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, out_size, ours, sizeof ours, in, in_size) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = found;
  return SSL_TLSEXT_ERR_OK;
}

bool harden(SSL_CTX* context) {
  SSL_CTX_set_options(context,
                      SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);          // an idle connection gives its record buffers back
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets do it without memory here
  SSL_CTX_set_alpn_select_cb(context, &select_protocol, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_cipher_list(context, ciphers_1_2) == 1 &&
         SSL_CTX_set_ciphersuites(context, ciphers_1_3) == 1 && SSL_CTX_set1_groups_list(context, groups) == 1;
}

}  // namespace

result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const tls_settings& settings) {
  auto context = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  if (!harden(context->native_handle())) return fail(failure_code::invalid_argument, "TLS: this OpenSSL knows none of our ciphers");
  boost::system::error_code ec;
  context->use_certificate_chain_file(settings.certificate_file, ec);
  if (ec) return fail(failure_code::invalid_argument, "TLS certificate " + settings.certificate_file + ": " + ec.message());
  context->use_private_key_file(settings.private_key_file, boost::asio::ssl::context::pem, ec);
  if (ec) return fail(failure_code::invalid_argument, "TLS key " + settings.private_key_file + ": " + ec.message());
  return context;
}

}  // namespace holdfast::gateway
