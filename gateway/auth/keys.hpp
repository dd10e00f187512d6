#pragma once
// The node's secrets: an Ed25519 key that signs staff tokens and the secret that guests' tokens are derived from. Made on first use
// and kept in one file that only its owner can read. Losing it invalidates every link and ticket; leaking it forges them.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/auth/tokens.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::gateway {

class node_keys {
public:
  /// Loads the file, or makes it (mode 0600, synced to disk) where it does not exist; several processes may do so at the same time and
  /// end with the same keys. A file that others can read, or that does not decode, is refused.
  static result<node_keys> load_or_create(const std::filesystem::path& file, entropy&);

  node_keys(node_keys&&) noexcept;
  node_keys& operator=(node_keys&&) noexcept;
  ~node_keys();

  const token_secret& secret() const noexcept;
  /// Names the signing key in a token's header: the first 16 hexadecimal digits of the public key's SHA-256.
  const std::string& key_id() const noexcept;
  /// 64 bytes, Ed25519 (RFC 8032).
  std::string sign(std::string_view message) const;
  bool verify(std::string_view message, std::string_view signature) const;

private:
  struct state;
  explicit node_keys(std::unique_ptr<state>);
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::gateway
