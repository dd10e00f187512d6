// holdfast-engine: a node without gateway, driven in its own process. Prints one JSON object.
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "tests/bench/engine/measurements.hpp"

namespace {

using namespace holdfast::bench;

struct verb {
  const char* name;
  const char* help;
  boost::json::object (*run)(const engine_options&);
};

constexpr verb verbs[] = {
    {"hot", "bookings of one pool", measure_hot},
    {"assigned", "bookings of spots that the block picks", measure_assigned},
    {"spread", "half hours of many resources", measure_spread},
    {"catalogue", "half hours of 1,000 resources in a catalogue of --catalogue events", measure_catalogue},
    {"fill", "write --blocks blocks with --bookings bookings each", fill_journal},
    {"recovery", "start what was filled, cold", measure_recovery},
    {"snapshots", "take a snapshot of every filled block", take_snapshots},
    {"replay", "read and apply the whole journal", measure_replay},
    {"project", "bring the read model up to the journal's end", run_projection},
    {"start", "open the storage, start a node, ask one block", measure_start},
    {"memory", "--blocks blocks of 100 free spots, started and passivated", measure_memory},
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The engine without HTTP, measured"};
  app.require_subcommand(1);
  engine_options o;
  double seconds = 3;
  app.add_option("--journal", o.journal, "sqlite:<file>, postgresql://… or memory:")->required();
  app.add_option("--seconds", seconds)->check(CLI::Range(0.1, 600.0));
  app.add_option("--window", o.window, "Commands outstanding")->check(CLI::Range(1, 16'000));
  app.add_option("--blocks", o.blocks)->check(CLI::Range(1, 1'000'000));
  app.add_option("--bookings", o.bookings)->check(CLI::Range(0, 1'000'000));
  app.add_option("--catalogue", o.catalogue)->check(CLI::Range(0, 1'000'000));
  app.add_option("--snapshot-every", o.snapshot_every, "Entries between snapshots, instead of the default")
      ->check(CLI::Range(0, 1'000'000'000));
  app.add_option("--seed", o.seed)->required();
  app.fallthrough();
  for (const auto& v : verbs)
    app.add_subcommand(v.name, v.help)->callback([&o, &seconds, run = v.run] {
      o.duration = std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1'000)};
      std::cout << boost::json::serialize(run(o)) << std::endl;
    });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  } catch (const std::exception& e) {
    std::cerr << "holdfast-engine: " << e.what() << '\n';
    return 1;
  }
  return 0;
}
