#include "actors/cluster/live_relay.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::actors::cluster {
namespace {

using std::chrono::milliseconds;
using where = shard_place::where;

std::string key_of(const std::string& tenant, const std::string& topic) { return tenant + "/" + topic; }
std::string key_of(const v1::TopicName& name) { return key_of(name.tenant_slug(), name.topic()); }

std::uint64_t hash_of(const std::string& key) noexcept {  // FNV-1a: the same on every node
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : key) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return h;
}

std::string noted() {
  v1::PeerAnswer out;
  out.mutable_noted();
  return out.SerializeAsString();
}

std::string not_here() {
  v1::PeerAnswer out;
  out.mutable_not_here();
  return out.SerializeAsString();
}

constexpr milliseconds patience{2'000};
constexpr std::size_t topics_of_request = 1'000;

}  // namespace

live_relay::live_relay(std::shared_ptr<live_feed> here, live_sockets& sockets, relay_limits limits)
    : here_(std::move(here)), sockets_(sockets), limits_(limits) {}

void live_relay::connect(std::shared_ptr<link::peers> links, std::function<shard_place(shard_id)> place_of) {
  links_ = std::move(links);
  place_of_ = std::move(place_of);
}

void live_relay::refresh(const names& topics) {
  figures_.topics_restarted.fetch_add(topics.size(), std::memory_order_relaxed);
  for (const auto& one : topics) sockets_.refresh(one.tenant_slug(), one.topic());
}

// ---- what this node's guests follow

void live_relay::follow(const std::string& tenant, const std::string& topic, const std::string& entity) {
  v1::TopicName name;
  name.set_tenant_slug(tenant);
  name.set_topic(topic);
  name.set_entity_id(entity);
  const auto shard = shard_of(entity);
  const auto place = place_of_(shard);
  {
    const std::lock_guard lock(mutex_);
    const auto key = key_of(name);
    auto& t = following_[key];
    t = {.name = name,
         .shard = shard,
         .at = place.at == where::there ? place.node : std::string(),
         .confirmed = place.at == where::here,
         .gap = place.at == where::nowhere};
    by_shard_.at(shard.value).insert(key);
    if (place.at == where::nowhere) restless_.set(shard.value);
  }
  if (place.at == where::there) ask_to_follow(place.node, {std::move(name)});
}

void live_relay::unfollow(const std::string& tenant, const std::string& topic) {
  std::string at;
  v1::PeerRequest request;
  {
    const std::lock_guard lock(mutex_);
    const auto known = following_.find(key_of(tenant, topic));
    if (known == following_.end()) return;
    at = known->second.at;
    *request.mutable_unfollow()->add_topics() = known->second.name;
    by_shard_.at(known->second.shard.value).erase(known->first);
    following_.erase(known);
  }
  // Where it gets lost the other node finds out when both compare.
  if (!at.empty()) links_->ask(at, request.SerializeAsString(), patience, [](const link::answer&) {});
}

void live_relay::ask_to_follow(const std::string& node, names topics) {
  for (std::size_t begin = 0; begin < topics.size(); begin += topics_of_request) {
    const auto end = std::min(topics.size(), begin + topics_of_request);
    names part(topics.begin() + static_cast<std::ptrdiff_t>(begin), topics.begin() + static_cast<std::ptrdiff_t>(end));
    v1::PeerRequest request;
    for (const auto& one : part) *request.mutable_follow()->add_topics() = one;
    links_->ask(node, request.SerializeAsString(), patience,
                [me = weak_from_this(), node, part = std::move(part)](const link::answer& answer) {
                  if (const auto self = me.lock()) self->heard(node, part, answer);
                });
  }
}

