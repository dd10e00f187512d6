#pragma once
// Makes a private authority and the certificates of nodes: P-256, valid for links between nodes and nothing else. For development and small
// clusters; a larger house issues the same form with its own tools (actors/link/node_name.hpp says how a certificate names a node).
#include <string>

#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::certs {

struct validity {
  unix_ms from = 0;
  unix_ms until = 0;
};

/// Both PEM.
struct certified_key {
  std::string certificate;
  std::string key;
};

/// `name` is for people. Fails only where OpenSSL does.
result<certified_key> make_authority(const std::string& name, validity, entropy&);
/// Invalid node names and an authority that cannot be read are refused.
result<certified_key> certify_node(const certified_key& authority, const std::string& node, validity, entropy&);

struct certificate_facts {
  unix_ms expires_at = 0;
  bool from_authority = false;
};
result<certificate_facts> read_certificate(const std::string& pem, const std::string& authority_pem);

}  // namespace holdfast::certs
