#pragma once
// A folder with everything the nodes of a cluster need to trust each other:
//   ca.pem  ca.key  <node>.pem  <node>.key     all readable by their owner only
// A node gets ca.pem and its own two; ca.key stays with whoever certifies.
#include <filesystem>
#include <string>
#include <vector>

#include "config/certs/certificates.hpp"

namespace holdfast::certs {

struct folder_order {
  std::filesystem::path folder;
  std::vector<std::string> nodes;
  std::int64_t node_days = 365;
  std::int64_t authority_days = 3'650;
  bool renew_nodes = false;  // new keys and certificates for nodes that have some; the authority always stays
};

struct folder_entry {
  std::string name;  // "ca" or the node's
  std::filesystem::path certificate;
  std::filesystem::path key;
  unix_ms expires_at = 0;
  bool made = false;  // false: was there and stays
};

/// Makes what is missing. The authority first, then the nodes in the order given.
result<std::vector<folder_entry>> furnish(const folder_order&, const wall_clock&, entropy&);

}  // namespace holdfast::certs
