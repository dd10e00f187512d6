#include "tests/simulation/cluster/network.hpp"

#include <algorithm>
#include <limits>

namespace holdfast::simulation {

using actors::link::link_change;
using actors::link::link_error;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t beat_ms = 100;
constexpr std::int64_t silence_ms_max = 1'500;
constexpr std::int64_t connect_ms_max = 1'000;
constexpr std::int64_t redial_ms_min = 50;
constexpr std::int64_t redial_ms_max = 1'000;
constexpr int looks_max = 6;

}  // namespace

/// Goes back on the connection on which the request came, and on no other.
class network::reply_end final : public actors::link::reply_path::end {
public:
  reply_end(station_ptr at, std::string to, std::uint64_t connection, std::uint64_t id)
      : at_(std::move(at)), to_(std::move(to)), connection_(connection), id_(id) {}
  reply_end(const reply_end&) = delete;
  reply_end& operator=(const reply_end&) = delete;
  ~reply_end() override { say(kind::given_up, {}); }
  void send(std::string envelope) override { say(kind::answer, std::move(envelope)); }

private:
  void say(kind what, std::string envelope) {
    if (std::exchange(said_, true) || at_->ended_) return;
    const auto line = at_->lines_.find(to_);
    if (line == at_->lines_.end() || line->second.connection != connection_) return;
    at_->in_.send(at_->options_.name, to_, {what, 0, connection_, id_, std::move(envelope), {}});
  }

  station_ptr at_;
  std::string to_;
  std::uint64_t connection_;
  std::uint64_t id_;
  bool said_ = false;
};

std::shared_ptr<network::station> network::start(station_options options) {
  auto made = std::make_shared<station>(*this, std::move(options));
  return stations_[made->options_.name] = made;
}

network::station_ptr network::find(const std::string& name) const {
  const auto known = stations_.find(name);
  return known == stations_.end() ? nullptr : known->second;
}

network::station_ptr network::running(const std::string& name) const {
  auto known = find(name);
  return known && !known->ended_ && !known->paused_ ? known : nullptr;
}

// ---- what happens to nodes

void network::set_peers(const std::string& name, std::set<std::string> peers) {
  if (const auto at = find(name)) at->peers_ = std::move(peers);
}

void network::set_paused(const std::string& name, bool paused) {
  if (const auto at = find(name)) at->paused_ = paused;
}

void network::end(const std::string& name, bool refuses) {
  const auto at = find(name);
  if (!at || at->ended_) return;
  at->ended_ = true;
  at->refuses_ = refuses;
  const auto nobody_waits = std::exchange(at->asked_, {});
  for (const auto& [peer, line] : at->lines_) {
    if (!refuses)
      ways_[{name, peer}].under_way.clear();
    else if (line.connection != 0)  // its kernel says goodbye for it
      send(name, peer, {kind::farewell, 0, line.connection, 0, {}, {}});
  }
}

// ---- what happens to wires

void network::cut(const std::string& from, const std::string& to) { ways_[{from, to}].cut = true; }
void network::mend(const std::string& from, const std::string& to) {
  auto& way = ways_[{from, to}];
  way.cut = false;
  way.extra_ms = 0;
}
void network::mend_all() {
  for (auto& [ends, way] : ways_) {
    way.cut = false;
    way.extra_ms = 0;
  }
  lossy_ = 0;
}
void network::slow(const std::string& from, const std::string& to, std::int64_t ms) { ways_[{from, to}].extra_ms = ms; }

void network::reset(const std::string& a, const std::string& b) {
  const auto one = running(a);
  const auto other = running(b);
  if (!one || !other || one->lines_[b].connection == 0 || one->lines_[b].connection != other->lines_[a].connection) return;
  for (const auto& ends : {std::pair(a, b), std::pair(b, a)}) {
    auto& sent = ways_[ends].under_way;
    const auto arrive = sent.empty() ? 0 : pick(sent.size() + 1);
    for (std::size_t i = 0; i < arrive && !sent.empty(); ++i) sent[i].due = std::min(sent[i].due, now_);
    figures_.lost += sent.size() - arrive;
    sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(arrive), sent.end());
    deliver(ends.first, ends.second, ways_[ends]);
  }
  close(one, b, false);
  close(other, a, false);
}

