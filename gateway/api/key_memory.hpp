#pragma once
// An idempotency key is kept by the entity that decided; when the same key comes with another request that goes to another entity, nobody
// there can know. This node remembers the keys it has passed on lately, so that such a mix-up is told instead of done.
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace holdfast::gateway::api {

class key_memory {
public:
  explicit key_memory(std::size_t size_max) : size_max_(size_max) {}

  enum class verdict : std::uint8_t { first_use, repeated, other_request };

  verdict use(const std::string& scoped_key, const std::string& fingerprint);
  /// The first use was refused and changed nothing: the key is free again.
  void release(const std::string& scoped_key);

private:
  std::size_t size_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> used_;
  std::deque<std::string> order_;  // oldest first
};

}  // namespace holdfast::gateway::api
