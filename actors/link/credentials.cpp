#include "actors/link/credentials.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "actors/link/node_name.hpp"

namespace holdfast::actors::link {
namespace {

constexpr const char* ciphers = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr int chain_depth_max = 3;

failure refused(const std::string& file, const std::string& why) { return fail(failure_code::invalid_argument, file + ": " + why); }

std::string openssl_reason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = ERR_reason_error_string(code);
  return text == nullptr ? "cannot be read" : text;
}

bool harden(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context, chain_depth_max);
  return SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_ciphersuites(context, ciphers) == 1 && SSL_CTX_set1_groups_list(context, groups) == 1;
}

result<void> check_key_file(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return refused(file, "cannot be read");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) return refused(file, "others may read or write it; chmod 600");
  return {};
}

/// Would a peer that trusts the same authority accept what we show?
result<void> check_chain(SSL_CTX* context, const std::string& file) {
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(), &X509_STORE_CTX_free);
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  if (!check || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context), SSL_CTX_get0_certificate(context), chain) != 1)
    return refused(file, openssl_reason());
  if (X509_verify_cert(check.get()) == 1) return {};
  return refused(file, X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get())));
}

unix_ms end_of_validity(const X509* certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return 0;
  return static_cast<unix_ms>(timegm(&parts)) * 1000;
}

}  // namespace

result<std::unique_ptr<credentials>> credentials::load(credential_files files, std::string node) {
  if (!valid_node_name(node)) return fail(failure_code::invalid_argument, "\"" + node + "\" is no name for a node: [a-z0-9-], at most 63");
  std::unique_ptr<credentials> out(new credentials(std::move(files), std::move(node)));
  if (auto loaded = out->reload(); !loaded) return loaded.error();
  return out;
}

result<void> credentials::reload() {
  ERR_clear_error();
  const tls_context fresh(SSL_CTX_new(TLS_method()), &SSL_CTX_free);
  if (!fresh || !harden(fresh.get())) return fail(failure_code::invalid_argument, "TLS 1.3: this OpenSSL knows none of our ciphers");
  if (auto ok = check_key_file(files_.private_key); !ok) return ok.error();
  if (SSL_CTX_load_verify_file(fresh.get(), files_.authority.c_str()) != 1) return refused(files_.authority, openssl_reason());
  if (SSL_CTX_use_certificate_chain_file(fresh.get(), files_.certificate.c_str()) != 1)
    return refused(files_.certificate, openssl_reason());
  if (SSL_CTX_use_PrivateKey_file(fresh.get(), files_.private_key.c_str(), SSL_FILETYPE_PEM) != 1)
    return refused(files_.private_key, openssl_reason());
  const auto* own = SSL_CTX_get0_certificate(fresh.get());
  const auto names = certified_nodes(own);
  if (std::find(names.begin(), names.end(), node_) == names.end())
    return refused(files_.certificate, "does not name this node: no " + node_uri(node_) + " among its subject alternative names");
  if (auto ok = check_chain(fresh.get(), files_.certificate); !ok) return ok.error();
  const std::lock_guard lock(mutex_);
  context_ = fresh;
  expires_at_ = end_of_validity(own);
  return {};
}

tls_context credentials::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

std::vector<std::string> certified_nodes(const X509* certificate) {
  std::vector<std::string> out;
  if (certificate == nullptr) return out;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)), &GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const auto* text = name->d.uniformResourceIdentifier;
    const std::string_view uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (const auto node = node_of_uri(uri); !node.empty()) out.emplace_back(node);
  }
  return out;
}

std::vector<std::string> peer_nodes(const SSL* connection) { return certified_nodes(SSL_get0_peer_certificate(connection)); }

}  // namespace holdfast::actors::link