bool network::passable(const std::string& from, const std::string& to) const {
  const auto way = ways_.find({from, to});
  return way == ways_.end() || !way->second.cut;
}

// ---- messages

std::int64_t network::delay() { return static_cast<std::int64_t>(1 + pick(3) + (pick(20) == 0 ? pick(40) : 0)); }

void network::send(const std::string& from, const std::string& to, message m) {
  ++figures_.messages;
  if (lossy_ > 0 && m.what != kind::farewell) {
    --lossy_;
    if (pick(4) == 0) {
      ++figures_.lost;
      return;
    }
  }
  auto& way = ways_[{from, to}];
  m.due = way.last_due = std::max(way.last_due, now_ + delay() + way.extra_ms);
  way.under_way.push_back(std::move(m));
}

void network::ask(station& from, const std::string& to, std::string envelope, milliseconds patience, actors::link::answer_handler handler) {
  if (from.ended_) return;  // so is whoever waits
  const auto line = from.lines_.find(to);
  if (line == from.lines_.end() || line->second.connection == 0) return handler(link_error::unavailable);
  if (patience <= milliseconds::zero()) return handler(link_error::timed_out);
  const auto connection = line->second.connection;
  const auto id = ++requests_;
  from.asked_.emplace(id, asked{to, connection, now_ + patience.count(), std::move(handler)});
  send(from.options_.name, to, {kind::request, 0, connection, id, std::move(envelope), patience});
}

void network::deliver(const std::string& from, const std::string& to, way& w) {
  while (!w.cut && !w.under_way.empty() && w.under_way.front().due <= now_) {
    const auto at = find(to);
    if (at && at->paused_ && !at->ended_) return;
    auto first = std::move(w.under_way.front());
    w.under_way.pop_front();
    if (!at || at->ended_ || at->lines_[from].connection != first.connection) {
      ++figures_.lost;
      continue;
    }
    take(at, from, std::move(first));
  }
}

void network::take(const station_ptr& at, const std::string& from, message m) {
  at->lines_[from].heard = now_;
  if (m.what == kind::farewell) return close(at, from, false);
  if (m.what == kind::request) {
    actors::link::reply_path reply(std::make_shared<reply_end>(at, from, m.connection, m.id));
    return at->options_.serve({from, std::move(m.envelope), m.patience, std::move(reply)});
  }
  const auto waits = at->asked_.find(m.id);
  if (waits == at->asked_.end()) return;  // timed out meanwhile
  const auto handler = std::move(waits->second.handler);
  at->asked_.erase(waits);
  if (m.what == kind::answer) return handler(std::move(m.envelope));
  handler(link_error::peer_lost);
}

void network::expire(const station_ptr& at) {
  std::vector<actors::link::answer_handler> late;
  for (auto it = at->asked_.begin(); it != at->asked_.end();) {
    const auto here = it++;
    if (here->second.deadline > now_) continue;
    late.push_back(std::move(here->second.handler));
    at->asked_.erase(here);
  }
  for (const auto& handler : late) handler(link_error::timed_out);
}

// ---- connections

void network::close(const station_ptr& at, const std::string& to, bool say_so) {
  auto& line = at->lines_[to];
  const auto connection = std::exchange(line.connection, 0);
  if (connection == 0) return;
  ++figures_.broken;
  line.may_be_gone = true;
  line.looks = 0;
  line.pause = redial_ms_min;
  line.try_at = now_ + line.pause;
  if (say_so) send(at->options_.name, to, {kind::farewell, 0, connection, 0, {}, {}});
  std::vector<actors::link::answer_handler> lost;
  for (auto it = at->asked_.begin(); it != at->asked_.end();) {
    const auto here = it++;
    if (here->second.to != to) continue;
    lost.push_back(std::move(here->second.handler));
    at->asked_.erase(here);
  }
  for (const auto& handler : lost) handler(link_error::peer_lost);
  at->options_.changed({link_change::down, to, line.instance});
}

