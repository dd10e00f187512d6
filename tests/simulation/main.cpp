// holdfast_simulate: many seeds, each a whole life of a node on virtual time. Prints the seed of every failing run.
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include "tests/simulation/run.hpp"

namespace {

using holdfast::simulation::run_options;
using holdfast::simulation::run_report;

struct wanted {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  int actions = 300;
  std::string plant;
  bool json = false;
  bool verbose = false;
};

struct totals {
  std::uint64_t runs = 0, failed = 0, first_failed = 0;
  run_report sum;
  void add(const run_report& r) {
    ++runs;
    if (!r.violations.empty() && failed++ == 0) first_failed = r.seed;
    sum.asked += r.asked;
    sum.acknowledged += r.acknowledged;
    sum.rejected += r.rejected;
    sum.unavailable += r.unavailable;
    sum.given_up += r.given_up;
    sum.crashes += r.crashes;
    sum.faults += r.faults;
    sum.entries += r.entries;
    sum.confirmed += r.confirmed;
  }
};

void print_failure(const run_report& r, const wanted& w) {
  if (w.json) return;
  std::printf("seed %llu fails:\n", static_cast<unsigned long long>(r.seed));
  for (std::size_t i = 0; i < std::min<std::size_t>(r.violations.size(), 8); ++i) std::printf("  %s\n", r.violations[i].c_str());
  if (r.violations.size() > 8) std::printf("  … and %zu more\n", r.violations.size() - 8);
  std::printf("  again: ./dev simulate --first %llu --seeds 1%s%s\n", static_cast<unsigned long long>(r.seed),
              w.plant.empty() ? "" : " --plant ", w.plant.c_str());
}

void print_totals(const totals& t, const wanted& w, double seconds, bool holds) {
  const auto& s = t.sum;
  if (w.json) {
    std::printf(
        "{\"check\":\"simulate\",\"plant\":\"%s\",\"seeds\":%llu,\"failed\":%llu,\"first_failed\":%llu,\"asked\":%llu,\"acknowledged\":%"
        "llu,"
        "\"rejected\":%llu,\"unavailable\":%llu,\"crashes\":%llu,\"faults\":%llu,\"entries\":%llu,\"confirmed\":%llu,\"seconds\":%.1f,"
        "\"holds\":%s}\n",
        w.plant.c_str(), static_cast<unsigned long long>(t.runs), static_cast<unsigned long long>(t.failed),
        static_cast<unsigned long long>(t.first_failed), static_cast<unsigned long long>(s.asked),
        static_cast<unsigned long long>(s.acknowledged), static_cast<unsigned long long>(s.rejected),
        static_cast<unsigned long long>(s.unavailable), static_cast<unsigned long long>(s.crashes),
        static_cast<unsigned long long>(s.faults), static_cast<unsigned long long>(s.entries), static_cast<unsigned long long>(s.confirmed),
        seconds, holds ? "true" : "false");
    return;
  }
  const auto row = [](const char* name, std::uint64_t n) { std::printf("  %-26s %12llu\n", name, static_cast<unsigned long long>(n)); };
  std::printf("\nsimulation%s%s\n", w.plant.empty() ? "" : " with planted fault ", w.plant.c_str());
  row("seeds run", t.runs);
  row("seeds that failed", t.failed);
  row("commands asked", s.asked);
  row("acknowledged", s.acknowledged);
  row("rejected", s.rejected);
  row("unavailable (repeated)", s.unavailable);
  row("crashes", s.crashes);
  row("injected faults", s.faults);
  row("journal entries", s.entries);
  row("confirmed bookings", s.confirmed);
  std::printf("  %-26s %12.1f\n", "seconds", seconds);
  if (w.plant.empty()) {
    std::printf(holds ? "every promise held\n" : "A PROMISE WAS BROKEN\n");
  } else if (holds) {
    std::printf("the planted fault was caught, first by seed %llu\n", static_cast<unsigned long long>(t.first_failed));
  } else {
    std::printf("THE PLANTED FAULT WAS NOT CAUGHT\n");
  }
}

int simulate(const wanted& w) {
  const auto begin = std::chrono::steady_clock::now();
  totals t;
  for (std::uint64_t i = 0; i < w.seeds; ++i) {
    const auto report = holdfast::simulation::run({.seed = w.first + i, .actions = w.actions, .plant = w.plant});
    t.add(report);
    if (!report.violations.empty() && (w.plant.empty() || w.verbose)) print_failure(report, w);
    if (!w.plant.empty() && t.failed > 0) break;  // caught; that is all one wants to know
    if (w.plant.empty() && t.failed >= 5) break;  // enough to work on
    if (!w.json && (i + 1) % 100 == 0)
      std::fprintf(stderr, "\r%llu of %llu seeds", static_cast<unsigned long long>(i + 1), static_cast<unsigned long long>(w.seeds));
  }
  if (!w.json) std::fprintf(stderr, "\r                              \r");
  const bool holds = w.plant.empty() ? t.failed == 0 : t.failed > 0;
  print_totals(t, w, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), holds);
  return holds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  wanted w;
  CLI::App app{"Runs whole lives of a node on virtual time and checks every promise. Exit 0: all held (or the planted fault was caught)."};
  app.add_option("--seeds", w.seeds, "How many seeds")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--first", w.first, "First seed")->capture_default_str();
  app.add_option("--actions", w.actions, "Actions a seed")->check(CLI::Range(1, 100'000))->capture_default_str();
  app.add_option("--plant", w.plant, "Plant a fault that must be caught")->check(CLI::IsMember(holdfast::simulation::planted_faults()));
  app.add_flag("--json", w.json, "One JSON object a line");
  app.add_flag("--verbose", w.verbose, "Show what a planted fault broke, and what nodes log");
  CLI11_PARSE(app, argc, argv);
  // Thousands of faults are injected, and a node says each time what it could not do.
  if (!w.verbose) spdlog::set_level(spdlog::level::off);
  return simulate(w);
}
