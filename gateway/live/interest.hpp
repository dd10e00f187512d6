#pragma once
// Which lanes follow which topic, and the version that the topic's last change had. The one place of the live part that every thread
// meets; a short lock.
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/region.hpp"
#include "gateway/live/topic.hpp"

namespace holdfast::gateway {

class interest {
public:
  /// Told of each topic's first and last lane, under the lock: so in the right order. Before the first topic.
  void watch(actors::topic_watcher* watcher);

  /// Idempotent per lane. Every change published from now on reaches the lane.
  void add(const topic& what, std::size_t lane);
  void remove(const topic& what, std::size_t lane);
  std::vector<std::size_t> lanes(const std::string& key) const;

  struct stamp {
    std::int64_t version;
    std::int64_t from;       // of the change before; 0: none seen yet
    bool went_back = false;  // the version is not above the last one: what is known must be fetched anew
    std::vector<std::size_t> lanes;
  };
  /// Empty when nobody follows. `counted`: the version given is replaced by the topic's own count.
  std::optional<stamp> next(const std::string& key, std::int64_t version, bool counted);

  /// Version of the last change published, 0 for none.
  std::int64_t last(const std::string& key) const;

private:
  struct entry {
    std::vector<std::size_t> lanes;
    std::int64_t last = 0;
  };
  actors::topic_watcher* watcher_ = nullptr;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, entry> entries_;
};

}  // namespace holdfast::gateway
