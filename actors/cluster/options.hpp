#pragma once
// What a node must know to be one of several. config/settings maps its keys onto this.
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "actors/link/peer_link.hpp"
#include "actors/region.hpp"
#include "holdfast/v1/cluster.pb.h"
#include "protocols/base/ids.hpp"

namespace holdfast::actors::cluster {

struct options {
  std::string name = "holdfast";  // of the cluster; nodes of another one are refused
  std::string link_address = "127.0.0.1";
  std::uint16_t link_port = 7101;  // 0: any free one
  std::string advertised_address;  // ip:port at which other nodes reach this one; empty: link_address and the port
  link::credential_files files;
  link::limits link;
  std::uint32_t weight = 100;
  std::chrono::milliseconds lease_ms{2'000};
  std::chrono::milliseconds margin_ms{400};
  std::chrono::milliseconds beat_ms{300};
  std::chrono::milliseconds put_away_ms_max{2'000};
  std::chrono::milliseconds tick_ms{50};
  std::chrono::milliseconds join_ms_max{15'000};
  std::size_t moves_max = 8;
  std::size_t waiting_max = 20'000;

  // ---- from the program, not from a file
  std::string version;
  std::string key_id;  // of the keys that all nodes must share
  /// Fills in this node's load, once a beat. May be null.
  std::function<void(v1::NodeAnnouncement&)> load;
  /// A shard is about to go to another node (membership::options). May be null.
  std::function<void(shard_id)> before_hand_over;
  /// Where guests of this node follow topics, also of entities elsewhere. May be null. Outlives the node.
  live_sockets* sockets = nullptr;
  /// Requests of other nodes that are about neither shards nor live topics. May be null.
  std::function<void(const v1::PeerRequest&, const link::incoming_request&)> other;
};

}  // namespace holdfast::actors::cluster
