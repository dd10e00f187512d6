#pragma once
// Idempotency keys and their first answers: part of an entity's state, rebuilt by replay, bounded by age and number. Hardly any of them is
// ever asked for again, so an answer is kept as its bytes: one block of memory a key, nothing to take apart when it is forgotten.
#include <boost/container/deque.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actors/domain/text_index.hpp"
#include "holdfast/v1/snapshot.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::actors {

class answered_keys {
public:
  answered_keys(std::chrono::milliseconds kept, std::size_t max) : kept_ms_(kept.count()), max_(max) {}

  /// Lives until the next remember() or restore().
  struct answer {
    std::string_view fingerprint;
    std::string_view reply;  // serialised v1::Reply
  };

  /// Empty: never seen, or forgotten by age.
  std::optional<answer> find(std::string_view key, unix_ms now) const;
  /// Drops what is too old or too much. `reply`: serialised v1::Reply.
  void remember(std::string_view key, std::string_view fingerprint, std::string_view reply, unix_ms at);

  void save(v1::EntitySnapshot& out) const;
  void restore(const v1::EntitySnapshot& in);
  std::size_t size() const noexcept { return answers_.size(); }

private:
  struct record {
    std::string text;  // key, fingerprint, reply
    std::uint32_t fingerprint_at = 0;
    std::uint32_t reply_at = 0;
    unix_ms at_ms = 0;
    std::string_view key() const noexcept { return std::string_view(text).substr(0, fingerprint_at); }
    std::string_view fingerprint() const noexcept { return std::string_view(text).substr(fingerprint_at, reply_at - fingerprint_at); }
    std::string_view reply() const noexcept { return std::string_view(text).substr(reply_at); }
  };
  /// The age stands here too: whether the oldest must go is asked with every answer, and its record is cold.
  struct turn {
    unix_ms at_ms;
    const record* whose;
  };

  void forget_until(unix_ms now);

  std::int64_t kept_ms_;
  std::size_t max_;
  domain::text_index<record> answers_;
  boost::container::deque<turn> order_;  // oldest first
};

}  // namespace holdfast::actors
