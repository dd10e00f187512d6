// Deciding and evolving, per entity.
#include <benchmark/benchmark.h>

#include <map>
#include <vector>

#include "tests/bench/micro/blocks.hpp"

namespace holdfast::bench {
namespace {

void decide_pool(benchmark::State& state) {
  orders make(1);
  auto block = make_pool(make);
  for (std::int64_t i = 0; i < state.range(0); ++i) block.step(*make.book_pool(micro_block()));
  const auto command = make.book_pool(micro_block());
  for (auto _ : state) benchmark::DoNotOptimize(block.decide(*command));
}
BENCHMARK(decide_pool)->Arg(0)->Arg(10'000)->Arg(100'000);

/// The figure that must not grow: one more half hour between the claims of one resource.
void decide_interval(benchmark::State& state) {
  static orders make(1);
  static std::map<std::int64_t, grown_core> tables;  // the benchmark is called several times; filling takes longer than measuring
  const auto claims = state.range(0);
  auto found = tables.find(claims);
  if (found == tables.end()) found = tables.emplace(claims, make_timetable(make, claims)).first;
  auto& block = found->second;
  const auto command = make.book_slot(micro_block(), claims / 2 * 2 + 1);
  for (auto _ : state) benchmark::DoNotOptimize(block.decide(*command));
}
BENCHMARK(decide_interval)->Arg(1)->Arg(100)->Arg(10'000)->Arg(100'000);

void decide_assigned(benchmark::State& state) {
  orders make(1);
  auto block = make_map(make, static_cast<int>(state.range(0)));
  const auto command = make.book_assigned(micro_block());
  for (auto _ : state) benchmark::DoNotOptimize(block.decide(*command));
}
BENCHMARK(decide_assigned)->Arg(0)->Arg(512)->Arg(1'000);

void evolve_pool(benchmark::State& state) {
  constexpr int batch = 1'024;
  orders make(1);
  auto block = make_pool(make);
  std::vector<v1::Entry> entries;
  for (int i = 0; i < batch; ++i) entries.push_back(block.decide(*make.book_pool(micro_block())));
  for (auto _ : state) {
    state.PauseTiming();
    auto fresh = make_pool(make);
    state.ResumeTiming();
    for (const auto& entry : entries) fresh.evolve(entry);
    state.PauseTiming();
    fresh = make_pool(make);  // freeing is not evolving
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(evolve_pool);

void follow_pool(benchmark::State& state) {
  orders make(1);
  auto block = make_pool(make);
  const auto command = make.book_pool(micro_block());
  const auto entry = block.decide(*command);
  block.evolve(entry);
  for (auto _ : state) benchmark::DoNotOptimize(block.core().follow(*command, entry, grown_core::now));
}
BENCHMARK(follow_pool);

void save_block(benchmark::State& state) {
  orders make(1);
  auto block = make_pool(make);
  for (std::int64_t i = 0; i < state.range(0); ++i) block.step(*make.book_pool(micro_block()));
  for (auto _ : state) {
    v1::EntitySnapshot snapshot;
    block.core().save(snapshot);
    benchmark::DoNotOptimize(snapshot);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(save_block)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

void decide_plan_group(benchmark::State& state) {
  const std::string event = "micro";
  grown_core core(event_entity(tenant, event));
  orders make(1);
  v1::Command define;
  auto& d = *define.mutable_apply_event()->mutable_definition();
  d = make.define_event(event)->apply_event().definition();
  d.set_flow(v1::FLOW_GROUP);
  d.clear_block_ids();
  for (int i = 0; i < 100; ++i) d.add_block_ids(event + ".b" + std::to_string(i));
  core.step(define);
  std::vector<v1::LiveChange> changes;
  for (int i = 0; i < 100; ++i) {
    v1::Command report;
    auto& r = *report.mutable_report_figures();
    r.set_block_id(d.block_ids(i));
    r.set_version(1);
    auto& f = *r.add_figures();
    f.set_category("seat");
    f.set_capacity(1'024);
    f.set_free(static_cast<std::uint32_t>(i));
    f.set_longest_free_run(static_cast<std::uint32_t>(i % 40));
    core.core().observe(report, changes);
  }
  v1::Command plan;
  plan.mutable_plan_group()->set_category("seat");
  plan.mutable_plan_group()->set_count(4);
  for (auto _ : state) benchmark::DoNotOptimize(core.decide(plan));
}
BENCHMARK(decide_plan_group);

void decide_tenant(benchmark::State& state) {
  grown_core core(tenant_entity(tenant));
  v1::Command define;
  auto& d = *define.mutable_apply_tenant()->mutable_definition();
  d.set_slug(std::string(tenant));
  d.set_name("Bench");
  d.set_flow(v1::FLOW_SPOT);
  d.set_currency("DKK");
  d.set_time_zone("Europe/Copenhagen");
  d.add_languages("en");
  core.step(define);
  v1::Command get;
  get.mutable_get_tenant();
  for (auto _ : state) benchmark::DoNotOptimize(core.core().follow(get, core.decide(get), grown_core::now));
}
BENCHMARK(decide_tenant);

}  // namespace
}  // namespace holdfast::bench
