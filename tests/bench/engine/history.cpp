#include <google/protobuf/arena.h>

#include <memory>
#include <thread>
#include <unordered_map>

#include "actors/domain/core.hpp"
#include "persistence/history/read_ahead.hpp"
#include "tests/bench/engine/fill.hpp"
#include "tests/bench/engine/measurements.hpp"
#include "tests/bench/engine/orders.hpp"
#include "tests/bench/engine/station.hpp"
#include "tests/bench/load/poller.hpp"

namespace holdfast::bench {
namespace {

constexpr std::size_t follow_chunk_rows = 4'096;
constexpr std::size_t projection_rows = 1'000;
constexpr double snapshots_seconds_max = 120;
constexpr std::string_view past = "past";

double seconds_since(steady::time_point t) { return std::chrono::duration<double>(steady::now() - t).count(); }

}  // namespace

boost::json::object fill_journal(const engine_options& o) {
  const auto done =
      fill(*open(o.journal), {.prefix = std::string(past), .blocks = o.blocks, .spots = 0, .bookings = o.bookings, .seed = o.seed});
  return {{"entries", done.entries},
          {"events", done.events},
          {"bytes", done.bytes},
          {"append_seconds", done.seconds},
          {"appended_per_second", static_cast<double>(done.entries) / done.seconds}};
}

boost::json::object measure_recovery(const engine_options& o) {
  station node(open(o.journal));
  orders make(o.seed);
  const auto done =
      node.drive([&](std::uint64_t n) { return make.look(block_name(past, n)); }, o.window, o.blocks, std::chrono::minutes{10});
  if (done.accepted != o.blocks) throw engine_error("not every block came back: " + done.first_problem);
  const auto& f = node.figures();
  boost::json::object out{{"entities", f.recoveries.load()},
                          {"entries", f.recovered_entries.load()},
                          {"seconds", done.seconds},
                          {"rate", static_cast<double>(o.blocks) / done.seconds},
                          {"entries_rate", static_cast<double>(f.recovered_entries.load()) / done.seconds},
                          {"p50_us", done.latency.percentile(0.5)},
                          {"p99_us", done.latency.percentile(0.99)}};
  node.stop();
  return out;
}

boost::json::object take_snapshots(const engine_options& o) {
  station node(open(o.journal));
  orders make(o.seed);
  const auto all = [&](auto order) { node.must([&](std::uint64_t n) { return (make.*order)(block_name(past, n)); }, o.blocks); };
  const auto begin = steady::now();
  all(&orders::look);  // only what runs can be folded
  all(&orders::fold);
  while (node.figures().snapshots.load() < o.blocks) {
    if (seconds_since(begin) > snapshots_seconds_max) throw engine_error("the snapshots were not written in time");
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  boost::json::object out{{"snapshots", o.blocks}, {"seconds", seconds_since(begin)}};
  node.stop();
  return out;
}

boost::json::object measure_replay(const engine_options& o) {
  const auto storage = open(o.journal);
  auto journal = storage->journal();
  if (!journal) throw engine_error(journal.error().detail);
  std::unordered_map<entity_id, std::unique_ptr<domain::core>> cores;
  std::uint64_t entries = 0, events = 0;
  const auto begin = steady::now();
  persistence::read_ahead reader(**journal, follow_chunk_rows);
  for (;;) {
    const auto rows = reader.next();
    if (!rows) throw engine_error(rows.error().detail);
    if (rows->empty()) break;
    google::protobuf::Arena arena;
    for (const auto& row : *rows) {
      auto& entry = *google::protobuf::Arena::CreateMessage<v1::Entry>(&arena);
      if (!entry.ParseFromString(row.payload)) throw engine_error("an entry does not decode");
      auto& core = cores[row.entity];
      if (!core) core = domain::make_core(row.entity);
      core->evolve(entry, row.at);
      ++entries;
      events += static_cast<std::uint64_t>(entry.block_size() + entry.event_size() + entry.tenant_size());
    }
  }
  const auto seconds = seconds_since(begin);
  return {{"entries", entries},
          {"events", events},
          {"entities", cores.size()},
          {"seconds", seconds},
          {"rate", static_cast<double>(events) / seconds},
          {"entries_rate", static_cast<double>(entries) / seconds}};
}

boost::json::object run_projection(const engine_options& o) {
  const auto storage = open(o.journal);
  auto projector = storage->projector();
  if (!projector) throw engine_error(projector.error().detail);
  std::uint64_t rows = 0;
  const auto begin = steady::now();
  for (bool more = true; more;) {
    const auto done = (*projector)->advance(projection_rows);
    if (!done) throw engine_error(done.error().detail);
    rows += *done;
    more = *done > 0;
  }
  const auto seconds = seconds_since(begin);
  return {{"rows", rows}, {"seconds", seconds}, {"rate", static_cast<double>(rows) / seconds}};
}

boost::json::object measure_start(const engine_options& o) {
  const auto begin = steady::now();
  station node(open(o.journal));
  const auto started = seconds_since(begin);
  orders make(o.seed);
  node.must([&](std::uint64_t) { return make.look(block_name(past, 0)); }, 1);
  boost::json::object out{{"start_seconds", started}, {"first_answer_seconds", seconds_since(begin)}};
  node.stop();
  return out;
}

}  // namespace holdfast::bench
