#include <vector>

#include "tests/bench/engine/measurements.hpp"
#include "tests/bench/engine/orders.hpp"
#include "tests/bench/engine/station.hpp"
#include "tests/bench/load/tally.hpp"

namespace holdfast::bench {
namespace {

constexpr std::uint32_t pool_capacity = 1'000'000;
constexpr int seats_per_block = 1'024;
constexpr std::size_t booked_resources = 1'000;
constexpr std::chrono::milliseconds warm_up{500};

actors::limits limits_of(const engine_options& o) {
  actors::limits out;
  if (o.snapshot_every > 0) out.snapshot_every_entries = o.snapshot_every;
  return out;
}

boost::json::object told(const station& node, const station::tally& t, double cpu_seconds) {
  const auto& f = node.figures();
  const auto batches = f.journal_batches.load();
  return {
      {"done", t.accepted},
      {"rejected", t.rejected},
      {"failed", t.failed},
      {"first_problem", t.first_problem},
      {"seconds", t.seconds},
      {"rate", t.rate()},
      {"p50_us", t.latency.percentile(0.5)},
      {"p99_us", t.latency.percentile(0.99)},
      {"p999_us", t.latency.percentile(0.999)},
      {"cpu_seconds", cpu_seconds},
      {"cpu_seconds_in_all", own_cpu_seconds()},
      {"rows_per_commit", batches > 0 ? static_cast<double>(f.journal_rows.load()) / static_cast<double>(batches) : 0.0},
  };
}

/// `most`: so many may be sold before there is nothing left.
boost::json::object measure(station& node, const engine_options& o, const station::maker& make, std::uint64_t most = UINT64_MAX) {
  const auto warm = node.drive(make, o.window, most / 10, warm_up);
  const auto cpu_before = own_cpu_seconds();
  const auto done = node.drive(make, o.window, most - warm.asked, o.duration);
  const auto cpu = own_cpu_seconds() - cpu_before;
  auto out = told(node, done, cpu);
  node.stop();
  return out;
}

std::vector<std::string> block_names(std::string_view prefix, std::size_t n) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(block_name(prefix, i));
  return out;
}

/// Books the next free half hour of a resource picked at random: never in anybody's way.
boost::json::object measure_slots(station& node, const engine_options& o, orders& make, const std::vector<std::string>& names) {
  std::vector<std::int64_t> next(names.size(), 0);
  return measure(node, o, [&](std::uint64_t) {
    const auto n = make.pick(std::min(names.size(), booked_resources));
    return make.book_slot(names[n], next[n]++);
  });
}

}  // namespace

boost::json::object measure_hot(const engine_options& o) {
  station node(open(o.journal), limits_of(o));
  orders make(o.seed);
  const auto name = block_name("hot", 0);
  node.must([&](std::uint64_t) { return make.define_block(name, 0, pool_capacity); }, 1);
  return measure(node, o, [&](std::uint64_t) { return make.book_pool(name); });
}

boost::json::object measure_assigned(const engine_options& o) {
  station node(open(o.journal), limits_of(o));
  orders make(o.seed);
  const auto names = block_names("map", o.blocks);
  node.must([&](std::uint64_t n) { return make.define_assigned_block(names[n], seats_per_block); }, names.size());
  std::uint64_t asked = 0;
  return measure(
      node, o, [&](std::uint64_t) { return make.book_assigned(names[asked++ / seats_per_block]); }, names.size() * seats_per_block);
}

boost::json::object measure_spread(const engine_options& o) {
  station node(open(o.journal), limits_of(o));
  orders make(o.seed);
  const auto names = block_names("spread", o.blocks);
  node.must([&](std::uint64_t n) { return make.define_block(names[n], 1, 0); }, names.size());
  return measure_slots(node, o, make, names);
}

boost::json::object measure_catalogue(const engine_options& o) {
  station node(open(o.journal), limits_of(o));
  orders make(o.seed);
  const auto names = block_names("event", o.catalogue);
  node.must([&](std::uint64_t n) { return make.define_event("event" + std::to_string(n)); }, names.size());
  node.must([&](std::uint64_t n) { return make.define_block(names[n], 1, 0); }, names.size());
  return measure_slots(node, o, make, names);
}

}  // namespace holdfast::bench
