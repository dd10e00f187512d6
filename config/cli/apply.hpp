#pragma once
// Sends a tenant's definitions to a node: the tenant, then its events, then their blocks. Applying the same again changes nothing; what
// was refused is listed and the rest goes on.
#include <string>
#include <vector>

#include "config/cli/node_client.hpp"
#include "config/tenants/tenant_file.hpp"

namespace holdfast::cli {

struct apply_figures {
  std::size_t tenants = 0, events = 0, blocks = 0, spots = 0;  // sent and accepted
  std::size_t changed = 0;                                     // of these, new or different from before
  std::size_t closed = 0;                                      // events closed for booking
  std::vector<std::string> refused;                            // "event summer: …"
  int exit = ok;
};

/// `close` names events that are to be closed for booking.
apply_figures apply(node_client& node, const config::tenant_bundle& bundle, const std::vector<std::string>& close = {});

/// The table or the JSON line that both `tenant apply` and `import` end with, and the refusals.
void report(const apply_figures& figures, const std::string& source, const std::string& tenant, bool json);

}  // namespace holdfast::cli
