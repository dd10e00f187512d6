#include "gateway/live/live_socket.hpp"

#include <prometheus/counter.h>

#include <algorithm>
#include <utility>

#include "gateway/auth/tokens.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::size_t control_frames_max = 8;

void take_front(std::vector<frame>& from, frame& to) {
  to = std::move(from.front());
  from.erase(from.begin());
  if (from.empty()) std::vector<frame>().swap(from);  // most sockets are silent most of the time
}

}  // namespace

live_socket::live_socket(std::shared_ptr<desk> at, std::string tenant)
    : desk_(std::move(at)), settings_(desk_->shared().settings), tenant_(std::move(tenant)) {}

live_socket::~live_socket() { on_closed(); }

void live_socket::on_open(socket_link& link) { link_ = &link; }

void live_socket::on_closed() {
  link_ = nullptr;
  for (const auto& s : subscriptions_) desk_->unsubscribe(*s);
  subscriptions_.clear();
}

// ---- wishes

bool live_socket::on_text(std::string_view text) {
  const auto now_us = desk_->shared().clock.now() * 1000;
  if (take_one(messages_full_at_us_, settings_.messages, now_us)) {
    link_->close(socket_close::policy_violation);
    return false;
  }
  const auto read = read_client_message(text);
  if (const auto* error = std::get_if<client_error>(&read)) {
    say(error_frame(error->topic, error->code));
  } else if (const auto& message = std::get<client_message>(read); message.op == client_message::operation::subscribe) {
    subscribe(message);
  } else {
    unsubscribe(message.topic);
  }
  paused_ = !may_read();
  return !paused_;
}

bool live_socket::may_read() const noexcept { return control_.size() < control_frames_max; }

void live_socket::subscribe(const client_message& message) {
  const auto what = parse_topic(tenant_, message.topic);
  const bool proven = well_formed_token(message.access) || !message.bearer.empty();
  const bool for_some = what && (what->is_private() || what->is_for_operators());
  if (!what || (for_some && !proven)) return say(error_frame(message.topic, v1::NOT_FOUND));
  // A second wish for the same topic starts it anew: the client has lost its place.
  unsubscribe(message.topic);
  if (subscriptions_.size() >= settings_.subscriptions_max) return say(error_frame(message.topic, v1::TOO_MANY_REQUESTS));
  auto s = std::make_unique<subscription>();
  s->owner = this;
  s->resume_from = message.version;
  if (for_some) {
    s->access = message.access;
    s->bearer = message.bearer;
  }
  if (!desk_->subscribe(*s, *what)) return say(error_frame(message.topic, v1::OVERLOADED));
  subscriptions_.push_back(std::move(s));
  pump();
}

void live_socket::unsubscribe(std::string_view name) {
  for (const auto& s : subscriptions_)
    if (s->topic->what.name == name) return forget(*s);
}

void live_socket::forget(subscription& s) noexcept {
  desk_->unsubscribe(s);
  std::erase_if(subscriptions_, [&](const auto& mine) { return mine.get() == &s; });
}

void live_socket::refused(subscription& s, v1::ErrorCode code) {
  // Not to be told apart from what does not exist: a wrong token, another tenant's booking.
  const auto shown = code == v1::FORBIDDEN || code == v1::UNAUTHENTICATED || code == v1::TOKEN_INVALID ? v1::NOT_FOUND : code;
  say(error_frame(s.topic->what.name, shown));
  forget(s);
}

// ---- frames out

void live_socket::say(const frame& control) {
  control_.push_back(control);
  send_next();
}

void live_socket::deliver(const frame& text) {
  queue_.push_back(text);
  queue_bytes_ += text->size();
  send_next();
}

void live_socket::offer(const frame& text) {
  if (queue_.size() >= settings_.queue_frames_max || queue_bytes_ + text->size() > settings_.queue_bytes_max) return conflate();
  deliver(text);
}

void live_socket::conflate() {
  std::vector<frame>().swap(queue_);
  queue_bytes_ = 0;
  clogged_ = true;
  for (const auto& s : subscriptions_)
    if (s->now == subscription::phase::current) s->now = subscription::phase::wanted;
  desk_->shared().metrics.conflated.Increment();
}

void live_socket::send_next() {
  if (!link_ || sending_ || (control_.empty() && queue_.empty())) return;
  frame next;
  if (!control_.empty()) {
    take_front(control_, next);
  } else {
    take_front(queue_, next);
    queue_bytes_ -= next->size();
  }
  sending_ = true;
  link_->send(std::move(next));
}

void live_socket::on_sent() {
  sending_ = clogged_ = false;
  sending_since_.reset();
  send_next();
  pump();
  if (paused_ && may_read()) {
    paused_ = false;
    link_->resume_reading();
  }
}

bool live_socket::keeps_up() const noexcept {
  return !clogged_ && queue_.size() <= settings_.queue_frames_max / 4 && queue_bytes_ <= settings_.queue_bytes_max / 4;
}

/// Brings wanted topics on their way while the socket keeps up, so that the snapshots in its queue stay few.
void live_socket::pump() {
  if (!link_ || std::exchange(serving_, true)) return;
  const auto asking = [](const auto& s) { return s->now == subscription::phase::asking; };
  auto asks = static_cast<std::size_t>(std::count_if(subscriptions_.begin(), subscriptions_.end(), asking));
  for (std::size_t i = 0; i < subscriptions_.size() && asks < settings_.asks_max && keeps_up(); ++i) {
    if (subscriptions_[i]->now != subscription::phase::wanted) continue;
    desk_->serve(*subscriptions_[i]);
    if (i < subscriptions_.size() && asking(subscriptions_[i])) ++asks;
  }
  serving_ = false;
}

void live_socket::on_tick(time_point now) {
  if (sending_ && !sending_since_) sending_since_ = now;
  if (sending_since_ && now - *sending_since_ > std::chrono::milliseconds(settings_.write_ms_max)) {
    desk_->shared().metrics.cut.Increment();
    return link_->abort();
  }
  pump();
}

}  // namespace holdfast::gateway
