#pragma once
// Sends what the outbox holds for the shards of its node, as gateway/mail does, and writes down what it sent.
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "persistence/journal.hpp"

namespace holdfast::simulation {

/// What everybody sent. A letter goes out twice only where nobody could write down that it went.
class post_book {
public:
  void sent(const persistence::outbox_row& row, const std::string& by) {
    auto& [times, senders] = letters_[row.id];
    ++times;
    senders += (senders.empty() ? "" : ", ") + by;
  }
  /// The store was told, or it was not: then the letter may go out once more.
  void could_not_record(std::int64_t id) { ++excused_[id]; }

  std::vector<std::string> violations() const {
    std::vector<std::string> out;
    for (const auto& [id, letter] : letters_) {
      const auto excuse = excused_.find(id);
      if (letter.first > 1 + (excuse == excused_.end() ? 0 : excuse->second))
        out.push_back("letter " + std::to_string(id) + " was sent " + std::to_string(letter.first) + " times, by " + letter.second);
    }
    return out;
  }
  std::uint64_t letters() const { return letters_.size(); }

private:
  std::map<std::int64_t, std::pair<int, std::string>> letters_;
  std::map<std::int64_t, int> excused_;
};

class postman {
public:
  postman(std::unique_ptr<persistence::outbox_store> store, std::string name, post_book& book)
      : store_(std::move(store)), name_(std::move(name)), book_(book) {}

  void work(unix_ms now, const shard_set& mine) {
    for (auto it = unrecorded_.begin(); it != unrecorded_.end(); it = unrecorded_.erase(it))
      if (!store_->delivered(*it)) return;
    const auto rows = store_->pending(now, 32, mine);
    if (!rows) return;
    for (const auto& row : *rows) {
      book_.sent(row, name_);
      if (store_->delivered(row.id)) continue;
      book_.could_not_record(row.id);
      unrecorded_.insert(row.id);
    }
  }

private:
  std::unique_ptr<persistence::outbox_store> store_;
  std::string name_;
  post_book& book_;
  std::set<std::int64_t> unrecorded_;
};

}  // namespace holdfast::simulation
