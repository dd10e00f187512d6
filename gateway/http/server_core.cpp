#include "gateway/http/server_core.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <algorithm>
#include <functional>

#include "gateway/http/ascii.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::size_t refusals_max = 64;
constexpr std::string_view refusal_mark = "refused";  // no address looks like this

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::string_view header_of(const request_head& head, std::string_view name) noexcept {
  for (const auto& [key, value] : head.headers)
    if (key == name) return value;
  return {};
}

bool looks_like_address(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 45 &&
         std::all_of(text.begin(), text.end(), [](char c) { return ascii::hex(c) >= 0 || c == '.' || c == ':'; });
}

}  // namespace

admission& admission::operator=(admission&& other) noexcept {
  if (this != &other) {
    release();
    core_ = std::move(other.core_);
    address_ = std::move(other.address_);
  }
  return *this;
}

void admission::release() noexcept {
  if (const auto core = std::exchange(core_, nullptr)) core->leave(address_);
}

server_core::server_core(http_server_settings s, server_surroundings a, const router& r)
    : settings(std::move(s)),
      around(std::move(a)),
      routes(r),
      metrics(around.metrics),
      traffic(settings.slow_request_ms_min, settings.slow_requests_kept_max),
      per_address_(settings.rates.per_address, settings.rates.callers_max),
      per_key_(settings.rates.per_key, settings.rates.callers_max),
      id_prefix_(random_text(around.random, 8) + "-") {}

std::optional<admission> server_core::admit(const std::string& address) {
  const std::lock_guard guard(mutex_);
  if (connections_ >= settings.connections_max) {
    metrics.refused_total_limit.Increment();
    return std::nullopt;
  }
  auto& here = per_address_count_[address];
  if (here >= settings.connections_per_address_max && !contains(settings.trusted_proxies, address)) {
    metrics.refused_address_limit.Increment();
    return std::nullopt;
  }
  ++here;
  ++connections_;
  metrics.connections.Increment();
  return admission(shared_from_this(), address);
}

std::optional<admission> server_core::admit_refusal() {
  if (refusals_.fetch_add(1) >= refusals_max) {
    refusals_.fetch_sub(1);
    return std::nullopt;
  }
  return admission(shared_from_this(), std::string(refusal_mark));
}

void server_core::leave(const std::string& address) noexcept {
  if (address == refusal_mark) {
    refusals_.fetch_sub(1);
    return;
  }
  const std::lock_guard guard(mutex_);
  --connections_;
  metrics.connections.Decrement();
  const auto at = per_address_count_.find(address);
  if (at != per_address_count_.end() && --at->second == 0) per_address_count_.erase(at);
}

bool server_core::take_body_bytes(std::int64_t n) noexcept {
  if (body_bytes_.fetch_add(n, std::memory_order_relaxed) + n <= settings.body_bytes_in_memory_max) return true;
  give_body_bytes(n);
  return false;
}

std::optional<std::int64_t> server_core::rate_limited(const request& asked) {
  const auto now = asked.received_ms;
  if (const auto wait = per_address_.refuse(rate_key_of_address(asked.remote), now)) return wait;
  auto key = asked.header("authorization");
  if (key.empty()) key = asked.header("holdfast-access");
  if (key.empty()) return std::nullopt;
  // The table keeps no secrets, only their hashes.
  return per_key_.refuse(std::to_string(std::hash<std::string_view>{}(key)), now);
}

std::string server_core::next_request_id() { return id_prefix_ + std::to_string(requests_.fetch_add(1, std::memory_order_relaxed) + 1); }

std::string server_core::client_of(const std::string& peer, const request_head& head) const {
  if (!contains(settings.trusted_proxies, peer)) return peer;
  // The last entry is what our proxy saw itself; entries of trusted proxies are skipped from the right.
  std::string found = peer;
  std::vector<std::string_view> chain;
  ascii::split_list(header_of(head, "x-forwarded-for"), [&](std::string_view item) { chain.push_back(item); });
  for (auto at = chain.rbegin(); at != chain.rend() && looks_like_address(*at); ++at) {
    found = *at;
    if (!contains(settings.trusted_proxies, found)) break;
  }
  return found;
}

std::string server_core::tenant_of(const request_head& head) const {
  if (const auto named = header_of(head, "holdfast-tenant"); !named.empty())
    return valid_tenant(named) ? std::string(named) : std::string();
  for (const auto& domain : settings.tenant_domains) {
    if (head.host.size() <= domain.size() + 1 || !head.host.ends_with(domain)) continue;
    const auto label = std::string_view(head.host).substr(0, head.host.size() - domain.size() - 1);
    if (head.host[label.size()] == '.' && valid_tenant(label)) return std::string(label);
  }
  // What a browser opens itself (an image, a page to print, a WebSocket) can carry no header.
  for (const auto& [name, value] : head.query)
    if (name == "tenant") return valid_tenant(value) ? value : std::string();
  return {};
}

}  // namespace holdfast::gateway
