#include "actors/link/request_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace holdfast::actors::link {

std::variant<request_table::admitted, link_error> request_table::add(answer_handler& handler, std::size_t bytes, time_point deadline) {
  const std::lock_guard lock(mutex_);
  if (phase_ != phase::open) return link_error::unavailable;
  if (entries_.size() >= window_.requests_max || bytes > window_.bytes_max - bytes_) return link_error::window_full;
  const auto id = ++last_;
  entries_.emplace(id, entry{std::move(handler), bytes, deadline});
  bytes_ += bytes;
  const bool sooner = deadline < earliest_;
  earliest_ = std::min(earliest_, deadline);
  return admitted{id, sooner};
}

void request_table::open() {
  const std::lock_guard lock(mutex_);
  if (phase_ == phase::before) phase_ = phase::open;
}

void request_table::answered(request_id id, answer got) {
  answer_handler handler;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    handler = std::move(found->second.handler);
    bytes_ -= found->second.bytes;
    entries_.erase(found);
  }
  if (handler) handler(std::move(got));
}

request_table::expiry request_table::expire(time_point now) {
  std::vector<answer_handler> due;
  auto next = time_point::max();
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, e] : entries_) {
      if (!e.handler) continue;
      if (e.deadline <= now)
        due.push_back(std::exchange(e.handler, nullptr));
      else
        next = std::min(next, e.deadline);
    }
    earliest_ = next;
  }
  for (auto& handler : due) handler(link_error::timed_out);
  return {next, due.size()};
}

std::size_t request_table::close(link_error why) {
  std::unordered_map<request_id, entry> lost;
  {
    const std::lock_guard lock(mutex_);
    phase_ = phase::closed;
    bytes_ = 0;
    lost.swap(entries_);
  }
  std::size_t failed = 0;
  for (auto& [id, e] : lost) {
    if (!e.handler) continue;
    ++failed;
    e.handler(why);
  }
  return failed;
}

request_table::usage request_table::used() const {
  const std::lock_guard lock(mutex_);
  return {entries_.size(), bytes_};
}

}  // namespace holdfast::actors::link
