// certs: a private authority and the certificates with which the nodes of a cluster prove who they are to each other.
#include "config/certs/folder.hpp"
#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"
#include "config/tenants/local_time.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::cli {
namespace {

constexpr std::int64_t days_max = 36'500;

int make_certs(const invocation& args) {
  certs::folder_order order;
  order.folder = args.text("out");
  order.nodes = args.texts("nodes");
  order.node_days = args.number("days");
  order.authority_days = args.number("ca-days");
  order.renew_nodes = args.flag("force");
  for (const auto days : {order.node_days, order.authority_days}) {
    if (days >= 1 && days <= days_max) continue;
    complain("--days and --ca-days are between 1 and " + std::to_string(days_max));
    return usage;
  }
  const auto entries = certs::furnish(order, system_clock(), system_entropy());
  if (!entries) {
    complain(entries.error().detail);
    return failed;
  }
  table rows({"name", "certificate", "key", "expires", ""});
  for (const auto& e : *entries) {
    const auto expires = config::to_iso(e.expires_at);
    if (args.json())
      print_line(
          {{"name", e.name}, {"certificate", e.certificate.string()}, {"key", e.key.string()}, {"expiresAt", expires}, {"made", e.made}});
    else
      rows.add({e.name, e.certificate.string(), e.key.string(), expires, e.made ? "made" : "kept"});
  }
  if (!args.json()) print(rows.text());
  return ok;
}

}  // namespace

void register_certs(std::vector<verb>& verbs) {
  verbs.push_back(
      {{"certs"},
       "make a cluster authority and certificates for its nodes",
       "Makes ca.pem, ca.key and <node>.pem, <node>.key, readable by their owner only. What is there already stays. Every node\n"
       "gets ca.pem and its own two files; ca.key stays where nodes are certified. A running node takes renewed files\n"
       "without a restart. Example: holdfast certs node-1 node-2 node-3 --out certs",
       {{.name = "nodes", .help = "names of nodes", .kind = option_kind::texts, .required = true, .positional = true},
        {.name = "out", .help = "folder", .fallback = "certs"},
        {.name = "days", .help = "how long a node's certificate is valid", .kind = option_kind::number, .fallback = "365"},
        {.name = "ca-days", .help = "how long a new authority is valid", .kind = option_kind::number, .fallback = "3650"},
        {.name = "force", .help = "new keys and certificates for nodes that have some", .kind = option_kind::flag},
        json_option()},
       make_certs});
}

}  // namespace holdfast::cli