void live_relay::heard(const std::string& node, const names& asked, const link::answer& answer) {
  v1::PeerAnswer said;
  const bool understood = answer && said.ParseFromString(*answer) && said.has_followed();
  std::set<std::uint32_t> refused(said.followed().not_here().begin(), said.followed().not_here().end());
  names fresh;
  {
    const std::lock_guard lock(mutex_);
    for (std::uint32_t i = 0; i < asked.size(); ++i) {
      const auto known = following_.find(key_of(asked[i]));
      if (known == following_.end() || known->second.at != node) continue;
      auto& t = known->second;
      if (!understood || refused.contains(i)) {
        lose(t);
        t.not_before = now_ + limits_.retry_ms;
      } else {
        t.confirmed = true;
        if (std::exchange(t.gap, false)) fresh.push_back(t.name);
      }
    }
  }
  refresh(fresh);
}

/// The next tick, or its shard's move, tries again.
void live_relay::lose(followed_topic& t) {
  t.at.clear();
  t.confirmed = false;
  t.gap = true;
  restless_.set(t.shard.value);
}

void live_relay::moved(shard_id shard) {
  const auto place = place_of_(shard);
  names fresh, again;
  {
    const std::lock_guard lock(mutex_);
    if (place.at != where::here) {
      for (const auto& key : std::exchange(followers_by_shard_.at(shard.value), {})) {
        for (const auto& node : followers_.at(key).nodes) {
          auto& of = nodes_.at(node);
          of.topics.erase(key);
          of.sum -= hash_of(key);
          figures_.topics_for_others.fetch_sub(1, std::memory_order_relaxed);
        }
        followers_.erase(key);
      }
    }
    restless_.set(shard.value, place.at == where::nowhere);
    for (const auto& key : by_shard_.at(shard.value)) {
      auto& t = following_.at(key);
      t.confirmed = place.at == where::here;
      t.gap = place.at != where::here;
      t.at = place.at == where::there ? place.node : std::string();
      if (place.at == where::here) fresh.push_back(t.name);
      if (place.at == where::there) again.push_back(t.name);
    }
  }
  refresh(fresh);  // what happened between the two owners was told to nobody
  if (!again.empty()) ask_to_follow(place.node, std::move(again));
}

void live_relay::tick(milliseconds elapsed) {
  shard_set restless;
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    restless = restless_;
    now_ = elapsed;
    due = elapsed - compared_at_ >= limits_.compare_ms;
    if (due) compared_at_ = elapsed;
  }
  for (std::uint16_t i = 0; restless.any() && i < shard_count; ++i) {
    if (!restless.test(i)) continue;
    restless.reset(i);
    const auto place = place_of_({i});
    if (place.at == where::nowhere) continue;
    names fresh, again;
    {
      const std::lock_guard lock(mutex_);
      restless_.reset(i);
      for (const auto& key : by_shard_.at(i)) {
        auto& t = following_.at(key);
        if (t.confirmed || !t.at.empty()) continue;
        if (t.not_before > now_) {
          restless_.set(i);
        } else if (place.at == where::there) {
          t.at = place.node;
          again.push_back(t.name);
        } else {
          t.confirmed = true;
          if (std::exchange(t.gap, false)) fresh.push_back(t.name);
        }
      }
    }
    refresh(fresh);
    if (!again.empty()) ask_to_follow(place.node, std::move(again));
  }
  if (due) compare();
}

void live_relay::compare() {
  std::map<std::string, v1::FollowedTopics> believed;
  {
    const std::lock_guard lock(mutex_);
    std::int64_t elsewhere = 0;
    for (const auto& [key, t] : following_) {
      if (t.at.empty()) continue;
      ++elsewhere;
      auto& sum = believed[t.at];
      if (!t.confirmed) {
        sum.set_count(0);
        sum.set_sum(1);  // an answer is still on its way: not this time
      }
      if (sum.count() == 0 && sum.sum() == 1) continue;
      sum.set_count(sum.count() + 1);
      sum.set_sum(sum.sum() + hash_of(key));
    }
    figures_.topics_elsewhere = elsewhere;
  }
  for (const auto& [node, sum] : believed) {
    if (sum.count() == 0) continue;
    v1::PeerRequest request;
    *request.mutable_followed() = sum;
    links_->ask(node, request.SerializeAsString(), patience, [me = weak_from_this(), node = node](const link::answer& answer) {
      v1::PeerAnswer said;
      const auto self = me.lock();
      if (self && answer && said.ParseFromString(*answer) && said.has_not_here()) self->follow_again(node);
    });
  }
}

