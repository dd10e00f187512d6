#include <thread>

#include "tests/bench/engine/fill.hpp"
#include "tests/bench/engine/measurements.hpp"
#include "tests/bench/engine/memory.hpp"
#include "tests/bench/engine/orders.hpp"
#include "tests/bench/engine/station.hpp"
#include "tests/bench/load/poller.hpp"

namespace holdfast::bench {
namespace {

constexpr int free_spots = 100;
constexpr std::size_t slowest_start = 4'000;  // entities/s: none is put away before the last one is started
constexpr std::chrono::seconds passivation_patience{120};

std::int64_t started(const station& node) { return node.figures().entities_started.load(); }

double each(std::int64_t bytes, std::int64_t n) { return n > 0 ? static_cast<double>(bytes) / static_cast<double>(n) : 0.0; }

void wait_until_all_are_put_away(const station& node) {
  for (const auto give_up = steady::now() + passivation_patience; started(node) > 0 && steady::now() < give_up;)
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  std::this_thread::sleep_for(std::chrono::seconds{1});
}

}  // namespace

/// Two laps: what the first brings with it (caches that are bounded, tables) is not counted; what is left after the second, of entities
/// that nobody had asked for before, is.
boost::json::object measure_memory(const engine_options& o) {
  const auto storage = open(o.journal);
  const auto first_lap = o.blocks;  // of the same size: what grows with the most that ever was there at once has grown then
  fill(*storage, {.prefix = "idle", .blocks = first_lap + o.blocks, .spots = free_spots, .bookings = 0, .seed = o.seed});
  actors::limits limits;
  limits.passivate_after_ms = std::chrono::milliseconds{2'000 + 1'000 * (o.blocks / slowest_start)};
  limits.entities_started_max = 4 * o.blocks + 100'000;
  station node(storage, limits);
  orders make(o.seed);
  node.must([&](std::uint64_t n) { return make.look(block_name("idle", n)); }, first_lap);
  wait_until_all_are_put_away(node);
  const auto before = resident_bytes();
  const auto begin = steady::now();
  node.must([&](std::uint64_t n) { return make.look(block_name("idle", first_lap + n)); }, o.blocks);
  const auto seconds = std::chrono::duration<double>(steady::now() - begin).count();
  const auto live = started(node);
  const auto with_all = resident_bytes();
  wait_until_all_are_put_away(node);
  const auto left = started(node);
  const auto after = resident_bytes();
  boost::json::object out{{"entities", live},
                          {"start_rate", static_cast<double>(o.blocks) / seconds},
                          {"bytes_per_started", each(with_all - before, live)},
                          {"left_started", left},
                          {"bytes_per_passivated", each(after - before, static_cast<std::int64_t>(o.blocks))},
                          {"resident_before", before},
                          {"resident_started", with_all},
                          {"resident_passivated", after}};
  node.stop();
  return out;
}

}  // namespace holdfast::bench