void network::open(const station_ptr& a, const station_ptr& b) {
  const auto& a_name = a->options_.name;
  const auto& b_name = b->options_.name;
  close(a, b_name, false);  // a former one, of which this end has not noticed that it is over
  close(b, a_name, false);
  const auto connection = ++connections_;
  const auto up = [&](const station_ptr& at, const station_ptr& peer) {
    auto& line = at->lines_[peer->options_.name];
    line.connection = connection;
    line.heard = now_;
    line.instance = peer->options_.instance;
    line.may_be_gone = false;
    line.pause = redial_ms_min;
  };
  up(a, b);
  up(b, a);
  a->options_.changed({link_change::up, b_name, b->options_.instance});
  b->options_.changed({link_change::up, a_name, a->options_.instance});
}

void network::watch(const station_ptr& at, const std::string& peer) {
  const auto& name = at->options_.name;
  auto& line = at->lines_[peer];
  if (line.connection != 0) {
    const auto other = running(peer);
    if (other && passable(peer, name) && other->lines_[name].connection == line.connection) line.heard = now_;
    if (now_ - line.heard > silence_ms_max) close(at, peer, true);
    return;
  }
  if (now_ < line.try_at) return;
  line.pause = std::clamp(2 * line.pause, redial_ms_min, redial_ms_max);
  line.try_at = now_ + line.pause;
  name < peer ? dial(at, peer) : look_after(at, peer);
}

void network::dial(const station_ptr& at, const std::string& to) {
  const auto& name = at->options_.name;
  const auto other = find(to);
  const bool answers = other && passable(name, to) && passable(to, name) && (other->ended_ ? other->refuses_ : !other->paused_);
  if (!answers) {
    at->lines_[to].try_at += connect_ms_max;
  } else if (other->ended_) {
    is_gone(at, to);
  } else if (other->peers_.contains(name)) {
    open(at, other);
  }
}

void network::look_after(const station_ptr& at, const std::string& peer) {
  const auto& name = at->options_.name;
  auto& line = at->lines_[peer];
  if (!line.may_be_gone || line.looks++ >= looks_max) return;
  const auto other = find(peer);
  if (other && other->ended_ && other->refuses_ && passable(name, peer) && passable(peer, name)) is_gone(at, peer);
}

void network::is_gone(const station_ptr& at, const std::string& peer) {
  auto& line = at->lines_[peer];
  if (!std::exchange(line.may_be_gone, false)) return;
  ++figures_.gone;
  at->options_.changed({link_change::gone, peer, line.instance});
}

// ---- time

void network::run(unix_ms now) {
  now_ = now;
  std::vector<std::pair<std::string, std::string>> due;
  for (const auto& [ends, way] : ways_)
    if (!way.under_way.empty() && !way.cut && way.under_way.front().due <= now) due.push_back(ends);
  std::shuffle(due.begin(), due.end(), random_);
  for (const auto& ends : due) deliver(ends.first, ends.second, ways_[ends]);
  if (now < beat_at_) return;
  beat_at_ = now + beat_ms;
  for (const auto& [name, at] : std::map(stations_)) {
    if (!running(name)) continue;
    expire(at);
    for (const auto& peer : std::set(at->peers_))
      if (running(name) == at) watch(at, peer);
  }
}

unix_ms network::next() const {
  auto out = beat_at_;
  for (const auto& [ends, way] : ways_) {
    if (way.under_way.empty() || way.cut) continue;
    const auto at = find(ends.second);
    if (!at || !at->paused_ || at->ended_) out = std::min(out, way.under_way.front().due);
  }
  return out;
}

bool network::quiet() const {
  return std::all_of(ways_.begin(), ways_.end(), [&](const auto& known) {
    const auto at = find(known.first.second);
    return known.second.under_way.empty() || known.second.cut || (at && at->paused_);
  });
}

}  // namespace holdfast::simulation
