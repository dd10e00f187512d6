#include "actors/cluster/participation.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <mutex>
#include <optional>

#include "actors/cluster/driver.hpp"
#include "actors/sharding/local_region.hpp"

namespace holdfast::actors::cluster {
namespace {

using std::chrono::milliseconds;

/// Goes on while the machine sleeps: a lease ends all the same.
milliseconds elapsed_since_boot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return milliseconds{now.tv_sec * 1'000 + now.tv_nsec / 1'000'000};
}

v1::NodeAnnouncement understood(const persistence::cluster_node& node) {
  v1::NodeAnnouncement out;
  if (!out.ParseFromString(node.last.announcement)) out.Clear();
  return out;
}

std::string with_port(const std::string& address, std::uint16_t port) {
  const bool six = address.find(':') != std::string::npos;
  return (six ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace

/// In the order of construction; destroyed the other way round.
struct participation::parts {
  std::string node;
  cluster::options options;
  std::shared_ptr<link::peer_link> link;
  std::shared_ptr<cluster_region> region;
  std::shared_ptr<live_relay> relay;
  std::optional<membership> member;
  std::mutex driver_mutex;  // events of the link may come before the driver is there and after it has gone
  std::unique_ptr<cluster::driver> driver;
  std::vector<std::pair<std::string, std::string>> known;  // peers as last told to the link; used by the round's thread

  void prompt() {
    const std::lock_guard lock(driver_mutex);
    if (driver) driver->prompt();
  }
  result<void> start_link(const surroundings&, const std::string& instance);
  void start_member(const surroundings&, const std::string& instance);
  void link_changed(const link::link_event&);
  bool linked_to(const std::string& instance) const;
  void tell_of_end(const std::string& instance);
  void tell_link();
  result<void> wait_until_member();
  result<void> check_keys();
  void end_driver();
};

result<void> participation::parts::start_link(const surroundings& around, const std::string& instance) {
  link::link_options wanted;
  wanted.cluster = options.name;
  wanted.node = node;
  wanted.instance = instance;
  wanted.address = options.link_address;
  wanted.port = options.link_port;
  wanted.files = options.files;
  wanted.limits = options.link;
  wanted.clock = &around.clock;
  // Nobody is a peer before the first round, so neither is called before the rest is there.
  wanted.serve = [this](link::incoming_request request) { region->serve(std::move(request)); };
  wanted.changed = [this](const link::link_event& event) { link_changed(event); };
  auto started = link::peer_link::start(around.system, std::move(wanted));
  if (!started) return fail(started.error().code, "[cluster] the link to other nodes: " + started.error().detail);
  link = std::move(*started);
  return {};
}

void participation::parts::start_member(const surroundings& around, const std::string& instance) {
  cluster_region::options ways;
  ways.clock = &around.clock;
  ways.waiting_max = options.waiting_max;
  ways.elapsed = elapsed_since_boot;
  ways.map_is_old = ways.shards_given = [this] { prompt(); };
  ways.placed = [this](const v1::Placement& word) {
    member->settle(word);
    prompt();
  };
  ways.gone = [this](const std::string& ended) {
    if (linked_to(ended)) return;  // this node knows better
    member->proved_dead(ended);
    prompt();
  };
  ways.other = [this](const v1::PeerRequest& asked, const link::incoming_request& request) {
    if (relay && relay->serve(asked, request)) return;
    if (options.other) options.other(asked, request);
  };
  if (options.sockets != nullptr) {
    relay = std::make_shared<live_relay>(around.feed, *options.sockets);
    ways.moved = [to = relay](shard_id shard) { to->moved(shard); };
  }
  region = std::make_shared<cluster_region>(around.shards, link, std::move(ways));
  if (relay) {
    relay->connect(link, [of = std::weak_ptr(region)](shard_id shard) {
      const auto known = of.lock();
      return known ? known->place_of(shard) : shard_place{};
    });
    options.sockets->watch(relay.get());
  }

  v1::NodeAnnouncement about;
  about.set_link_address(options.advertised_address.empty() ? with_port(options.link_address, link->port()) : options.advertised_address);
  about.set_version(options.version);
  about.set_weight(options.weight);
  about.set_started_at_ms(around.clock.now());
  about.set_key_id(options.key_id);

  membership::options wanted;
  wanted.name = node;
  wanted.instance = instance;
  wanted.lease_ms = options.lease_ms;
  wanted.margin_ms = options.margin_ms;
  wanted.beat_ms = options.beat_ms;
  wanted.put_away_ms_max = options.put_away_ms_max;
  wanted.moves_max = options.moves_max;
  wanted.before_hand_over = options.before_hand_over;
  wanted.elapsed = elapsed_since_boot;
  auto store = around.storage.cluster();  // it was asked for before: join()
  member.emplace(std::move(wanted), std::move(about), std::move(*store), *around.shards, region, link, around.clock);
}

void participation::parts::link_changed(const link::link_event& event) {
  switch (event.change) {
    case link::link_change::up:
      spdlog::info("{} is linked", event.node);
      if (member) member->proved_alive(event.instance);
      break;
    case link::link_change::down:
      spdlog::warn("the link to {} is down", event.node);
      if (relay) relay->peer_down(event.node);
      break;
    case link::link_change::gone:
      spdlog::warn("{} has ended: its host refuses the port", event.node);
      if (!member || event.instance.empty()) break;
      member->proved_dead(event.instance);
      tell_of_end(event.instance);
      break;
  }
  prompt();
}

bool participation::parts::linked_to(const std::string& instance) const {
  const auto all = link->states();
  return std::any_of(all.begin(), all.end(), [&](const link::peer_state& peer) { return peer.up && peer.instance == instance; });
}

/// The others may have had no link to it at that moment, and wait for its leases to run out.
void participation::parts::tell_of_end(const std::string& instance) {
  v1::PeerRequest request;
  request.mutable_node_gone()->set_instance(instance);
  constexpr milliseconds patience{1'000};
  for (const auto& peer : link->states())
    if (peer.up) link->ask(peer.node, request.SerializeAsString(), patience, [](const link::answer&) {});
}

/// Whoever has a row is a peer, also while its leases have ended: it may only be cut off from the store.
void participation::parts::tell_link() {
  std::vector<std::pair<std::string, std::string>> now;
  for (const auto& one : member->map().nodes)
    if (one.last.name != node) now.emplace_back(one.last.name, understood(one).link_address());
  if (now == known) return;
  std::vector<link::peer_address> peers;
  peers.reserve(now.size());
  for (const auto& [name, where] : now) peers.push_back({name, where});
  if (const auto told = link->set_peers(peers); !told) {
    spdlog::error("a node cannot be linked: {}", told.error().detail);
    // The others must not suffer from one that announces nonsense.
    std::erase_if(peers, [&](const auto& peer) { return !link->set_peers({peer}); });
    (void)link->set_peers(peers);
  }
  known = std::move(now);
}

result<void> participation::parts::wait_until_member() {
  const auto settled = [this] { return member->now() != membership::state::joining; };
  if (driver->wait_for(options.join_ms_max, settled)) return {};
  return fail(failure_code::conflict, "this node could not join within " + std::to_string(options.join_ms_max.count()) +
                                          " ms: the store does not answer, or another node called '" + node +
                                          "' is alive ([node] name must be different on every node)");
}

/// Tokens and links that one node hands out are looked at by all.
result<void> participation::parts::check_keys() {
  for (const auto& one : member->map().nodes) {
    if (one.last.name == node || one.left.count() <= 0) continue;
    const auto key = understood(one).key_id();
    if (key.empty() || key == options.key_id) continue;
    return fail(failure_code::conflict, "this node's keys are not those of '" + one.last.name +
                                            "': copy its keys file, all nodes of a cluster share one ([node] keys_file)");
  }
  return {};
}

void participation::parts::end_driver() {
  std::unique_ptr<cluster::driver> last;
  {
    const std::lock_guard lock(driver_mutex);
    last = std::move(driver);
  }
}

participation::participation(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

participation::~participation() {
  if (parts_->options.sockets != nullptr && parts_->relay) parts_->options.sockets->watch(nullptr);
  parts_->end_driver();
  if (parts_->link) parts_->link->stop();
}

result<std::unique_ptr<participation>> participation::make(const surroundings& around, const options& wanted) {
  if (auto store = around.storage.cluster(); !store)
    return fail(store.error().code, "[cluster] needs a journal that nodes can share, PostgreSQL: " + store.error().detail);
  std::unique_ptr<participation> out(new participation(std::make_unique<parts>()));
  auto& p = *out->parts_;
  p.node = around.node;
  p.options = wanted;
  const auto instance = around.node + "/" + random_text(around.random, 12);
  if (auto ok = p.start_link(around, instance); !ok) return ok.error();
  p.start_member(around, instance);
  return out;
}

result<void> participation::join() {
  auto& p = *parts_;
  {
    const std::lock_guard lock(p.driver_mutex);
    const auto on_tick = [&p] {
      if (p.relay) p.relay->tick(elapsed_since_boot());
    };
    p.driver = std::make_unique<driver>(*p.member, p.options.tick_ms, on_tick, [&p] {
      p.tell_link();
      if (p.options.load) p.member->announce(p.options.load);
    });
  }
  if (auto ok = p.wait_until_member(); !ok) return ok;
  return p.check_keys();
}

const std::shared_ptr<cluster_region>& participation::region() const noexcept { return parts_->region; }
std::shared_ptr<live_feed> participation::feed() const noexcept { return parts_->relay; }
const relay_figures* participation::live() const noexcept { return parts_->relay ? &parts_->relay->figures() : nullptr; }
membership& participation::member() noexcept { return *parts_->member; }
link::peer_link& participation::link() noexcept { return *parts_->link; }
bool participation::replaced() const { return parts_->member->now() == membership::state::replaced; }
void participation::prompt() { parts_->prompt(); }

void participation::shard_lost(shard_id shard, epoch owner) {
  parts_->member->lost(shard, owner);
  prompt();
}

void participation::announce_http(const std::string& address) {
  parts_->member->announce([&](v1::NodeAnnouncement& about) { about.set_http_address(address); });
  prompt();
}

void participation::place(shard_id shard, const std::string& node) {
  v1::PeerRequest request;
  request.mutable_placement()->set_shard(shard.value);
  request.mutable_placement()->set_node(node);
  parts_->member->settle(request.placement());
  constexpr milliseconds patience{2'000};
  for (const auto& one : parts_->member->map().nodes)
    if (one.last.name != parts_->node) parts_->link->ask(one.last.name, request.SerializeAsString(), patience, [](const link::answer&) {});
  prompt();
}

void participation::set_paused(bool paused) {
  parts_->member->set_paused(paused);
  prompt();
}

void participation::set_drained(bool drained) {
  parts_->member->set_weight(drained ? 0 : parts_->options.weight);
  prompt();
}

participation::drained participation::drain(milliseconds limit) {
  auto& member = *parts_->member;
  member.set_weight(0);
  prompt();
  // Looked at again and again: the others may be on their way out as well.
  const auto nobody_takes = [&] {
    const auto map = member.map();
    return std::none_of(map.nodes.begin(), map.nodes.end(), [&](const persistence::cluster_node& one) {
      return one.last.name != parts_->node && one.left.count() > 0 && understood(one).weight() > 0;
    });
  };
  parts_->driver->wait_for(limit, [&] { return member.holds() == 0 || nobody_takes(); });
  if (member.holds() == 0) return drained::all;
  return nobody_takes() ? drained::nobody_takes : drained::late;
}

void participation::leave() {
  parts_->end_driver();  // round() and leave() take turns
  parts_->member->leave();
  parts_->link->stop();
}

}  // namespace holdfast::actors::cluster
