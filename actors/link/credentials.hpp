#pragma once
// A node's certificate, its key and the cluster's authority, as the TLS context that handshakes use. TLS 1.3 only, both sides show a
// certificate, no resumption: every connection proves anew who it is.
#include <openssl/types.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::actors::link {

struct credential_files {
  std::string certificate;  // PEM: the node's certificate, then what stands between it and the authority
  std::string private_key;  // PEM, readable by its owner only
  std::string authority;    // PEM: whom this cluster trusts; while it is being replaced, the old one and the new one
};

using tls_context = std::shared_ptr<SSL_CTX>;

class credentials {
public:
  /// Refuses files that could not serve `node`: no such name in the certificate, another key, expired, not from the authority.
  static result<std::unique_ptr<credentials>> load(credential_files files, std::string node);

  /// Reads the files again. Handshakes from now on use them; connections that stand go on. A failure leaves everything as it was.
  result<void> reload();

  /// Thread-safe. For either side of a handshake.
  tls_context current() const;
  unix_ms expires_at() const noexcept { return expires_at_.load(std::memory_order_relaxed); }

private:
  credentials(credential_files files, std::string node) : files_(std::move(files)), node_(std::move(node)) {}

  credential_files files_;
  std::string node_;
  mutable std::mutex mutex_;
  tls_context context_;
  std::atomic<unix_ms> expires_at_{0};
};

/// The node names in a certificate; empty for a null pointer.
std::vector<std::string> certified_nodes(const X509*);
/// The node names in the certificate that the other side has shown.
std::vector<std::string> peer_nodes(const SSL*);

}  // namespace holdfast::actors::link
