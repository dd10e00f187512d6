#include "actors/cluster/membership.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::actors::cluster {
namespace {

using persistence::lease;
using std::chrono::milliseconds;
using where = shard_place::where;

v1::NodeAnnouncement announcement_of(const persistence::cluster_node& node) {
  v1::NodeAnnouncement out;
  if (!out.ParseFromString(node.last.announcement)) out.Clear();  // of a version that we cannot read: it takes no shards from us
  return out;
}

shard_set pinned_of(const v1::NodeAnnouncement& about) {
  shard_set out;
  for (const auto shard : about.pinned())
    if (shard < shard_count) out.set(shard);
  return out;
}

}  // namespace

membership::membership(options wanted, v1::NodeAnnouncement about, std::unique_ptr<persistence::cluster_store> store, shard_house& house,
                       std::shared_ptr<cluster_region> region, std::shared_ptr<link::peers> peers, const wall_clock& clock)
    : options_(std::move(wanted)),
      store_(std::move(store)),
      house_(house),
      region_(std::move(region)),
      peers_(std::move(peers)),
      clock_(clock),
      about_(std::move(about)) {}

// ---- beats

milliseconds membership::round() {
  if (const auto s = now(); s == state::replaced || s == state::left) return options_.beat_ms;
  const auto sent = options_.elapsed();
  const auto sent_at = clock_.now();
  auto map = store_->beat(next_beat(), options_.lease_ms);
  if (!map) {
    failed(map.error());
    return options_.beat_again_ms;
  }
  const auto todo = learn(std::move(*map));
  for (const auto shard : todo.stop) stop(shard);  // before the rest may be decided again
  be_sure(sent, sent_at);
  carry_out(todo);
  end_moves();
  show_places();
  const std::lock_guard lock(mutex_);
  return moves_.empty() ? options_.beat_ms : options_.beat_again_ms;
}

persistence::node_beat membership::next_beat() const {
  const std::lock_guard lock(mutex_);
  return {options_.name, options_.instance, about_.SerializeAsString()};
}

duties membership::learn(persistence::cluster_map map) {
  {
    const std::lock_guard lock(mutex_);
    map_ = std::move(map);
    // An instance that is proved dead is forgotten when its row is gone or another's.
    std::erase_if(dead_, [&](const std::string& instance) {
      return std::none_of(map_.nodes.begin(), map_.nodes.end(), [&](const auto& node) { return node.last.instance == instance; });
    });
  }
  const auto known = nodes();
  const std::lock_guard lock(mutex_);
  return duties_of({options_.instance, known, map_.leases, running_, options_.moves_max, about_.paused()});
}

void membership::be_sure(milliseconds sent, unix_ms sent_at) {
  const std::lock_guard lock(mutex_);
  sure_until_ = sent + options_.lease_ms - options_.margin_ms;
  region_->sure_until(sure_until_, sent_at);
  if (options_.elapsed() < sure_until_) state_ = state::member;  // else it took so long that the leases may have ended again
}

void membership::failed(const failure& why) {
  if (why.code != failure_code::conflict) return;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == state::joining) return;  // an earlier instance of this name has not run out yet
    state_ = state::replaced;
  }
  lose_everything();
}

void membership::tick() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == state::member && options_.elapsed() >= sure_until_) state_ = state::unsure;
  }
  region_->tick();
}

// ---- shards

std::vector<node_state> membership::nodes() const {
  const std::lock_guard lock(mutex_);
  std::vector<node_state> out;
  out.reserve(map_.nodes.size());
  for (const auto& node : map_.nodes) {
    const bool self = node.last.instance == options_.instance;
    const auto about = self ? about_ : announcement_of(node);
    out.push_back({node.last.name, node.last.instance, about.weight(),
                   self || (node.left.count() > 0 && !dead_.contains(node.last.instance)), pinned_of(about)});
  }
  return out;
}

void membership::carry_out(const duties& todo) {
  for (const auto& one : todo.start) serve(one);
  for (const auto& one : todo.hand_over) begin_move(one);
  if (todo.take.empty()) return;
  std::vector<std::string> dead;
  {
    const std::lock_guard lock(mutex_);
    dead.assign(dead_.begin(), dead_.end());
  }
  const auto taken = store_->take(options_.instance, todo.take, dead);
  if (!taken) return;  // the next round knows
  for (const auto& one : *taken) serve(one);
}

void membership::serve(const lease& one) {
  house_.open(one.shard, one.owner);
  {
    const std::lock_guard lock(mutex_);
    running_.push_back({one, false});
    const auto stands = std::find_if(map_.leases.begin(), map_.leases.end(), [&](const lease& l) { return l.shard == one.shard; });
    if (stands == map_.leases.end()) {
      map_.leases.push_back(one);
    } else {
      *stands = one;
    }
  }
  region_->place(one.shard, {where::here, {}});
}

void membership::stop(shard_id shard) {
  region_->place(shard, {});
  house_.close(shard);
  const std::lock_guard lock(mutex_);
  std::erase_if(running_, [&](const shard_run& run) { return run.lease.shard == shard; });
  std::erase_if(moves_, [&](const moving& m) { return m.lease.shard == shard; });
}

