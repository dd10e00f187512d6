#pragma once
// What can be subscribed to: "block:<id>", "event:<id>", "booking:<id>", "tenant:<slug>", always within one tenant; and what all nodes tell
// of themselves, "cluster:", within no tenant, for operators.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway {

/// Instead of a tenant's slug: the socket follows the operators' topic and no tenant's.
inline constexpr std::string_view no_tenant = "*";

enum class topic_kind : std::uint8_t { block, event, booking, tenant, cluster };

struct topic {
  topic_kind kind;
  std::string tenant;
  std::string name;  // "block:aoraki.p1"; only [a-z0-9:.-], so it needs no escaping in JSON

  std::string_view id() const noexcept { return std::string_view(name).substr(name.find(':') + 1); }
  /// Unique over tenants.
  std::string key() const { return tenant + "/" + name; }
  /// Each subscriber must prove itself; a snapshot made for one is not for another.
  bool is_private() const noexcept { return kind == topic_kind::booking; }
  /// The same snapshot for all of them, but they must prove themselves, and again with each change.
  bool is_for_operators() const noexcept { return kind == topic_kind::cluster; }
  /// An event also changes when one of its blocks reports figures, which does not move its own sequence number. Its versions on the wire
  /// are therefore a count of this server's; they mean nothing to another server or after a restart, so there is no resuming from them.
  bool counts_own_versions() const noexcept { return kind == topic_kind::event; }
};

/// Empty when the name is no topic, or names a tenant other than the subscriber's.
std::optional<topic> parse_topic(std::string_view tenant, std::string_view name);

/// For whom a snapshot is made. Public topics are shown to everybody as to a guest.
struct topic_reader {
  v1::Actor actor = v1::ACTOR_GUEST;
  std::string access_sha256;  // of a guest's token, for bookings
};

/// The topic shows the entity, or a booking in it.
bool concerns(const topic&, std::string_view entity) noexcept;

/// The query whose answer is the topic's snapshot, without deadline and trace. There is none for "cluster:".
v1::Command snapshot_query(const topic&, const topic_reader&);

/// Version in an answer to that query; empty when the answer is of another kind.
std::optional<std::int64_t> snapshot_version(const topic&, const v1::Reply&) noexcept;

/// Everything known so far is void: subscribers need a fresh snapshot. So it is with every change of a booking: it is small, few follow it,
/// and whoever is shown it must prove anew that they may see it.
bool voids_snapshots(const v1::LiveChange&) noexcept;

}  // namespace holdfast::gateway
