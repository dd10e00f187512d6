#include "actors/link/switchboard.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "actors/link/deadline_timer.hpp"
#include "actors/link/dial.hpp"
#include "protocols/base/log.hpp"

namespace holdfast::actors::link {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds looks_again_after{2};
constexpr int looks_max = 6;

/// Two ends of one pipe; -1 when the process has no descriptor left.
std::array<int, 2> socket_pair() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) return {-1, -1};
  return ends;
}

}  // namespace

switchboard::switchboard(asio::io_context& io, caf::actor_system& system, const link_options& options, link::credentials& credentials,
                         link::figures& count, refusal_log& refusals)
    : io_(io), system_(system), options_(options), credentials_(credentials), figures_(count), refusals_(refusals) {}

void switchboard::spawn(asio::awaitable<void> task) {
  ++running_;
  asio::co_spawn(io_, std::move(task), [this](const std::exception_ptr&) { --running_; });
}

void switchboard::set_peers(std::vector<address> all) {
  if (stopping_) return;
  std::set<std::string> named;
  for (auto& a : all) {
    if (a.node == options_.node) continue;
    named.insert(a.node);
    auto& known = peers_[a.node];
    if (!known) known = std::make_shared<peer>(io_);
    {
      const std::lock_guard lock(mutex_);
      views_[a.node].where = a.text;
    }
    known->node = a.node;
    known->at = std::move(a);
    known->wanted = true;
    if (options_.node < known->node && !known->dialling) {
      known->dialling = true;
      spawn(keep_dialled(known));
    }
  }
  for (const auto& [node, known] : peers_) {
    if (!known->wanted || named.contains(node)) continue;
    let_go(known, "not a node of the cluster any more");
    const std::lock_guard lock(mutex_);
    views_.erase(node);
  }
}

bool switchboard::expects(const std::string& node) const {
  const auto found = peers_.find(node);
  return !stopping_ && found != peers_.end() && found->second->wanted;
}

void switchboard::let_go(const peer_ptr& whom, const std::string& why) {
  whom->wanted = false;
  whom->pause.cancel();
  if (whom->attempt) whom->attempt->cut(why);
  if (whom->link) whom->link->cut(why);
  error_code ignored;
  if (whom->probe) whom->probe->close(ignored);
}

void switchboard::stop() {
  stopping_ = true;
  for (const auto& [node, known] : peers_) let_go(known, "stopping");
}

asio::awaitable<void> switchboard::keep_dialled(peer_ptr to) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  auto pause = options_.limits.redial_ms_min;
  while (to->wanted) {
    figures_.dials.fetch_add(1, std::memory_order_relaxed);
    const dial_request wanted{options_.cluster, options_.node, options_.instance, to->node, to->at.where, options_.packs};
    to->attempt = std::make_shared<connection>(asio::ip::tcp::socket(io_), credentials_.current(), figures_);
    const auto got = co_await dial(to->attempt, wanted, options_.limits);
    to->attempt.reset();
    bool was_up = false;
    if (got.made) {
      was_up = co_await be_link(got.made, to, link_side::dialled);
    } else if (to->wanted) {
      figures_.dials_failed.fetch_add(1, std::memory_order_relaxed);
      trouble_with(to, got.trouble);
      if (got.nobody_listens) is_gone(to);
    }
    if (!to->wanted) break;
    if (was_up) pause = options_.limits.redial_ms_min;
    to->pause.expires_after(pause);
    co_await to->pause.async_wait(token);
    pause = std::min(2 * pause, options_.limits.redial_ms_max);
  }
  to->dialling = false;
}

void switchboard::take_over(connection_ptr accepted, const std::string& node) {
  spawn(take_over_task(std::move(accepted), peers_.at(node)));
}

asio::awaitable<void> switchboard::take_over_task(connection_ptr accepted, peer_ptr from) {
  const bool was_up = co_await be_link(accepted, from, link_side::accepted);
  if (was_up) co_await look_after(from);
}

/// This side does not dial. When the link has ended it asks the peer's host a few times whether there still is a listener.
asio::awaitable<void> switchboard::look_after(peer_ptr lost) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  auto pause = options_.limits.redial_ms_min;
  const auto mine = lost->newest;
  for (int looks = 0; looks < looks_max && lost->newest == mine && lost->wanted && lost->may_be_gone; ++looks) {
    const auto where = lost->at.where;
    lost->probe = std::make_shared<asio::ip::tcp::socket>(io_);
    const bool nobody = co_await nobody_listens_at(where, lost->probe, options_.limits.connect_ms_max);
    lost->probe.reset();
    if (nobody && lost->newest == mine && lost->wanted) co_return is_gone(lost);
    lost->pause.expires_after(pause);
    co_await lost->pause.async_wait(token);
    pause = std::min(2 * pause, options_.limits.redial_ms_max);
  }
}

/// CAF keeps one route to a node: the former connection has to be gone from it before a new one comes. The newest wins, because a node
/// dials only when its own end is gone.
asio::awaitable<bool> switchboard::replace_former(connection_ptr connected, peer_ptr to) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto mine = ++to->newest;
  asio::steady_timer again(io_);
  while (to->link && to->wanted) {
    to->link->cut("replaced by a newer connection");
    again.expires_after(looks_again_after);
    co_await again.async_wait(token);
  }
  if (to->newest != mine || !to->wanted) connected->cut("replaced by a newer connection");
  co_return !connected->is_cut();
}