void membership::begin_move(const move& wanted) {
  const auto shard = wanted.from.shard;
  {
    const std::lock_guard lock(mutex_);
    for (auto& run : running_)
      if (run.lease.shard == shard) run.leaving = true;
    moves_.push_back({wanted.from, wanted.to, options_.elapsed() + options_.put_away_ms_max});
  }
  region_->place(shard, {});  // its commands wait
  house_.put_away(shard, [this, shard, owner = wanted.from.owner] {
    const std::lock_guard lock(mutex_);
    for (auto& m : moves_)
      if (m.lease.shard == shard && m.lease.owner == owner) m.vacated = true;
  });
}

void membership::end_moves() {
  std::vector<moving> ready;
  {
    const std::lock_guard lock(mutex_);
    const auto late = options_.elapsed();
    const auto is_ready = [&](const moving& m) { return m.vacated || late >= m.until; };
    std::copy_if(moves_.begin(), moves_.end(), std::back_inserter(ready), is_ready);
    std::erase_if(moves_, is_ready);
  }
  std::set<std::string> heirs;
  for (const auto& m : ready) {
    if (options_.before_hand_over) options_.before_hand_over(m.lease.shard);
    const auto given = store_->hand_over(options_.instance, {&m.lease, 1}, m.to);
    house_.close(m.lease.shard);
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(running_, [&](const shard_run& run) { return run.lease.shard == m.lease.shard; });
    }
    if (given && !given->empty()) {
      const std::lock_guard lock(mutex_);
      for (auto& one : map_.leases)
        if (one.shard == m.lease.shard) one = given->front();
      heirs.insert(m.to);
    } else if (given) {
      serve(m.lease);  // the heir is gone: it stays here
    }                  // else nobody knows who owns it: the next beat tells
  }
  for (const auto& heir : heirs) tell(heir);
}

void membership::tell(const std::string& instance) {
  v1::PeerRequest request;
  request.mutable_shards_given();
  constexpr milliseconds patience{1'000};
  peers_->ask(name_of(instance), request.SerializeAsString(), patience, [](const link::answer&) {});
}

std::string membership::name_of(const std::string& instance) const {
  const std::lock_guard lock(mutex_);
  for (const auto& node : map_.nodes)
    if (node.last.instance == instance) return node.last.name;
  return {};
}

void membership::show_places() {
  std::vector<std::pair<shard_id, shard_place>> places;
  const auto known = nodes();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : map_.leases) {
      if (one.node == options_.instance) continue;  // placed when it is served or given away
      const auto holder = std::find_if(known.begin(), known.end(), [&](const node_state& n) { return n.instance == one.node; });
      const bool served = holder != known.end() && holder->alive;
      places.emplace_back(one.shard, served ? shard_place{where::there, holder->name} : shard_place{});
    }
  }
  for (auto& [shard, place] : places) region_->place(shard, std::move(place));
}

void membership::lose_everything() {
  std::vector<shard_run> lost;
  {
    const std::lock_guard lock(mutex_);
    lost.swap(running_);
    moves_.clear();
  }
  for (const auto& run : lost) {
    region_->place(run.lease.shard, {});
    house_.close(run.lease.shard);
  }
}

void membership::leave() {
  lose_everything();
  (void)store_->leave(options_.instance);  // unreachable: the leases run out by themselves
  const std::lock_guard lock(mutex_);
  state_ = state::left;
}

// ---- from other threads

void membership::set_weight(std::uint32_t weight) {
  const std::lock_guard lock(mutex_);
  about_.set_weight(weight);
}

void membership::set_paused(bool paused) {
  const std::lock_guard lock(mutex_);
  about_.set_paused(paused);
}

void membership::settle(const v1::Placement& word) {
  const std::lock_guard lock(mutex_);
  auto pinned = pinned_of(about_);
  if (word.node().empty())
    pinned.reset();
  else if (word.shard() < shard_count)
    pinned.set(word.shard(), word.node() == options_.name);
  about_.clear_pinned();
  for (std::uint16_t i = 0; i < shard_count; ++i)
    if (pinned.test(i)) about_.add_pinned(i);
}

std::vector<std::pair<shard_id, std::string>> membership::moves() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<shard_id, std::string>> out;
  for (const auto& m : moves_)
    for (const auto& node : map_.nodes)
      if (node.last.instance == m.to) out.emplace_back(m.lease.shard, node.last.name);
  return out;
}

void membership::proved_dead(const std::string& instance) {
  const std::lock_guard lock(mutex_);
  dead_.insert(instance);
}

void membership::proved_alive(const std::string& instance) {
  const std::lock_guard lock(mutex_);
  dead_.erase(instance);
}

void membership::lost(shard_id shard, epoch owner) {
  const std::lock_guard lock(mutex_);
  const auto gone = std::erase_if(running_, [&](const shard_run& run) { return run.lease.shard == shard && run.lease.owner == owner; });
  if (gone > 0) region_->place(shard, {});  // calls nobody: commands only begin to wait
}

void membership::announce(const std::function<void(v1::NodeAnnouncement&)>& change) {
  const std::lock_guard lock(mutex_);
  change(about_);
}

membership::state membership::now() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::size_t membership::holds() const {
  const std::lock_guard lock(mutex_);
  return running_.size();
}

persistence::cluster_map membership::map() const {
  const std::lock_guard lock(mutex_);
  return map_;
}

}  // namespace holdfast::actors::cluster
