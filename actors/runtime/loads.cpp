#include "actors/runtime/loads.hpp"

namespace holdfast::actors {

load& tenant_loads::of(std::string_view tenant) {
  const std::lock_guard lock(mutex_);
  std::string name(tenant);
  const auto known = by_tenant_.find(name);
  if (known != by_tenant_.end()) return *known->second;
  if (by_tenant_.size() >= tenants_max) return others_;
  return *by_tenant_.emplace(std::move(name), std::make_unique<load>()).first->second;
}

void tenant_loads::each(const std::function<void(const std::string&, const load&)>& visit) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [tenant, counts] : by_tenant_) visit(tenant, *counts);
  if (by_tenant_.size() >= tenants_max) visit({}, others_);
}

load_share::load_share(shard_loads& shards, tenant_loads& tenants, std::string_view entity)
    : shard_(shards.at(shard_of(entity).value)), tenant_(tenants.of(parse_entity(entity).value_or(entity_parts{}).tenant)) {
  shard_.entities.fetch_add(1, std::memory_order_relaxed);
  tenant_.entities.fetch_add(1, std::memory_order_relaxed);
}

load_share::~load_share() {
  shard_.entities.fetch_sub(1, std::memory_order_relaxed);
  tenant_.entities.fetch_sub(1, std::memory_order_relaxed);
}

void load_share::command() noexcept {
  shard_.commands.fetch_add(1, std::memory_order_relaxed);
  tenant_.commands.fetch_add(1, std::memory_order_relaxed);
}

void load_share::rejection() noexcept {
  shard_.rejections.fetch_add(1, std::memory_order_relaxed);
  tenant_.rejections.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace holdfast::actors
