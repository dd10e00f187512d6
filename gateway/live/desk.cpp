#include "gateway/live/desk.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <algorithm>
#include <utility>

#include "gateway/auth/bearer.hpp"
#include "gateway/auth/tokens.hpp"

namespace holdfast::gateway {
namespace {

/// On whatever thread the region answers: the encoding is the expensive part and stays off the lane.
snapshot_answer prepare(const topic& t, v1::Actor reader, const v1::Reply& reply, const live_encoder& encoder, std::int64_t own_count) {
  if (reply.has_rejection()) return {reply.rejection().code(), {}};
  const auto version = snapshot_version(t, reply);
  if (!version) return {v1::INTERNAL, {}};
  const auto state = encoder.snapshot({t.tenant, reader}, reply);
  if (state.empty()) return {v1::NOT_FOUND, {}};
  const auto shown = t.counts_own_versions() ? own_count : *version;
  return {v1::ERROR_CODE_UNSPECIFIED, {shown, snapshot_frame(t.name, shown, state)}};
}

std::int64_t known_version(const followed_topic& t) noexcept {
  return std::max({t.last, t.kept ? t.kept->version : 0, t.complete.value_or(0)});
}

bool passing(v1::ErrorCode code) noexcept { return code == v1::UNAVAILABLE || code == v1::OVERLOADED; }

}  // namespace

desk::desk(std::shared_ptr<live_shared> shared, std::shared_ptr<lane> on) : shared_(std::move(shared)), lane_(std::move(on)) {}

desk::~desk() {
  while (!topics_.empty()) erase(topics_.begin());
}

// ---- topics

followed_topic* desk::follow(const topic& what) {
  auto key = what.key();
  if (const auto at = topics_.find(key); at != topics_.end()) return at->second.get();
  const auto now = shared_->clock.now();
  forget_deserted(now, topics_.size() >= shared_->settings.topics_max);
  if (topics_.size() >= shared_->settings.topics_max) return nullptr;
  auto made = std::make_unique<followed_topic>();
  made->what = what;
  made->key = key;
  shared_->followed.add(what, lane_->index());
  shared_->metrics.topics.Increment();
  return topics_.emplace(std::move(key), std::move(made)).first->second.get();
}

void desk::forget_deserted(unix_ms now, bool all) {
  if (!all && now < collect_at_) return;
  collect_at_ = now + shared_->settings.linger_ms / 2;
  for (auto at = topics_.begin(); at != topics_.end();) {
    const auto here = at++;
    const auto& t = *here->second;
    if (t.subscribers.empty() && (all || now >= t.deserted_at + shared_->settings.linger_ms)) erase(here);
  }
}

void desk::erase(std::unordered_map<std::string, std::unique_ptr<followed_topic>>::iterator at) noexcept {
  auto& t = *at->second;
  shared_->followed.remove(t.what, lane_->index());
  shared_->metrics.topics.Decrement();
  drop_kept(t);
  kept_bytes_ -= t.ring_bytes;
  topics_.erase(at);
}

bool desk::subscribe(subscription& s, const topic& what) {
  auto* t = follow(what);
  if (!t) return false;
  s.topic = t;
  s.serial = ++serials_;
  s.place = t->subscribers.size();
  t->subscribers.push_back(&s);
  shared_->metrics.subscriptions.Increment();
  return true;
}

void desk::unsubscribe(subscription& s) noexcept {
  auto& t = *s.topic;
  t.subscribers[s.place] = t.subscribers.back();
  t.subscribers[s.place]->place = s.place;
  t.subscribers.pop_back();
  if (t.subscribers.empty()) t.deserted_at = shared_->clock.now();
  private_asks_.erase(s.serial);
  s.topic = nullptr;
  shared_->metrics.subscriptions.Decrement();
}

std::size_t desk::subscriptions(const std::function<bool(const topic&)>& of) const {
  std::size_t out = 0;
  for (const auto& [key, t] : topics_)
    if (of(t->what)) out += t->subscribers.size();
  return out;
}

// ---- snapshots

void desk::serve(subscription& s) {
  auto& t = *s.topic;
  if (shared_->clock.now() < t.retry_at) return;
  if (!may_follow(s)) return s.owner->refused(s, v1::NOT_FOUND);
  if (resume(s) || serve_kept(s)) return;
  if (t.what.is_private()) {
    const auto who = reader_of(s);
    if (!who) return s.owner->refused(s, v1::NOT_FOUND);
    s.now = subscription::phase::asking;
    private_asks_[s.serial] = &s;
    return ask(t, s.serial, *who);
  }
  s.now = subscription::phase::asking;
  if (!t.asking) {
    t.asking = true;
    t.what.is_for_operators() ? show_cluster(t) : ask(t, 0, {});
  }
}

/// A token may run out while its owner looks on.
bool desk::may_follow(const subscription& s) const {
  if (!s.topic->what.is_for_operators()) return true;
  if (shared_->cluster == nullptr) return false;
  const auto verified = verify_jwt(*shared_->keys, s.bearer, shared_->clock.now());
  const auto* who = std::get_if<principal>(&verified);
  return who != nullptr && !authorize(*who, every_tenant, {});
}

/// As an answer that comes later: whoever asked is in the middle of asking.
void desk::show_cluster(followed_topic& t) {
  auto [version, state] = shared_->cluster->snapshot();
  snapshot_answer answer{v1::ERROR_CODE_UNSPECIFIED, {version, snapshot_frame(t.what.name, version, state)}};
  lane_->post([me = weak_from_this(), key = t.key, answer = std::move(answer)] {
    if (const auto still = me.lock()) still->answered(key, 0, answer);
  });
}

/// Empty: the token of staff does not hold, or no longer.
std::optional<topic_reader> desk::reader_of(const subscription& s) const {
  if (s.bearer.empty()) return topic_reader{v1::ACTOR_GUEST, token_digest(s.access)};
  const auto verified = verify_jwt(*shared_->keys, s.bearer, shared_->clock.now());
  const auto* who = std::get_if<principal>(&verified);
  if (!who || authorize(*who, s.topic->what.tenant, {"staff", "admin"})) return std::nullopt;
  return topic_reader{v1::ACTOR_STAFF, {}};
}

bool desk::resume(subscription& s) {
  const auto& t = *s.topic;
  const auto from = s.resume_from;
  if (!from || t.what.is_private() || t.what.counts_own_versions() || !t.complete) return false;
  if (*from < std::max(*t.complete, t.lost) || *from > known_version(t)) return false;
  s.resume_from.reset();
  s.now = subscription::phase::current;
  shared_->metrics.resumed.Increment();
  replay(s, *from);
  return true;
}

bool desk::serve_kept(subscription& s) {
  const auto& t = *s.topic;
  if (t.what.is_private() || !t.kept || t.lost > t.kept->version) return false;
  // Who has seen more than this lane (another one told him) shall not go back.
  if (s.resume_from && !t.what.counts_own_versions() && *s.resume_from > known_version(t)) return false;
  const auto newer = std::count_if(t.ring.begin(), t.ring.end(), [&](const auto& d) { return d.version > t.kept->version; });
  if (static_cast<std::size_t>(newer) > shared_->settings.replay_max) return false;
  deliver(s, *t.kept);
  return true;
}

void desk::deliver(subscription& s, const versioned_frame& snapshot) {
  s.now = subscription::phase::current;
  s.resume_from.reset();
  s.asked_in_vain = 0;
  shared_->metrics.snapshots.Increment();
  s.owner->deliver(snapshot.text);
  replay(s, snapshot.version);
}

void desk::replay(subscription& s, std::int64_t above) {
  s.seen = above;
  for (const auto& d : s.topic->ring) {
    if (d.version <= s.seen) continue;
    s.seen = d.version;
    shared_->metrics.deltas.Increment();
    s.owner->deliver(d.text);
  }
}

void desk::ask(followed_topic& t, std::uint64_t for_one, const topic_reader& who) {
  auto command = std::make_shared<v1::Command>(snapshot_query(t.what, who));
  command->set_deadline_ms(shared_->clock.now() + shared_->settings.ask_ms_max);
  // A count of our own must not be ahead of the state: changes published from here on may or may not be in the answer.
  const auto own_count = t.what.counts_own_versions() ? shared_->followed.last(t.key) : 0;
  shared_->region->ask(
      std::move(command), [me = weak_from_this(), on = lane_, what = t.what, reader = who.actor, own_count, for_one](const auto& reply) {
        const auto alive = me.lock();
        if (!alive) return;
        on->post([me, key = what.key(), for_one, answer = prepare(what, reader, *reply, *alive->shared_->encoder, own_count)] {
          if (const auto still = me.lock()) still->answered(key, for_one, answer);
        });
      });
}

void desk::answered(const std::string& key, std::uint64_t for_one, const snapshot_answer& answer) {
  const auto at = topics_.find(key);
  if (at == topics_.end()) return;
  auto& t = *at->second;
  if (for_one == 0) {
    if (std::exchange(t.asking, false)) answered_all(t, answer);
    return;
  }
  const auto who = private_asks_.find(for_one);
  if (who == private_asks_.end()) return;  // unsubscribed meanwhile
  auto& s = *who->second;
  private_asks_.erase(who);
  answered_one(t, s, answer);
}

void desk::answered_one(followed_topic& t, subscription& s, const snapshot_answer& answer) {
  auto& owner = *s.owner;
  const bool outdated = answer.error == v1::ERROR_CODE_UNSPECIFIED && t.lost > answer.snapshot.version;
  if (answer.error == v1::ERROR_CODE_UNSPECIFIED && !outdated) {
    deliver(s, answer.snapshot);
  } else if ((outdated || passing(answer.error)) && ++s.asked_in_vain < shared_->settings.asks_in_vain_max) {
    s.now = subscription::phase::wanted;
    if (!outdated) t.retry_at = shared_->clock.now() + shared_->settings.retry_ms;
  } else {
    owner.refused(s, outdated ? v1::UNAVAILABLE : answer.error);
  }
  owner.settled();
}

/// True: those who wait shall try again. False: the error is theirs.
bool desk::put_off(followed_topic& t, v1::ErrorCode error) {
  if (++t.asked_in_vain >= shared_->settings.asks_in_vain_max) {
    t.asked_in_vain = 0;
    return false;
  }
  if (!passing(error)) return error == v1::ERROR_CODE_UNSPECIFIED;
  t.retry_at = shared_->clock.now() + shared_->settings.retry_ms;
  return true;
}

void desk::answered_all(followed_topic& t, const snapshot_answer& answer) {
  std::vector<subscription*> waiting;
  std::copy_if(t.subscribers.begin(), t.subscribers.end(), std::back_inserter(waiting),
               [](const auto* s) { return s->now == subscription::phase::asking; });
  const bool outdated = answer.error == v1::ERROR_CODE_UNSPECIFIED && t.lost > answer.snapshot.version;
  const bool good = answer.error == v1::ERROR_CODE_UNSPECIFIED && !outdated;
  const bool again = !good && put_off(t, answer.error);
  if (good) {
    t.asked_in_vain = 0;
    t.complete = std::min(t.complete.value_or(answer.snapshot.version), answer.snapshot.version);
    drop_kept(t);
    t.kept = answer.snapshot;
    kept_bytes_ += t.kept->text->size();
  }
  std::vector<live_subscriber*> owners;
  owners.reserve(waiting.size());
  for (auto* s : waiting) owners.push_back(s->owner);
  for (auto* s : waiting) {
    // Asked before the change that this subscriber has seen elsewhere; the next answer will have it. Once only: the number may be made up.
    const bool too_old =
        good && s->resume_from && *s->resume_from > answer.snapshot.version && !t.what.counts_own_versions() && s->asked_in_vain++ == 0;
    if (good && !too_old) {
      deliver(*s, answer.snapshot);
    } else if (too_old || again) {
      s->now = subscription::phase::wanted;
    } else {
      s->owner->refused(*s, outdated ? v1::UNAVAILABLE : answer.error);
    }
  }
  if (good && kept_bytes_ > shared_->settings.kept_bytes_max) drop_kept(t);
  for (auto* owner : owners) owner->settled();
}

// ---- changes

void desk::apply(const std::string& key, change_ptr change) {
  const auto at = topics_.find(key);
  if (at == topics_.end()) return;
  auto& t = *at->second;
  if (t.subscribers.empty()) {
    forget_deserted(shared_->clock.now(), false);
    if (!topics_.contains(key)) return;
  }
  if (change->voids()) return start_over(t, change->version());
  if (t.last != 0 && change->from() > t.last) start_over(t, change->from());  // dropped on the way to this lane
  t.last = change->version();
  t.pending.push_back(std::move(change));
  if (!t.under_way.what.text) {
    auto changes = std::exchange(t.pending, {});
    remember(t, {t.last, fold(changes)});
    return begin_sweep(t, std::move(changes));
  }
  if (t.pending.size() + t.under_way.changes.size() > shared_->settings.backlog_max) start_over(t, t.last);
}

/// With few subscribers a sweep is one turn: nothing ever waits, and each change goes out by itself. Very many get fewer and bigger frames.
void desk::begin_sweep(followed_topic& t, std::vector<change_ptr> changes) {
  t.under_way.what = {changes.back()->version(), fold(changes)};
  t.under_way.changes = std::move(changes);
  t.under_way.unvisited = t.subscribers.size();
  go_on_sweeping(t);
}

void desk::take_along(followed_topic& t) {
  if (t.pending.empty()) return;
  remember(t, {t.last, fold(t.pending)});
  auto& [what, changes, missed, unvisited] = t.under_way;
  missed.insert(missed.end(), t.pending.begin(), t.pending.end());
  changes.insert(changes.end(), t.pending.begin(), t.pending.end());
  t.pending.clear();
  what = {t.last, fold(changes)};
}

frame desk::fold(const std::vector<change_ptr>& changes) {
  if (changes.size() == 1) return changes.front()->text(*shared_->encoder, shared_->metrics);
  std::vector<const v1::LiveChange*> all;
  all.reserve(changes.size());
  for (const auto& c : changes) all.push_back(&c->change());
  shared_->metrics.encoded.Increment();
  return delta_frame(all.front()->topic(), changes.back()->version(), changes.front()->from(), shared_->encoder->delta(all));
}

void desk::go_on_sweeping(followed_topic& t) {
  take_along(t);
  const auto what = t.under_way.what;
  auto& unvisited = t.under_way.unvisited;
  unvisited = std::min(unvisited, t.subscribers.size());
  const auto stop_at = unvisited - std::min(unvisited, shared_->settings.subscribers_per_turn_max);
  std::size_t handed = 0;
  while (unvisited > stop_at) {
    auto& s = *t.subscribers[--unvisited];
    // Not above `seen`: the snapshot that this subscriber got already contains it.
    if (s.now != subscription::phase::current || what.version <= s.seen) continue;
    if (!may_follow(s)) {
      s.owner->refused(s, v1::NOT_FOUND);
      continue;
    }
    s.seen = what.version;
    s.owner->offer(what.text);
    ++handed;
  }
  shared_->metrics.deltas.Increment(static_cast<double>(handed));
  if (unvisited == 0) return end_sweep(t);
  lane_->post([me = weak_from_this(), key = t.key] {
    const auto still = me.lock();
    if (!still) return;
    const auto at = still->topics_.find(key);
    if (at != still->topics_.end() && at->second->under_way.what.text) still->go_on_sweeping(*at->second);
  });
}

void desk::end_sweep(followed_topic& t) {
  auto missed = std::move(t.under_way.missed);
  t.under_way = {};
  if (!missed.empty()) begin_sweep(t, std::move(missed));
}

void desk::overrun(const std::string& key) {
  if (const auto at = topics_.find(key); at != topics_.end()) start_over(*at->second, shared_->followed.last(key));
}

void desk::start_over(followed_topic& t, std::int64_t lost_up_to) {
  t.pending.clear();
  t.under_way = {};
  trim(t, 0, 0);
  drop_kept(t);
  t.complete.reset();
  t.last = t.lost = lost_up_to;
  std::vector<live_subscriber*> owners;
  for (auto* s : t.subscribers) {
    if (s->now != subscription::phase::current) continue;
    s->now = subscription::phase::wanted;
    owners.push_back(s->owner);
  }
  for (auto* owner : owners) owner->settled();
}

void desk::remember(followed_topic& t, versioned_frame delta) {
  const auto& limits = shared_->settings;
  t.ring_bytes += delta.text->size();
  kept_bytes_ += delta.text->size();
  t.ring.push_back(std::move(delta));
  trim(t, limits.ring_deltas_max, kept_bytes_ > limits.kept_bytes_max ? 0 : limits.ring_bytes_max);
  // A snapshot that too many changes have passed is of no use to anyone.
  if (t.kept && t.lost > t.kept->version) drop_kept(t);
}

void desk::trim(followed_topic& t, std::size_t deltas_max, std::size_t bytes_max) {
  while (t.ring.size() > deltas_max || t.ring_bytes > bytes_max) {
    const auto& oldest = t.ring.front();
    t.lost = oldest.version;
    t.ring_bytes -= oldest.text->size();
    kept_bytes_ -= oldest.text->size();
    t.ring.pop_front();
  }
}

void desk::drop_kept(followed_topic& t) noexcept {
  if (!t.kept) return;
  kept_bytes_ -= t.kept->text->size();
  t.kept.reset();
}

}  // namespace holdfast::gateway
