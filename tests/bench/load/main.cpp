// holdfast-load: guests for a node under test, in a process of their own. Prints one JSON object.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "tests/bench/load/fan_out.hpp"
#include "tests/bench/load/http_load.hpp"
#include "tests/bench/load/poller.hpp"

namespace {

using namespace holdfast::bench;

void raise_file_limit() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

void add_http(CLI::App& app, load_options& load, scenario_options& guests) {
  auto* verb = app.add_subcommand("http", "Book or read over keep-alive connections");
  verb->add_option("--port", load.port)->required();
  verb->add_option("--tenant", guests.tenant)->required();
  verb->add_option("--kind", guests.kind, "pool, map, slot, hold, reserve, block or availability")->required();
  verb->add_option("--resource", guests.resource, "Event or block; % stands for a number")->required();
  verb->add_option("--resources", guests.resources, "How many of them")->check(CLI::Range(1, 100'000));
  verb->add_option("--category", guests.category);
  verb->add_option("--connections", load.connections)->check(CLI::Range(1, 10'000));
  verb->add_option(
      "--seconds",
      [&load](const CLI::results_t& in) {
        load.duration = std::chrono::milliseconds{static_cast<std::int64_t>(std::stod(in.at(0)) * 1'000)};
        return true;
      },
      "Length of the measured part");
  verb->add_option(
      "--warm-up",
      [&load](const CLI::results_t& in) {
        load.warm_up = std::chrono::milliseconds{static_cast<std::int64_t>(std::stod(in.at(0)) * 1'000)};
        return true;
      },
      "Seconds before it");
  verb->add_option("--rate", load.rate, "Arrivals per second; 0: as fast as the answers come")->check(CLI::Range(0.0, 1e6));
  verb->add_option("--limit", load.limit, "End after so many");
  verb->add_option("--seed", guests.seed)->required();
  verb->callback([&] {
    const auto scenario = scenario::make(guests, load.connections);
    std::cout << to_json(run_load(load, *scenario)) << std::endl;
  });
}

void add_watch(CLI::App& app, fan_out_options& o) {
  auto* verb = app.add_subcommand("watch", "Watch a block over WebSockets while it is booked");
  verb->add_option("--port", o.port)->required();
  verb->add_option("--tenant", o.tenant)->required();
  verb->add_option("--block", o.block)->required();
  verb->add_option("--sockets", o.sockets)->check(CLI::Range(1, 15'000));
  verb->add_option("--slow", o.slow, "Further sockets that never read")->check(CLI::Range(0, 1'000));
  verb->add_option("--rate", o.bookings_per_second)->check(CLI::Range(0.1, 10'000.0));
  verb->add_option(
      "--seconds",
      [&o](const CLI::results_t& in) {
        o.duration = std::chrono::milliseconds{static_cast<std::int64_t>(std::stod(in.at(0)) * 1'000)};
        return true;
      },
      "How long bookings are made");
  verb->add_option("--server-pid", o.server_pid)->required();
  verb->add_option("--seed", o.seed)->required();
  verb->callback([&] { std::cout << to_json(run_fan_out(o)) << std::endl; });
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  CLI::App app{"Guests for a node under test"};
  app.require_subcommand(1);
  load_options load;
  scenario_options guests;
  fan_out_options watch;
  add_http(app, load, guests);
  add_watch(app, watch);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  } catch (const std::exception& e) {
    std::cerr << "holdfast-load: " << e.what() << '\n';
    return 1;
  }
  return 0;
}
