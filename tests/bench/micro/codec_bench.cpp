// Stored bytes: an entry of a booking, there and back; the rows of a group commit as the store gets them.
#include <benchmark/benchmark.h>

#include <vector>

#include "persistence/append/plan.hpp"
#include "persistence/postgresql/arrays.hpp"
#include "tests/bench/micro/blocks.hpp"

namespace holdfast::bench {
namespace {

v1::Entry booking_entry(orders& make) {
  auto block = make_pool(make);
  const auto command = make.book_pool(micro_block());
  auto entry = block.decide(*command);
  block.evolve(entry);
  entry.set_idempotency_key(command->idempotency_key());
  entry.set_fingerprint(command->fingerprint());
  *entry.mutable_reply() = block.core().follow(*command, entry, grown_core::now).reply;
  return entry;
}

void encode_entry(benchmark::State& state) {
  orders make(1);
  const auto entry = booking_entry(make);
  for (auto _ : state) benchmark::DoNotOptimize(entry.SerializeAsString());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(entry.ByteSizeLong()));
}
BENCHMARK(encode_entry);

void decode_entry(benchmark::State& state) {
  orders make(1);
  const auto bytes = booking_entry(make).SerializeAsString();
  for (auto _ : state) {
    v1::Entry entry;
    benchmark::DoNotOptimize(entry.ParseFromString(bytes));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(decode_entry);

std::vector<persistence::append_request> batch_of(std::size_t rows, std::size_t entities) {
  orders make(1);
  const auto payload = booking_entry(make).SerializeAsString();
  std::vector<persistence::append_request> out;
  for (std::size_t i = 0; i < rows; ++i) {
    auto& row = out.emplace_back();
    row.entity = block_entity(tenant, block_name("spread", i % entities));
    row.at = {static_cast<std::int64_t>(i / entities) + 1};
    row.owner = {1};
    row.payload = payload;
    row.at_ms = grown_core::now;
  }
  return out;
}

/// Rows of one commit sorted into entities; range: entities.
void plan_batch(benchmark::State& state) {
  const auto batch = batch_of(2'048, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(persistence::plan_append(batch, no_faults()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch.size()));
}
BENCHMARK(plan_batch)->Arg(1)->Arg(1'000);

/// Payloads as one array parameter for PostgreSQL.
void write_arrays(benchmark::State& state) {
  const auto batch = batch_of(2'048, 1'000);
  for (auto _ : state) {
    persistence::postgresql::text_array entities;
    persistence::postgresql::bigint_array sequences;
    persistence::postgresql::bytea_array payloads;
    for (const auto& row : batch) {
      entities.add(row.entity.value);
      sequences.add(row.at.value);
      payloads.add(row.payload);
    }
    benchmark::DoNotOptimize(entities.take());
    benchmark::DoNotOptimize(sequences.take());
    benchmark::DoNotOptimize(payloads.take());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch.size()));
}
BENCHMARK(write_arrays);

}  // namespace
}  // namespace holdfast::bench