void live_relay::follow_again(const std::string& node) {
  names again;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [key, t] : following_) {
      if (t.at != node) continue;
      t.confirmed = false;
      t.gap = true;
      again.push_back(t.name);
    }
  }
  if (!again.empty()) ask_to_follow(node, std::move(again));
}

void live_relay::peer_down(const std::string& node) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, t] : following_)
    if (t.at == node) lose(t);
  forget(node);
}

// ---- what guests of other nodes follow here

void live_relay::publish(std::shared_ptr<const v1::LiveChange> change) {
  const bool others = figures_.topics_for_others.load(std::memory_order_relaxed) > 0;
  auto kept = others ? change : nullptr;
  here_->publish(std::move(change));
  if (!others) return;
  std::vector<std::string> ready;
  {
    const std::lock_guard lock(mutex_);
    const auto known = followers_.find(key_of(kept->tenant_slug(), kept->topic()));
    if (known == followers_.end()) return;
    for (const auto& node : known->second.nodes) {
      auto& to = nodes_[node];
      if (to.waiting.size() >= limits_.backlog_changes_max) {
        v1::TopicName name;
        name.set_tenant_slug(kept->tenant_slug());
        name.set_topic(kept->topic());
        to.lost.insert_or_assign(known->first, std::move(name));
        continue;
      }
      to.waiting.push_back(kept);
      if (!std::exchange(to.under_way, true)) ready.push_back(node);
    }
  }
  for (const auto& node : ready) flush(node);
}

/// One batch at a time on its way to a node: what happens meanwhile is the next one.
void live_relay::flush(const std::string& node) {
  v1::PeerRequest request;
  names carried;
  {
    const std::lock_guard lock(mutex_);
    const auto known = nodes_.find(node);
    if (known == nodes_.end()) return;
    auto& to = known->second;
    if (to.waiting.empty() && to.lost.empty()) {
      to.under_way = false;
      return;
    }
    auto& out = *request.mutable_changes();
    std::set<std::string> topics;
    for (const auto& change : to.waiting) {
      *out.add_changes() = *change;
      if (!topics.insert(key_of(change->tenant_slug(), change->topic())).second) continue;
      auto& name = carried.emplace_back();
      name.set_tenant_slug(change->tenant_slug());
      name.set_topic(change->topic());
    }
    for (auto& [key, name] : to.lost) {
      carried.push_back(name);
      *out.add_lost() = std::move(name);
    }
    figures_.changes_sent.fetch_add(to.waiting.size(), std::memory_order_relaxed);
    to.waiting.clear();
    to.lost.clear();
  }
  links_->ask(node, request.SerializeAsString(), limits_.batch_patience_ms,
              [me = weak_from_this(), node, carried = std::move(carried)](const link::answer& answer) {
                if (const auto self = me.lock()) self->delivered(node, carried, static_cast<bool>(answer));
              });
}

void live_relay::delivered(const std::string& node, const names& carried, bool arrived) {
  if (!arrived) {
    const std::lock_guard lock(mutex_);
    const auto known = nodes_.find(node);
    if (known == nodes_.end()) return;
    for (const auto& name : carried) known->second.lost.insert_or_assign(key_of(name), name);
    known->second.under_way = false;  // tried again with the next change, or when both compare
    return;
  }
  flush(node);
}

