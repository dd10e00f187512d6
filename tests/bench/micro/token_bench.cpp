// Secrets of a booking: what the gateway makes for each.
#include <benchmark/benchmark.h>

#include "gateway/auth/tokens.hpp"

namespace holdfast::bench {
namespace {

constexpr std::string_view booking = "summer-2026.field-a.7k3m9q2xw4tz";

void issue_secret(benchmark::State& state) {
  const gateway::token_secret secret{};
  for (auto _ : state) benchmark::DoNotOptimize(gateway::issue_token(secret, system_entropy(), v1::TOKEN_ACCESS, "doc-nz", booking));
}
BENCHMARK(issue_secret);

void derive_secret(benchmark::State& state) {
  const gateway::token_secret secret{};
  const std::string nonce(16, 'n');
  for (auto _ : state) benchmark::DoNotOptimize(gateway::derive_token(secret, v1::TOKEN_ACCESS, "doc-nz", booking, nonce));
}
BENCHMARK(derive_secret);

void draw_booking_id(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(random_text(system_entropy(), 12));
}
BENCHMARK(draw_booking_id);

}  // namespace
}  // namespace holdfast::bench
