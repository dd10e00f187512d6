#include "gateway/api/block_maps.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "gateway/api/block_text.hpp"
#include "gateway/api/homecoming.hpp"
#include "gateway/http/content_coding.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {
block_map::block_map(const v1::BlockView& view)
    : version_(view.version()), text_(std::make_shared<const std::string>(block_text(view))), tag_(std::to_string(version_) + "-") {
  // Not the version alone: another build may show the same state in other words.
  std::array<char, 20> digits;
  tag_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), std::hash<std::string>{}(*text_), 16).ptr);
}

const block_map::bytes& block_map::packed() const {
  std::call_once(packing_, [&] { packed_ = std::make_shared<const std::string>(gzip(*text_)); });
  return packed_;
}

void block_maps::enter(look& reader) {
  const auto block = reader.block_.value;  // once asked, the reader may be answered and gone before this returns
  std::shared_ptr<v1::Command> question;
  {
    const std::lock_guard guard(mutex_);
    auto& here = entries_[block];
    here.waiting.push_back(&reader);
    if (here.asked.empty()) question = next_question(block, here);
  }
  if (question) ask(block, std::move(question));
}

/// Under the lock. Everybody who waits will be answered by it.
std::shared_ptr<v1::Command> block_maps::next_question(const std::string& block, entry& here) const {
  here.asked.swap(here.waiting);
  here.known = here.latest;
  const auto earlier = [](const look* a, const look* b) { return a->deadline_ < b->deadline_; };
  const auto& last = **std::max_element(here.asked.begin(), here.asked.end(), earlier);
  auto out = std::make_shared<v1::Command>();
  out->set_entity_id(block);
  out->set_deadline_ms(last.deadline_);
  out->set_trace_id(last.trace_);
  out->mutable_get_block()->set_known_version(here.known ? here.known->version() : 0);
  return out;
}

void block_maps::ask(const std::string& block, std::shared_ptr<v1::Command> question) {
  region_.ask(std::move(question), [this, block](const std::shared_ptr<const v1::Reply>& reply) { answered(block, reply); });
}

void block_maps::answered(const std::string& block, const std::shared_ptr<const v1::Reply>& reply) {
  if (reply->has_rejection()) return settle(block, reply->rejection());
  if (!reply->has_block()) return settle(block, reject(v1::INTERNAL));
  map_ptr known;
  std::shared_ptr<lane> home;
  {
    const std::lock_guard guard(mutex_);
    const auto& here = entries_.at(block);
    known = here.known;
    home = here.asked.front()->home_;
  }
  if (reply->block().unchanged()) return settle(block, known, reply->age_ms());
  // Not on the block's own thread, which has bookings to decide.
  run_at(home, [this, block, reply] { settle(block, std::make_shared<const block_map>(reply->block()), reply->age_ms()); });
}

/// The readers keep everything alive that they were called with, this object too: it is not touched once the first of them goes on.
void block_maps::settle(const std::string& block, seen_map found, std::int64_t age_ms) {
  std::vector<look*> readers;
  std::shared_ptr<v1::Command> question;
  {
    const std::lock_guard guard(mutex_);
    auto& here = entries_.at(block);
    readers.swap(here.asked);
    here.known.reset();
    if (const auto* map = std::get_if<map_ptr>(&found)) keep(here, *map);
    if (!here.waiting.empty())
      question = next_question(block, here);
    else if (!here.latest)
      entries_.erase(block);
  }
  if (question) ask(block, std::move(question));
  for (auto* reader : readers) {
    reader->found_ = found;
    reader->oldest_ms_ = std::max(reader->oldest_ms_, age_ms);
    resume_at(std::move(reader->home_), reader->waiting_);
  }
}

/// Under the lock.
void block_maps::keep(entry& here, const map_ptr& map) {
  if (here.latest == map) return;
  if (here.latest) bytes_ -= here.latest->text()->size();
  here.latest.reset();
  if (map->text()->size() > bytes_max_) return;
  if (bytes_ + map->text()->size() > bytes_max_) {
    // More maps than usual are busy: starting over costs each of them one rendering.
    for (auto& [_, other] : entries_) other.latest.reset();
    std::erase_if(entries_, [&](const auto& other) { return &other.second != &here && other.second.asked.empty(); });
    bytes_ = 0;
  }
  here.latest = map;
  bytes_ += map->text()->size();
}

}  // namespace holdfast::gateway::api
