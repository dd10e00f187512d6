#include "tests/simulation/cluster/cluster_world.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "actors/reply_slot.hpp"

namespace holdfast::simulation {

using actors::cluster::membership;

namespace {

constexpr std::int64_t slack_ms = 1'000;  // ticks, slow processors, clocks that run at different speeds
constexpr std::size_t findings_max = 50;

persistence::memory_disk::options disk_options(const wall_clock& time, bool ignore_epoch) {
  persistence::memory_disk::options out;
  out.clock = &time;
  out.ignore_epoch = ignore_epoch;
  return out;
}

}  // namespace

cluster_world::cluster_world(options wanted)
    : random_(wanted.seed),
      time_(begin_ms),
      disk_(std::make_shared<persistence::memory_disk>(disk_options(time_, wanted.ignore_epoch))),
      storage_(persistence::open_memory(disk_)),
      net_(random_),
      commons_{random_,
               time_,
               disk_,
               net_,
               epochs_,
               letters_,
               [this](std::int64_t ms, std::function<void()> what) { after(ms, std::move(what)); }} {
  if (!storage_->migrate()) std::abort();
  const auto machines = 3 + pick(6) / 3;  // mostly three
  for (std::size_t i = 0; i < machines; ++i)
    hosts_.push_back(std::make_unique<host>("n" + std::to_string(i + 1), time_, between(-300, 300), between(-20'000, 20'000)));
  for (auto& h : hosts_) start(*h);
}

cluster_world::~cluster_world() { stop(); }

void cluster_world::stop() {
  for (auto& h : hosts_) {
    h->knocks.clear();
    if (h->node) end(*h, true);
  }
  later_.clear();
  questions_.clear();
}

void cluster_world::find(std::string what) {
  if (findings_.size() < findings_max) findings_.push_back("at " + std::to_string(time_.now() - begin_ms) + " ms: " + std::move(what));
}

findings cluster_world::take_findings() {
  for (const auto& v : epochs_.violations()) find(v);
  for (const auto& v : letters_.violations()) find(v);
  return std::exchange(findings_, {});
}

// ---- guests

void cluster_world::ask(std::shared_ptr<v1::Command> command, actors::reply_handler handler) {
  std::vector<host*> open;
  for (auto& h : hosts_)
    if (h->node && h->node->joined() && !h->leaving) open.push_back(h.get());
  if (open.empty()) return handler(actors::unavailable_reply());
  ask_at(*open[pick(open.size())], std::move(command), std::move(handler));
}

void cluster_world::ask_at(host& at, std::shared_ptr<v1::Command> command, actors::reply_handler handler) {
  if (!at.paused) return put(at, std::move(command), std::move(handler));
  at.knocks.push_back([this, &at, command = std::move(command), handler = std::move(handler)]() mutable {
    if (!at.node) return handler(actors::unavailable_reply());
    put(at, std::move(command), std::move(handler));
  });
}

void cluster_world::put(host& at, std::shared_ptr<v1::Command> command, actors::reply_handler handler) {
  const bool is_read = actors::cluster::is_read(*command);
  tell("{} is asked: {} {} {}", at.name, static_cast<int>(command->kind_case()), command->entity_id(), command->idempotency_key());
  auto asked = std::make_shared<question>(
      question{&at, command->entity_id(), time_.now() + patience_ms, shown_[command->entity_id()], std::move(handler)});
  questions_.push_back(asked);
  at.node->ask(std::move(command),
               [this, asked, is_read](const std::shared_ptr<const v1::Reply>& reply) { answered(*asked, is_read, reply); });
}

void cluster_world::answered(question& q, bool is_read, const std::shared_ptr<const v1::Reply>& reply) {
  if (q.void_) return;
  tell("{} answers about {}: {}", q.at->name, q.entity, reply->ShortDebugString().substr(0, 60));
  if (q.answers++ > 0) return find("a guest of " + q.at->name + " was answered twice about " + q.entity);
  auto& newest = shown_[q.entity];
  const auto version = reply->has_block() ? reply->block().version() : reply->has_booking() ? reply->booking().version() : 0;
  if (reply->age_ms() == 0) {
    if (is_read && version > 0 && version < q.floor)
      find(q.at->name + " showed " + q.entity + " as of " + std::to_string(version) + ", somebody had seen " + std::to_string(q.floor));
    newest = std::max(newest, version);
  }
  std::exchange(q.handler, nullptr)(reply);
}

void cluster_world::look_for_late_answers() {
  for (auto it = questions_.begin(); it != questions_.end();) {
    auto& q = **it;
    const bool over = q.answers > 0 || q.void_;
    const bool late = !over && q.at->runs() && time_.now() > std::max(q.due, q.at->resumed_at) + slack_ms;
    if (late) find("a guest of " + q.at->name + " was not answered in time about " + q.entity);
    it = over || late ? questions_.erase(it) : std::next(it);
  }
}

// ---- machines

void cluster_world::start(host& h) {
  if (h.node) return;
  h.paused = h.leaving = false;
  h.resumed_at = time_.now();
  tell("{} starts", h.name);
  h.node = std::make_unique<life>(commons_, h.name, ++h.starts, h.clock);
}

void cluster_world::end(host& h, bool refuses) {
  if (!h.node) return;
  tell("{} ends{}", h.name, refuses ? "" : " without a word");
  std::vector<std::shared_ptr<question>> broken;
  for (const auto& q : questions_)
    if (q->at == &h && q->answers == 0 && !std::exchange(q->void_, true)) broken.push_back(q);
  h.node->end(refuses);
  h.node.reset();
  h.paused = h.leaving = false;
  for (auto& knock : std::exchange(h.knocks, {})) knock();
  for (const auto& q : broken) q->handler(actors::unavailable_reply());  // as whoever talks to guests tells them
}

void cluster_world::pause(host& h) {
  if (!h.runs()) return;
  tell("{} is paused", h.name);
  h.paused = true;
  net_.set_paused(h.name, true);
}

void cluster_world::resume(host& h) {
  if (!h.node || !h.paused) return;
  tell("{} goes on", h.name);
  h.paused = false;
  h.resumed_at = time_.now();
  net_.set_paused(h.name, false);
  // What is looked at first is nobody's promise: its actors' messages, the wire, its clock or the guests at its door.
  run(pick(12));
  for (auto& knock : std::exchange(h.knocks, {})) knock();
  run(pick(12));
  look_for_two_owners();
}

void cluster_world::leave(host& h) {
  if (!h.runs()) return;
  h.node->leave();
  end(h, true);
}

void cluster_world::crash_store() {
  tell("the store starts again");
  disk_->crash();
}

// ---- time

void cluster_world::after(std::int64_t ms, std::function<void()> what) { later_.emplace(time_.now() + ms, std::move(what)); }

unix_ms cluster_world::next() const {
  auto out = net_.next();
  if (!later_.empty()) out = std::min(out, later_.begin()->first);
  for (const auto& h : hosts_)
    if (h->runs()) out = std::min(out, h->node->next());
  return out;
}

void cluster_world::run(std::size_t steps) {
  for (; steps > 0; --steps) {
    auto& h = any_host();
    if (h.runs()) (void)h.node->step();
  }
}

void cluster_world::run_actors() {
  for (auto& h : hosts_) {
    if (!h->runs()) continue;
    auto left = h->lazy_until > time_.now() ? pick(8) : 100'000;
    while (left-- > 0 && h->node->step()) {
    }
  }
}

void cluster_world::turn() {
  while (!later_.empty() && later_.begin()->first <= time_.now()) {
    const auto what = std::move(later_.extract(later_.begin()).mapped());
    what();
  }
  for (auto& h : hosts_)
    if (h->runs()) h->node->follow_time();
  net_.run(time_.now());
  const auto first = pick(hosts_.size());
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    auto& h = *hosts_[(first + i) % hosts_.size()];
    if (h.runs()) h.node->work();
  }
  run_actors();
  bool moved = false;
  for (auto& h : hosts_) moved = (h->node && h->node->take_places_changed()) || moved;
  if (moved) look_for_two_owners();
  look_for_late_answers();
}

void cluster_world::pass(std::int64_t ms) {
  const auto end = time_.now() + ms;
  while (time_.now() < end) {
    time_.advance(std::min(end, std::max(time_.now() + 1, next())) - time_.now());
    turn();
  }
}

void cluster_world::settle() {
  for (int i = 0; i < 20; ++i) {
    pass(5);
    if (net_.quiet()) return;
  }
}

// ---- what must hold all the while

void cluster_world::look_for_two_owners() {
  shard_set taken, twice;
  for (const auto& h : hosts_) {
    if (!h->runs()) continue;
    const auto here = h->node->region().served();
    twice |= taken & here;
    taken |= here;
  }
  if (twice.none()) return;
  std::string who;
  for (const auto& h : hosts_)
    if (h->runs() && (h->node->region().served() & twice).any()) who += " " + h->name;
  find(std::to_string(twice.count()) + " shards are decided by more than one of" + who);
}

bool cluster_world::complete() const {
  shard_set served;
  for (const auto& h : hosts_) {
    if (!h->runs() || h->node->hangs() || h->node->member().now() != membership::state::member) return false;
    served |= h->node->region().served();
  }
  return served.all();
}

}  // namespace holdfast::simulation
