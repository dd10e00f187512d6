#include "config/certs/folder.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "actors/link/node_name.hpp"
#include "config/files/private_file.hpp"

namespace holdfast::certs {
namespace {

namespace fs = std::filesystem;

constexpr const char* authority_name = "ca";
constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
constexpr std::int64_t clock_difference_ms = 5LL * 60 * 1000;  // hosts do not agree to the second on what time it is

folder_entry entry_of(const fs::path& folder, const std::string& name) {
  return {name, folder / (name + ".pem"), folder / (name + ".key"), 0, false};
}

result<void> store(folder_entry& entry, const certified_key& made, validity when) {
  // The key first: a certificate without its key would look complete to the next run.
  if (auto ok = config::write_private(entry.key, made.key); !ok) return ok;
  if (auto ok = config::write_private(entry.certificate, made.certificate); !ok) return ok;
  entry.expires_at = when.until;
  entry.made = true;
  return {};
}

bool is_there(const folder_entry& entry) { return fs::exists(entry.certificate) && fs::exists(entry.key); }

result<certified_key> authority(folder_entry& entry, const folder_order& order, unix_ms now, entropy& source) {
  if (is_there(entry)) {
    certified_key kept{config::read_whole(entry.certificate), config::read_whole(entry.key)};
    const auto facts = read_certificate(kept.certificate, kept.certificate);
    if (!facts) return fail(facts.error().code, entry.certificate.string() + ": " + facts.error().detail);
    entry.expires_at = facts->expires_at;
    if (facts->expires_at <= now)
      return fail(failure_code::invalid_argument,
                  entry.certificate.string() + " has expired: move the folder away to start a new authority");
    return kept;
  }
  if (fs::exists(entry.certificate) || fs::exists(entry.key))
    return fail(failure_code::conflict,
                order.folder.string() + " has only half of an authority: bring back the other file or move both away");
  const validity when{now - clock_difference_ms, now + order.authority_days * day_ms};
  auto made = make_authority("Holdfast cluster authority", when, source);
  if (!made) return made.error();
  if (auto ok = store(entry, *made, when); !ok) return ok.error();
  return made;
}

result<void> node(folder_entry& entry, const certified_key& by, const folder_entry& authority_entry, const folder_order& order, unix_ms now,
                  entropy& source) {
  if (is_there(entry) && !order.renew_nodes) {
    const auto facts = read_certificate(config::read_whole(entry.certificate), by.certificate);
    if (!facts) return fail(facts.error().code, entry.certificate.string() + ": " + facts.error().detail);
    if (!facts->from_authority)
      return fail(failure_code::conflict, entry.certificate.string() + " is not from this folder's authority; --force makes a new one");
    entry.expires_at = facts->expires_at;
    return {};
  }
  // No certificate outlives its authority.
  const validity when{now - clock_difference_ms, std::min(now + order.node_days * day_ms, authority_entry.expires_at)};
  const auto made = certify_node(by, entry.name, when, source);
  if (!made) return made.error();
  return store(entry, *made, when);
}

}  // namespace

result<std::vector<folder_entry>> furnish(const folder_order& order, const wall_clock& clock, entropy& source) {
  for (const auto& name : order.nodes) {
    if (name == authority_name) return fail(failure_code::invalid_argument, "\"ca\" is the authority's name; call the node something else");
    if (!actors::link::valid_node_name(name))
      return fail(failure_code::invalid_argument, "\"" + name + "\" is no name for a node: [a-z0-9][a-z0-9-]*, at most 63");
  }
  std::error_code error;
  const bool is_new = !fs::exists(order.folder, error);
  fs::create_directories(order.folder, error);
  if (error) return fail(failure_code::invalid_argument, order.folder.string() + " cannot be made: " + error.message());
  if (is_new) ::chmod(order.folder.c_str(), S_IRWXU);
  const auto now = clock.now();
  std::vector<folder_entry> out{entry_of(order.folder, authority_name)};
  const auto by = authority(out.front(), order, now, source);
  if (!by) return by.error();
  for (const auto& name : order.nodes) {
    auto& entry = out.emplace_back(entry_of(order.folder, name));
    if (auto ok = node(entry, *by, out.front(), order, now, source); !ok) return ok.error();
  }
  return out;
}

}  // namespace holdfast::certs