v1::PeerAnswer live_relay::admit(const std::string& from, const v1::FollowTopics& wanted) {
  v1::PeerAnswer out;
  auto& answer = *out.mutable_followed();
  for (int i = 0; i < wanted.topics_size(); ++i) {
    const auto& name = wanted.topics(i);
    const auto key = key_of(name);
    const bool here = place_of_(shard_of(name.entity_id())).at == where::here;
    const std::lock_guard lock(mutex_);
    auto& node = nodes_[from];
    if (!here || node.topics.size() >= limits_.topics_of_node_max) {
      answer.add_not_here(static_cast<std::uint32_t>(i));
      continue;
    }
    if (!node.topics.insert(key).second) continue;
    node.sum += hash_of(key);
    const auto shard = shard_of(name.entity_id());
    auto& told = followers_.try_emplace(key, told_topic{shard, {}}).first->second;
    told.nodes.push_back(from);
    followers_by_shard_.at(shard.value).insert(key);
    figures_.topics_for_others.fetch_add(1, std::memory_order_relaxed);
  }
  return out;
}

void live_relay::dismiss(const std::string& from, const v1::UnfollowTopics& topics) {
  const std::lock_guard lock(mutex_);
  const auto known = nodes_.find(from);
  if (known == nodes_.end()) return;
  for (const auto& name : topics.topics())
    if (const auto key = key_of(name); known->second.topics.erase(key) > 0) drop(from, known->second, key);
}

void live_relay::drop(const std::string& node, subscriber_node& of, const std::string& key) {
  of.sum -= hash_of(key);
  figures_.topics_for_others.fetch_sub(1, std::memory_order_relaxed);
  const auto known = followers_.find(key);
  if (known == followers_.end()) return;
  std::erase(known->second.nodes, node);
  if (!known->second.nodes.empty()) return;
  followers_by_shard_.at(known->second.shard.value).erase(key);
  followers_.erase(known);
}

void live_relay::forget(const std::string& node) {
  const auto known = nodes_.find(node);
  if (known == nodes_.end()) return;
  for (const auto& key : std::exchange(known->second.topics, {})) drop(node, known->second, key);
  nodes_.erase(known);
}

/// Otherwise what stands here is forgotten: the other one follows everything anew.
bool live_relay::agrees(const std::string& from, const v1::FollowedTopics& believed) {
  const std::lock_guard lock(mutex_);
  const auto known = nodes_.find(from);
  if (known != nodes_.end() && known->second.topics.size() == believed.count() && known->second.sum == believed.sum() &&
      known->second.lost.empty())
    return true;
  forget(from);
  return false;
}

void live_relay::take(const std::string& from, const v1::LiveChanges& batch) {
  const auto current = [&](const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto known = following_.find(key);
    return known != following_.end() && known->second.at == from;
  };
  figures_.changes_received.fetch_add(static_cast<std::uint64_t>(batch.changes_size()), std::memory_order_relaxed);
  for (const auto& change : batch.changes())
    if (current(key_of(change.tenant_slug(), change.topic()))) sockets_.publish(std::make_shared<const v1::LiveChange>(change));
  names lost;
  for (const auto& name : batch.lost())
    if (current(key_of(name))) lost.push_back(name);
  refresh(lost);
}

bool live_relay::serve(const v1::PeerRequest& asked, const link::incoming_request& request) {
  switch (asked.kind_case()) {
    case v1::PeerRequest::kFollow:
      request.reply(admit(request.from, asked.follow()).SerializeAsString());
      return true;
    case v1::PeerRequest::kUnfollow:
      dismiss(request.from, asked.unfollow());
      request.reply(noted());
      return true;
    case v1::PeerRequest::kFollowed:
      request.reply(agrees(request.from, asked.followed()) ? noted() : not_here());
      return true;
    case v1::PeerRequest::kChanges:
      take(request.from, asked.changes());
      request.reply(noted());
      return true;
    default:
      return false;
  }
}

}  // namespace holdfast::actors::cluster
