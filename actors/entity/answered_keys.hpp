#pragma once
// Idempotency keys and their first answers: part of an entity's state, rebuilt by replay, bounded by age and number.
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "holdfast/v1/snapshot.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::actors {

class answered_keys {
public:
  answered_keys(std::chrono::milliseconds kept, std::size_t max) : kept_ms_(kept.count()), max_(max) {}

  struct answer {
    std::string fingerprint;
    std::shared_ptr<const v1::Reply> reply;
    unix_ms at_ms = 0;
  };

  /// Null: never seen, or forgotten by age.
  const answer* find(const std::string& key, unix_ms now) const;
  /// The key must not be present. Drops what is too old or too much.
  void remember(std::string key, std::string fingerprint, std::shared_ptr<const v1::Reply> reply, unix_ms at);

  void save(v1::EntitySnapshot& out) const;
  void restore(const v1::EntitySnapshot& in);
  std::size_t size() const noexcept { return answers_.size(); }

private:
  void forget_until(unix_ms now);

  std::int64_t kept_ms_;
  std::size_t max_;
  std::unordered_map<std::string, answer> answers_;
  std::deque<const std::string*> order_;  // oldest first; points at the map's keys, which do not move
};

}  // namespace holdfast::actors
