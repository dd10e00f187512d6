#pragma once
// Where the load of a node comes from: counted per shard and per tenant. An entity looks its counters up once, when it starts.
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocols/base/ids.hpp"

namespace holdfast::actors {

/// On a cache line of its own: neighbours are counted by other threads.
struct alignas(64) load {
  std::atomic<std::int64_t> entities{0};  // in memory
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> rejections{0};
};

class tenant_loads {
public:
  /// Tenants past this many share one counter, whose name is empty.
  static constexpr std::size_t tenants_max = 4'096;

  /// Lives as long as this.
  load& of(std::string_view tenant);
  void each(const std::function<void(const std::string& tenant, const load&)>& visit) const;

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<load>> by_tenant_;
  load others_;
};

using shard_loads = std::array<load, shard_count>;

/// One entity's hand on the counters that it adds to.
class load_share {
public:
  load_share(shard_loads& shards, tenant_loads& tenants, std::string_view entity);
  ~load_share();
  load_share(const load_share&) = delete;
  load_share& operator=(const load_share&) = delete;

  void command() noexcept;
  void rejection() noexcept;

private:
  load& shard_;
  load& tenant_;
};

}  // namespace holdfast::actors
