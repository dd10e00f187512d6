#pragma once
// Everybody sees it the moment it goes: takes durable changes from the actors and brings them to every socket that asked for them.
//
//   entity actor ──publish──→ live_hub ──stamped, in order──→ desk of each lane with interest ──one frame, the same bytes──→ every socket
//                                                                        │ snapshot: region::ask, once for all that wait
//
// A change of a topic that nobody watches costs one look-up.
#include <cstdint>
#include <functional>
#include <memory>

#include "actors/region.hpp"
#include "gateway/http/rate_limit.hpp"
#include "gateway/http/socket_service.hpp"
#include "gateway/live/encoding.hpp"
#include "protocols/base/seams.hpp"

namespace prometheus {
class Registry;
}

namespace holdfast::gateway {

class node_keys;
class cluster_source;
struct topic;

struct live_settings {
  std::size_t subscriptions_max = 64;  // of one socket
  std::size_t queue_frames_max = 64;   // of one socket; past it the socket gets snapshots instead of deltas
  std::size_t queue_bytes_max = 512 * 1024;
  std::size_t asks_max = 4;            // snapshots one socket waits for at a time
  std::int64_t write_ms_max = 20'000;  // one frame takes longer: the socket is cut
  rate messages{20, 100};              // of one socket; past it the socket is closed
  std::size_t ring_deltas_max = 128;   // of one topic, to resume from
  std::size_t ring_bytes_max = 128 * 1024;
  std::size_t replay_max = 16;                    // so many deltas may follow a kept snapshot; else a fresh one is asked for
  std::size_t topics_max = 20'000;                // of one lane
  std::size_t kept_bytes_max = 64 * 1024 * 1024;  // rings and kept snapshots of one lane
  std::int64_t linger_ms = 60'000;                // a topic without subscribers is followed so long, for those who come back
  std::int64_t ask_ms_max = 5'000;
  std::int64_t retry_ms = 1'000;  // after an answer UNAVAILABLE or OVERLOADED
  std::uint32_t asks_in_vain_max = 5;
  std::size_t backlog_max = 8'192;             // changes waiting for one lane or topic; past it topics start over with snapshots
  std::size_t subscribers_per_turn_max = 256;  // get a change before the lane's other sockets have a turn
};

/// Snapshots come from the region with rejections as codes. Region, encoder and keys outlive the hub; the hub outlives the server it is
/// added to.
class live_hub final : public actors::live_sockets, public socket_service {
public:
  live_hub(live_settings, const wall_clock&, prometheus::Registry&);
  ~live_hub() override;

  /// Where snapshots come from, and whose tokens of staff count. Before the first socket opens. Changes published earlier interest nobody.
  void connect(actors::region&, const live_encoder&, const node_keys&);
  /// What the topic "cluster:" shows. Before the first socket opens; without it there is no such topic.
  void show_cluster(const cluster_source&);

  /// Thread-safe. Changes of one topic must come in order of version from one thread at a time, as an entity publishes them.
  void publish(std::shared_ptr<const v1::LiveChange>) override;

  void watch(actors::topic_watcher*) override;
  void refresh(const std::string& tenant, const std::string& topic) override;

  /// Counts subscriptions to topics for which `of` holds. `done` is called once, on a lane or at once where nobody ever subscribed; not at
  /// all when the server stops meanwhile.
  void count(std::function<bool(const topic&)> of, std::function<void(std::size_t)> done);

  std::variant<std::shared_ptr<socket_session>, response> open(const request&, const std::shared_ptr<lane>&) override;

  struct state;

private:
  std::shared_ptr<state> state_;
};

}  // namespace holdfast::gateway
