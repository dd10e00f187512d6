#include "config/certs/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "actors/link/node_name.hpp"

namespace holdfast::certs {
namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using number_ptr = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;

failure openssl_failed(const char* step) { return fail(failure_code::unavailable, std::string("OpenSSL: ") + step + " failed"); }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

result<certified_key> encode(X509* certificate, EVP_PKEY* key) {
  const bio_ptr to_certificate(BIO_new(BIO_s_mem()));
  const bio_ptr to_key(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_X509(to_certificate.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(to_key.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_failed("writing PEM");
  return certified_key{text_of(to_certificate.get()), text_of(to_key.get())};
}

certificate_ptr read_x509(const std::string& pem) {
  const bio_ptr from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return certificate_ptr(PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr));
}

key_ptr read_key(const std::string& pem) {
  const bio_ptr from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return key_ptr(PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, nullptr));
}

bool set_serial(X509* certificate, entropy& source) {
  auto nonce = random_nonce(source);
  nonce[0] &= std::byte{0x7F};  // positive, as RFC 5280 wants
  nonce[0] |= std::byte{0x40};  // and always of the same length
  const number_ptr number(BN_bin2bn(reinterpret_cast<const unsigned char*>(nonce.data()), static_cast<int>(nonce.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_times(X509* certificate, validity when) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<std::time_t>(when.from / 1000)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<std::time_t>(when.until / 1000)) != nullptr;
}

bool set_name(X509* certificate, const std::string& name) {
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1, 0) == 1;
}

bool extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const extension_ptr made(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return made && X509_add_ext(certificate, made.get(), -1) == 1;
}

certificate_ptr begin(EVP_PKEY* key, const std::string& name, validity when, entropy& source) {
  certificate_ptr out(X509_new());
  const bool done = out && X509_set_version(out.get(), X509_VERSION_3) == 1 && set_serial(out.get(), source) &&
                    set_times(out.get(), when) && set_name(out.get(), name) && X509_set_pubkey(out.get(), key) == 1;
  return done ? std::move(out) : nullptr;
}

}  // namespace

result<certified_key> make_authority(const std::string& name, validity when, entropy& source) {
  const key_ptr key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failed("making a key");
  const auto certificate = begin(key.get(), name, when, source);
  auto* self = certificate.get();
  const bool done = self != nullptr && X509_set_issuer_name(self, X509_get_subject_name(self)) == 1 &&
                    extend(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    extend(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    extend(self, self, NID_subject_key_identifier, "hash") && X509_sign(self, key.get(), EVP_sha256()) > 0;
  if (!done) return openssl_failed("making a certificate");
  return encode(self, key.get());
}

result<certified_key> certify_node(const certified_key& authority, const std::string& node, validity when, entropy& source) {
  if (!actors::link::valid_node_name(node))
    return fail(failure_code::invalid_argument, "\"" + node + "\" is no name for a node: [a-z0-9][a-z0-9-]*, at most 63");
  const auto issuer = read_x509(authority.certificate);
  const auto issuer_key = read_key(authority.key);
  if (!issuer || !issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1)
    return fail(failure_code::invalid_argument, "the authority's certificate and key cannot be read or do not belong together");
  const key_ptr key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failed("making a key");
  const auto certificate = begin(key.get(), node, when, source);
  auto* own = certificate.get();
  const bool done = own != nullptr && X509_set_issuer_name(own, X509_get_subject_name(issuer.get())) == 1 &&
                    extend(own, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    extend(own, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
                    extend(own, issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth") &&
                    extend(own, issuer.get(), NID_subject_alt_name, "URI:" + actors::link::node_uri(node)) &&
                    extend(own, issuer.get(), NID_subject_key_identifier, "hash") &&
                    extend(own, issuer.get(), NID_authority_key_identifier, "keyid") && X509_sign(own, issuer_key.get(), EVP_sha256()) > 0;
  if (!done) return openssl_failed("making a certificate");
  return encode(own, key.get());
}

result<certificate_facts> read_certificate(const std::string& pem, const std::string& authority_pem) {
  const auto certificate = read_x509(pem);
  const auto authority = read_x509(authority_pem);
  std::tm end{};
  if (!certificate || !authority || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
    return fail(failure_code::invalid_argument, "no certificate in PEM form");
  certificate_facts out;
  out.expires_at = static_cast<unix_ms>(timegm(&end)) * 1000;
  out.from_authority = X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
  return out;
}

}  // namespace holdfast::certs
