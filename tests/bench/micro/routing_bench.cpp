// From a request to the shard that decides it.
#include <benchmark/benchmark.h>

#include "gateway/http/router.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::bench {
namespace {

void name_shard(benchmark::State& state) {
  const std::string booking = "summer-2026.field-a.7k3m9q2xw4tz";
  for (auto _ : state) {
    const auto entity = block_entity("doc-nz", block_of_booking(booking));
    benchmark::DoNotOptimize(parse_entity(entity.value));
    benchmark::DoNotOptimize(shard_of(entity.value));
  }
}
BENCHMARK(name_shard);

void find_route(benchmark::State& state) {
  gateway::router routes;
  const auto nothing = [](const auto&, const auto&, const auto&) {};
  for (const auto* pattern :
       {"/api/v1/tenant", "/api/v1/resources/search", "/api/v1/events", "/api/v1/events/{event}", "/api/v1/events/{event}/availability",
        "/api/v1/blocks/{block}", "/api/v1/bookings/{id}", "/api/v1/bookings/{id}/ticket", "/api/v1/users/{id}/bookings",
        "/api/v1/admin/bookings", "/api/v1/openapi.json"})
    routes.add("GET", pattern, pattern, nothing);
  for (const auto* pattern :
       {"/api/v1/holds", "/api/v1/holds/{id}/extend", "/api/v1/bookings", "/api/v1/bookings/{id}/cancel", "/api/v1/confirmations"})
    routes.add("POST", pattern, pattern, nothing);
  gateway::request request;
  request.method = "POST";
  request.path = "/api/v1/bookings/summer-2026.field-a.7k3m9q2xw4tz/cancel";
  for (auto _ : state) benchmark::DoNotOptimize(routes.find(request));
}
BENCHMARK(find_route);

}  // namespace
}  // namespace holdfast::bench
