#include "tests/simulation/cluster/life.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace holdfast::simulation {

using actors::cluster::cluster_region;
using actors::cluster::live_relay;
using actors::cluster::membership;
using actors::cluster::shard_place;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t tick_ms = 50;
constexpr std::int64_t post_ms = 400;

}  // namespace

life::life(commons& shared, const std::string& name, int number, const host_clock& clock)
    : shared_(shared),
      name_(name),
      instance_(name + "/" + std::to_string(number)),
      clock_(clock),
      line_(std::make_shared<store_line>(shared.random, shared.epochs, shared.later)),
      storage_(through(persistence::open_memory(shared.disk, line_->faults()), line_)),
      system_(std::make_unique<test::virtual_system>()),
      actors_at_(clock.elapsed()),
      round_at_(shared.time.now()),
      tick_at_(shared.time.now() + static_cast<unix_ms>(shared.pick(tick_ms))),
      post_at_(shared.time.now() + static_cast<unix_ms>(shared.pick(post_ms))) {
  start_actors();
  start_cluster();
}

life::~life() { end(true); }

void life::start_actors() {
  actors::node_options options;
  options.name = name_;
  options.storage = storage_;
  options.clock = &clock_;
  options.faults = &line_->faults();
  options.limits.passivate_after_ms = milliseconds{2'000};
  options.limits.snapshot_every_entries = 10;
  options.limits.snapshot_put_away_entries = 1;
  options.limits.snapshot_worth_percent = 0;
  options.limits.recovery_chunk_rows = 7;
  options.limits.journal_batch_rows_max = 16;
  auto made = actors::assembly::make(system_->system(), options, actors::threading::all_scheduled);
  if (!made) std::abort();
  assembly_.emplace(std::move(*made));
}

void life::start_cluster() {
  station_ = shared_.net.start({name_, instance_, [this](actors::link::incoming_request request) { region_->serve(std::move(request)); },
                                [this](const actors::link::link_event& event) { link_changed(event); }});
  guests_ = std::make_shared<audience>(
      "sim", [this](std::shared_ptr<v1::Command> command, actors::reply_handler handler) { ask(std::move(command), std::move(handler)); });
  actors::cluster::relay_limits bounds;
  bounds.compare_ms = milliseconds{1'500};
  bounds.batch_patience_ms = milliseconds{1'000};
  relay_ = std::make_shared<live_relay>(guests_, *guests_, bounds);

  cluster_region::options ways;
  ways.clock = &clock_;
  ways.elapsed = [this] { return clock_.elapsed(); };
  ways.map_is_old = ways.shards_given = [this] { prompted_ = true; };
  ways.moved = [this](shard_id shard) {
    places_changed_ = true;
    if (shard == shard_of("block/sim/hall.rows") || shard == shard_of("block/sim/camp.field"))
      spdlog::debug("{:>6} ms  {} shard {} at {} {}", shared_.time.now() - 1'800'000'000'000, name_, shard.value,
                    static_cast<int>(region_->place_of(shard).at), region_->place_of(shard).node);
    relay_->moved(shard);
  };
  ways.other = [this](const v1::PeerRequest& asked, const actors::link::incoming_request& request) { (void)relay_->serve(asked, request); };
  region_ = std::make_shared<cluster_region>(assembly_->region, station_, std::move(ways));
  relay_->connect(station_, [this](shard_id shard) { return region_ ? region_->place_of(shard) : shard_place{}; });
  guests_->watch(relay_.get());

  v1::NodeAnnouncement about;
  about.set_weight(100);
  membership::options wanted;
  wanted.name = name_;
  wanted.instance = instance_;
  wanted.beat_ms = milliseconds{500};
  wanted.moves_max = 64;
  wanted.elapsed = [this] { return clock_.elapsed(); };
  member_.emplace(std::move(wanted), std::move(about), std::move(*storage_->cluster()), *assembly_->region, region_, station_, clock_);
  assembly_->serve_among(region_, [this](shard_id shard, epoch owner) {
    member_->lost(shard, owner);
    prompted_ = true;
  });
  assembly_->publish_to(relay_);
  postman_.emplace(std::move(*storage_->outbox()), instance_, shared_.letters);
}

void life::ask(std::shared_ptr<v1::Command> command, actors::reply_handler handler) {
  command->set_deadline_ms(clock_.now() + patience_ms);
  region_->ask(std::move(command), std::move(handler));
}

void life::link_changed(const actors::link::link_event& event) {
  if (event.change == actors::link::link_change::down) relay_->peer_down(event.node);
  if (event.change == actors::link::link_change::gone) member_->proved_dead(event.instance);
  prompted_ = true;
}

// ---- time

void life::follow_time() {
  const auto now = clock_.elapsed();
  if (now == actors_at_) return;
  system_->advance(now - actors_at_);
  actors_at_ = now;
}

unix_ms life::next() const {
  const auto round = round_ ? goes_on_at_ : prompted_ ? shared_.time.now() : round_at_;
  return std::min({round, tick_at_, post_at_});
}

void life::work() {
  const auto now = shared_.time.now();
  if (now >= tick_at_) {
    tick_at_ = now + tick_ms;
    member_->tick();
    relay_->tick(clock_.elapsed());
  }
  if (round_) {
    if (now >= goes_on_at_ && round_->go_on()) end_round();
  } else if (prompted_ || now >= round_at_) {
    begin_round();
  }
  guests_->work(now);
  if (now >= post_at_) {
    post_at_ = now + post_ms;
    postman_->work(clock_.now(), region_->served());
  }
}

void life::begin_round() {
  prompted_ = false;
  const auto hang_ms = std::exchange(hang_ms_, 0);
  if (hang_ms == 0) {
    pause_ = member_->round();
    return end_round();
  }
  round_ = std::make_unique<hanging_task>([this](hanging_task&) { pause_ = member_->round(); });
  line_->hang(round_.get(), static_cast<int>(shared_.pick(4)), shared_.pick(2) == 0);
  goes_on_at_ = shared_.time.now() + hang_ms;
  if (round_->go_on()) end_round();
}

void life::end_round() {
  round_.reset();
  line_->hang(nullptr, 0, false);
  round_at_ = shared_.time.now() + pause_.count();
  std::set<std::string> peers;
  for (const auto& node : member_->map().nodes)
    if (node.last.name != name_) peers.insert(node.last.name);
  shared_.net.set_peers(name_, std::move(peers));
}

// ---- the end

void life::leave() { member_->leave(); }

void life::end(bool refuses) {
  if (std::exchange(ended_, true)) return;
  line_->end();
  shared_.net.end(name_, refuses);
  while (round_ && !round_->go_on()) {
  }
  round_.reset();
  assembly_->kill();
  system_->settle(shared_.random);
  assembly_.reset();
  system_->settle(shared_.random);
  postman_.reset();
  member_.reset();
  region_.reset();
  relay_.reset();
  system_.reset();
}

}  // namespace holdfast::simulation
