#include "gateway/auth/digests.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace holdfast::gateway {
namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};

/// A digest that is not one would make tokens guessable and repeats unrecognised: there is no way to go on.
void must(bool done) {
  if (!done) std::abort();
}

class hasher {
public:
  digest_bytes hash(std::string_view text) {
    digest_bytes out;
    must(EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) == 1);
    must(EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1);
    must(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
    return out;
  }

private:
  static const EVP_MD* algorithm() {
    static const std::unique_ptr<EVP_MD, freed_by<EVP_MD_free>> fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    must(fetched != nullptr);
    return fetched.get();
  }

  std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>> context_{EVP_MD_CTX_new()};
};

/// Keeps the state that the key leads to; a node has one secret, so the key is hardly ever set.
class keyed_hasher {
public:
  ~keyed_hasher() { OPENSSL_cleanse(key_.data(), key_.size()); }

  digest_bytes hash(std::span<const std::byte, 32> key, std::string_view message) {
    begin(key);
    digest_bytes out;
    std::size_t written = 0;
    must(EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1);
    must(EVP_MAC_final(context_.get(), out.data(), &written, out.size()) == 1 && written == out.size());
    return out;
  }

private:
  static EVP_MAC* algorithm() {
    static const std::unique_ptr<EVP_MAC, freed_by<EVP_MAC_free>> fetched(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    must(fetched != nullptr);
    return fetched.get();
  }

  void begin(std::span<const std::byte, 32> key) {
    if (keyed_ && CRYPTO_memcmp(key.data(), key_.data(), key.size()) == 0) {
      must(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
      return;
    }
    std::copy(key.begin(), key.end(), key_.begin());
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
    must(EVP_MAC_init(context_.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), parameters) == 1);
    keyed_ = true;
  }

  std::unique_ptr<EVP_MAC_CTX, freed_by<EVP_MAC_CTX_free>> context_{EVP_MAC_CTX_new(algorithm())};
  std::array<std::byte, 32> key_{};
  bool keyed_ = false;
};

}  // namespace

digest_bytes sha256(std::string_view text) {
  thread_local hasher mine;
  return mine.hash(text);
}

digest_bytes hmac_sha256(std::span<const std::byte, 32> secret, std::string_view message) {
  thread_local keyed_hasher mine;
  return mine.hash(secret, message);
}

}  // namespace holdfast::gateway