/// The life of a link, from a peer that is known to the end. True when it came up.
asio::awaitable<bool> switchboard::be_link(connection_ptr connected, peer_ptr to, link_side side) {
  const bool mine = co_await replace_former(connected, to);
  if (!mine) co_return false;
  to->link = connected;
  if (side == link_side::accepted) {
    v1::LinkWelcome welcome;
    welcome.set_protocol(link_protocol);
    welcome.set_instance(options_.instance);
    welcome.set_packs(options_.packs);
    const auto encoded = encode_prefixed(welcome);
    co_await connected->write(encoded);
    connected->keep();
  }
  const auto ends = socket_pair();
  if (ends[0] < 0 || connected->is_cut()) {
    connected->cut("no file descriptor is free");
    to->link.reset();
    co_return false;
  }
  const auto timer = std::make_shared<deadline_timer>(io_);
  auto around = surround(connected, to);
  around.on_sooner = [weak = std::weak_ptr(timer)](request_table::time_point deadline) {
    if (const auto alive = weak.lock()) alive->sooner(deadline);
  };
  const auto actors = session::start(std::move(around), to->node, side, ends[0]);
  timer->run([actors](auto now) { return actors->expire(now); });
  {
    const std::lock_guard lock(mutex_);
    if (to->wanted) views_[to->node].session = actors;
  }
  connection::local_socket ours(io_, asio::local::stream_protocol(), ends[1]);
  const frame_filter filter(side == link_side::dialled ? expected_handshake::from_server : expected_handshake::from_client,
                            options_.limits.frame_bytes_max);
  co_await connected->carry(std::move(ours), filter, options_.limits.silence_ms_max);
  actors->close();
  timer->stop();
  co_await until_ended(actors);
  to->link.reset();
  co_return went_down(to, connected);
}

/// Its actor calls back into this object.
asio::awaitable<void> switchboard::until_ended(std::shared_ptr<session> actors) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  asio::steady_timer again(io_);
  while (!actors->ended()) {
    again.expires_after(looks_again_after);
    co_await again.async_wait(token);
  }
}

session_surroundings switchboard::surround(const connection_ptr& connected, const peer_ptr& to) {
  session_surroundings out;
  out.system = &system_;
  out.limits = &options_.limits;
  out.figures = &figures_;
  out.serve = options_.serve;
  out.packs = options_.packs && connected->packs();
  // Weak: the actor's memory may outlive the io_context, which the timers and sockets in these must not.
  out.on_up = [this, c = std::weak_ptr(connected), p = std::weak_ptr(to)] {
    asio::post(io_, [this, c, p] {
      const auto connected_now = c.lock();
      const auto peer_now = p.lock();
      if (connected_now && peer_now) went_up(peer_now, connected_now);
    });
  };
  out.on_lost = [this, c = std::weak_ptr(connected)] {
    asio::post(io_, [c] {
      if (const auto still = c.lock()) still->cut("the other node does not answer");
    });
  };
  return out;
}

void switchboard::trouble_with(const peer_ptr& with, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    auto& seen = views_[with->node];
    if (seen.trouble == why) return;
    seen.trouble = why;
  }
  log_of(part::link)->warn("no link to {} at {} yet: {}", with->node, with->at.text, why);
}

void switchboard::went_up(const peer_ptr& with, const connection_ptr& connected) {
  if (connected->is_cut() || !with->wanted) return;
  {
    const std::lock_guard lock(mutex_);
    auto& seen = views_[with->node];
    seen.up = true;
    seen.instance = connected->instance();
    seen.since = options_.clock->now();
    seen.trouble.clear();
  }
  connected->note_up();
  with->instance = connected->instance();
  with->may_be_gone = false;
  figures_.peers_up.fetch_add(1, std::memory_order_relaxed);
  log_of(part::link)->info("link to {} ({}) is up", with->node, connected->remote());
  tell(link_change::up, with);
}

bool switchboard::went_down(const peer_ptr& with, const connection_ptr& connected) {
  const auto& why = connected->reason();
  if (connected->broke_a_rule()) refusals_.add(refusal::broken_frame, connected->remote(), with->node + " sent " + why);
  const bool was_up = connected->was_up();
  if (!was_up && with->wanted && !connected->broke_a_rule()) trouble_with(with, why);
  {
    const std::lock_guard lock(mutex_);
    if (const auto seen = views_.find(with->node); seen != views_.end()) {
      seen->second.session.reset();
      seen->second.trouble = why;
      if (was_up) seen->second.since = options_.clock->now();
      seen->second.up = false;
    }
  }
  if (!was_up) return false;
  figures_.peers_up.fetch_sub(1, std::memory_order_relaxed);
  log_of(part::link)->warn("link to {} ({}) is down: {}", with->node, connected->remote(), why);
  with->may_be_gone = true;
  tell(link_change::down, with);
  return true;
}

void switchboard::is_gone(const peer_ptr& whom) {
  if (!std::exchange(whom->may_be_gone, false)) return;
  log_of(part::link)->warn("{} is gone: nothing listens at {} any more", whom->node, whom->at.text);
  tell(link_change::gone, whom);
}

void switchboard::tell(link_change change, const peer_ptr& about) {
  if (options_.changed) options_.changed({change, about->node, about->instance});
}

std::shared_ptr<session> switchboard::find(const std::string& node) const {
  const std::lock_guard lock(mutex_);
  const auto found = views_.find(node);
  return found == views_.end() ? nullptr : found->second.session;
}

std::vector<peer_state> switchboard::states() const {
  std::vector<peer_state> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [node, seen] : views_) {
    const auto used = seen.session ? seen.session->used() : request_table::usage{};
    out.push_back({node, seen.where, seen.up, seen.instance, seen.since, seen.trouble, used.requests, used.bytes});
  }
  return out;
}

}  // namespace holdfast::actors::link
