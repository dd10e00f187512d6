// token: signs a bearer token for staff, administrators and operators with the node's own key.
#include <boost/json/value_from.hpp>
#include <cctype>

#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"
#include "config/node/data_folder.hpp"
#include "config/tenants/local_time.hpp"
#include "gateway/auth/jwt.hpp"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::cli {
namespace {

constexpr std::int64_t ttl_seconds_max = 366LL * 24 * 3600;

/// "90s", "15m", "12h", "30d"; empty for anything else or more than a year.
std::optional<std::int64_t> parse_ttl(const std::string& text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : std::string_view(text).substr(0, text.size() - 1)) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  switch (text.back()) {
    case 's':
      break;
    case 'm':
      number *= 60;
      break;
    case 'h':
      number *= 3600;
      break;
    case 'd':
      number *= 24LL * 3600;
      break;
    default:
      return std::nullopt;
  }
  return number > 0 && number <= ttl_seconds_max ? std::optional(number) : std::nullopt;
}

int make_token(const invocation& args) {
  const auto ttl = parse_ttl(args.text("ttl"));
  if (!ttl) {
    complain("--ttl is a number with s, m, h or d, up to 366d; for example 12h");
    return usage;
  }
  const auto& roles = args.texts("role");
  const bool every = roles == std::vector<std::string>{"operator"} && args.text("tenant").empty();
  const auto tenant = every ? "*" : args.text("tenant");
  if (!every && !valid_tenant(tenant)) {
    complain("--tenant SLUG is needed for the roles staff and admin");
    return usage;
  }
  const auto file = node::keys_file(args.text("data"));
  if (!std::filesystem::exists(file)) {
    complain(file.string() + " does not exist: give --data the data folder of a node that has been started once");
    return failed;
  }
  const auto keys = gateway::node_keys::load_or_create(file, system_entropy());
  if (!keys) {
    complain(keys.error().detail);
    return failed;
  }
  const auto now = system_clock().now();
  const auto token = gateway::sign_jwt(*keys, {args.text("subject"), tenant, roles}, now, *ttl * 1000);
  if (args.json())
    print_line({{"token", token},
                {"subject", args.text("subject")},
                {"tenant", tenant},
                {"roles", boost::json::value_from(roles)},
                {"expiresAt", config::to_iso(now + *ttl * 1000)}});
  else
    print(token + "\n");
  return ok;
}

}  // namespace

void register_token(std::vector<verb>& verbs) {
  verbs.push_back(
      {{"token"},
       "sign a bearer token with the node's key",
       "Needs the node's data folder, so only whoever can read its keys can make tokens. A token cannot be taken back before it\n"
       "expires; keep --ttl short. Example: export HOLDFAST_TOKEN=$(holdfast token --data data --role staff --tenant theatre)",
       {{.name = "role",
         .help = "what its owner may do; may be given several times",
         .kind = option_kind::texts,
         .required = true,
         .choices = {"staff", "admin", "operator"}},
        {.name = "tenant", .help = "slug; an operator without one acts in every tenant", .environment = "HOLDFAST_TENANT"},
        {.name = "subject", .help = "who it is for, as it appears in logs and check-ins", .fallback = "cli"},
        {.name = "ttl", .help = "how long it is valid: 90s, 15m, 12h, 30d", .fallback = "12h"},
        {.name = "data", .help = "data folder of the node", .fallback = "data", .environment = "HOLDFAST_DATA"},
        json_option()},
       make_token});
}

}  // namespace holdfast::cli
