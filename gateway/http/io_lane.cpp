#include "gateway/http/io_lane.hpp"

#include <spdlog/logger.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <utility>

namespace holdfast::gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds sweep_every{100};
constexpr std::chrono::milliseconds drain_at_most{2};

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string imf_fixdate(std::int64_t unix_seconds) {
  using namespace std::chrono;
  constexpr std::array<const char*, 7> days_of_week{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months_of_year{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(seconds(unix_seconds));
  const year_month_day date{sys_days(day)};
  const hh_mm_ss time(seconds(unix_seconds) - day);
  char out[48];
  const auto n = std::snprintf(out, sizeof out, "%s, %02u %s %04d %02d:%02d:%02d GMT", days_of_week.at(weekday(sys_days(day)).c_encoding()),
                               static_cast<unsigned>(date.day()), months_of_year.at(static_cast<unsigned>(date.month()) - 1),
                               static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                               static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return {out, static_cast<std::size_t>(n)};
}

}  // namespace

io_lane::io_lane(std::shared_ptr<server_core> core, std::size_t index) : core_(std::move(core)), index_(index), routes_(core_->metrics) {}

void io_lane::open() {
  looked_ = looked_before_ = now();  // it may have been made long before
  sweep();
}

void io_lane::sweep() {
  timer_.expires_after(sweep_every);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec || aborted_) return;
    const auto at = now();
    looked_before_ = std::exchange(looked_, at);
    // Backwards: whoever leaves while being visited is replaced by one that was visited already.
    for (auto i = watched_.size(); i-- > 0;)
      if (i < watched_.size()) watched_[i]->on_tick(at);
    core_->around.log->flush();
    sweep();
  });
}

bool io_lane::post(std::function<void()> task) {
  {
    const std::lock_guard guard(mutex_);
    if (shut_) return false;
    inbox_.push_back(std::move(task));
    if (std::exchange(scheduled_, true)) return true;
  }
  // Not under the lock: this wakes the lane, which takes it first of all.
  boost::asio::post(context_, [this] { drain(); });
  return true;
}

void io_lane::drain() {
  if (next_ == batch_.size()) {
    batch_.clear();
    next_ = 0;
    const std::lock_guard guard(mutex_);
    batch_.swap(inbox_);
  }
  // A change that goes to thousands of sockets takes its time; requests on the same lane get theirs in between.
  const auto until = now() + drain_at_most;
  while (next_ < batch_.size() && now() < until) {
    const auto task = std::exchange(batch_[next_++], nullptr);
    task();
  }
  const bool unfinished = next_ < batch_.size();
  {
    const std::lock_guard guard(mutex_);
    scheduled_ = unfinished || !inbox_.empty();
    if (!scheduled_) return;
  }
  // Whoever goes on posting to a lane that was aborted must not keep it alive: shut() drops the rest.
  if (unfinished || !aborted_) boost::asio::post(context_, [this] { drain(); });
}

// From the last sweep but one, because a sweep may come before or after what was to be read at the same moment.
std::chrono::milliseconds io_lane::stood_still() const noexcept {
  constexpr auto ordinary = 3 * sweep_every;
  return std::max(0ms, std::chrono::duration_cast<std::chrono::milliseconds>(now() - looked_before_) - ordinary);
}

std::string_view io_lane::http_date() {
  const auto second = core_->around.clock.now() / 1000;
  if (std::exchange(date_second_, second) != second) date_ = imf_fixdate(second);
  return date_;
}

void io_lane::watch(watched& w) {
  w.place_ = watched_.size();
  watched_.push_back(&w);
}

void io_lane::unwatch(watched& w) noexcept {
  if (w.place_ == watched::nowhere) return;
  watched_[w.place_] = watched_.back();
  watched_[w.place_]->place_ = w.place_;
  watched_.pop_back();
  w.place_ = watched::nowhere;
}

void io_lane::stop_all() {
  for (auto i = watched_.size(); i-- > 0;)
    if (i < watched_.size()) watched_[i]->on_stop();
}

void io_lane::abort_all() {
  aborted_ = true;
  timer_.cancel();
  while (!watched_.empty()) {
    const auto before = watched_.size();
    watched_.back()->on_abort();
    if (watched_.size() == before) unwatch(*watched_.back());
  }
  work_.reset();
}

void io_lane::shut() {
  std::vector<std::function<void()>> dropped;  // destroyed after the lock is gone: a task may hold the last owner of something that posts
  {
    const std::lock_guard guard(mutex_);
    shut_ = true;
    dropped.swap(inbox_);
  }
  batch_.clear();
}

}  // namespace holdfast::gateway
