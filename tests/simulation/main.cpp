// holdfast_simulate: many seeds, each a whole life of a node, or of a cluster, on virtual time. Prints the seed of every failing run.
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include "tests/simulation/cluster/cluster_run.hpp"
#include "tests/simulation/run.hpp"

namespace {

using holdfast::simulation::figure;
using holdfast::simulation::run_report;
using holdfast::simulation::simulation_kind;

struct wanted {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  int actions = 0;
  std::string plant;
  bool cluster = false;
  bool twice = false;
  bool json = false;
  bool verbose = false;
};

struct totals {
  std::uint64_t runs = 0, failed = 0, first_failed = 0;
  std::vector<figure> figures;
  void add(const run_report& r) {
    ++runs;
    if (!r.violations.empty() && failed++ == 0) first_failed = r.seed;
    if (figures.empty()) {
      figures = r.figures;
      return;
    }
    for (std::size_t i = 0; i < figures.size(); ++i) figures[i].n += r.figures[i].n;
  }
};

using number = unsigned long long;  // as printf knows it

void print_failure(const run_report& r, const simulation_kind& kind, const wanted& w) {
  if (w.json) return;
  std::printf("seed %llu fails:\n", static_cast<number>(r.seed));
  for (std::size_t i = 0; i < std::min<std::size_t>(r.violations.size(), 8); ++i) std::printf("  %s\n", r.violations[i].c_str());
  if (r.violations.size() > 8) std::printf("  … and %zu more\n", r.violations.size() - 8);
  std::string again = "./dev simulate";
  if (w.cluster) again += std::string(" ") + kind.flag;
  again += " --first " + std::to_string(r.seed) + " --seeds 1";
  if (w.actions != kind.actions) again += " --actions " + std::to_string(w.actions);
  if (!w.plant.empty()) again += " --plant " + w.plant;
  std::printf("  again: %s\n", again.c_str());
}

void print_json(const totals& t, const wanted& w, double seconds, bool holds) {
  std::printf(R"({"check":"%s","plant":"%s","seeds":%llu,"failed":%llu,"first_failed":%llu)", w.cluster ? "simulate_cluster" : "simulate",
              w.plant.c_str(), static_cast<number>(t.runs), static_cast<number>(t.failed), static_cast<number>(t.first_failed));
  for (const auto& f : t.figures) std::printf(R"(,"%s":%llu)", f.key, static_cast<number>(f.n));
  std::printf(R"(,"seconds":%.1f,"holds":%s})"
              "\n",
              seconds, holds ? "true" : "false");
}

void print_totals(const totals& t, const wanted& w, double seconds, bool holds) {
  if (w.json) return print_json(t, w, seconds, holds);
  const auto row = [](const char* name, std::uint64_t n) { std::printf("  %-26s %12llu\n", name, static_cast<number>(n)); };
  std::printf("\nsimulation%s%s%s\n", w.cluster ? " of clusters" : "", w.plant.empty() ? "" : " with planted fault ", w.plant.c_str());
  row("seeds run", t.runs);
  row("seeds that failed", t.failed);
  for (const auto& f : t.figures) row(f.text, f.n);
  std::printf("  %-26s %12.1f\n", "seconds", seconds);
  if (w.plant.empty()) {
    std::printf(holds ? "every promise held\n" : "A PROMISE WAS BROKEN\n");
  } else if (holds) {
    std::printf("the planted fault was caught, first by seed %llu\n", static_cast<number>(t.first_failed));
  } else {
    std::printf("THE PLANTED FAULT WAS NOT CAUGHT\n");
  }
}

/// The same seed must give the same run: otherwise no failure could be looked into.
run_report run_seed(const simulation_kind& kind, const wanted& w, std::uint64_t seed) {
  auto report = kind.run({.seed = seed, .actions = w.actions, .plant = w.plant});
  if (w.twice && kind.run({.seed = seed, .actions = w.actions, .plant = w.plant}).fingerprint != report.fingerprint)
    report.violations.emplace_back("the same seed gave another journal");
  return report;
}

int simulate(const simulation_kind& kind, const wanted& w) {
  const auto begin = std::chrono::steady_clock::now();
  totals t;
  for (std::uint64_t i = 0; i < w.seeds; ++i) {
    const auto report = run_seed(kind, w, w.first + i);
    t.add(report);
    if (!report.violations.empty() && (w.plant.empty() || w.verbose)) print_failure(report, kind, w);
    if (!w.plant.empty() && t.failed > 0) break;  // caught; that is all one wants to know
    if (w.plant.empty() && t.failed >= 5) break;  // enough to work on
    if (!w.json && (i + 1) % 100 == 0)
      std::fprintf(stderr, "\r%llu of %llu seeds", static_cast<number>(i) + 1, static_cast<number>(w.seeds));
  }
  if (!w.json) std::fprintf(stderr, "\r                              \r");
  const bool holds = w.plant.empty() ? t.failed == 0 : t.failed > 0;
  print_totals(t, w, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), holds);
  return holds ? 0 : 1;
}

std::string names(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const auto one = holdfast::simulation::one_node();
  const auto several = holdfast::simulation::whole_cluster();
  wanted w;
  CLI::App app{
      "Runs whole lives of a node, or of a cluster, on virtual time and checks every promise. Exit 0: all held (or the planted fault was "
      "caught)."};
  app.add_flag(several.flag, w.cluster, "Clusters of three to five nodes instead of one node");
  app.add_option("--seeds", w.seeds, "How many seeds")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--first", w.first, "First seed")->capture_default_str();
  app.add_option("--actions", w.actions, "Actions a seed")->check(CLI::Range(1, 100'000));
  app.add_option("--plant", w.plant,
                 "Plant a fault that must be caught: " + names(one.planted) + "; with " + several.flag + ": " + names(several.planted));
  app.add_flag("--twice", w.twice, "Run each seed a second time: it must end with the same journal");
  app.add_flag("--json", w.json, "One JSON object a line");
  app.add_flag("--verbose", w.verbose, "Show what a planted fault broke, and what nodes log");
  CLI11_PARSE(app, argc, argv);
  const auto& kind = w.cluster ? several : one;
  if (!w.plant.empty() && std::find(kind.planted.begin(), kind.planted.end(), w.plant) == kind.planted.end()) {
    std::fprintf(stderr, "--plant: there is no '%s' here, only %s\n", w.plant.c_str(), names(kind.planted).c_str());
    return 2;
  }
  if (w.actions == 0) w.actions = kind.actions;
  // Thousands of faults are injected, and a node says each time what it could not do.
  spdlog::set_level(w.verbose ? spdlog::level::debug : spdlog::level::off);
  spdlog::set_pattern("%v");
  return simulate(kind, w);
}
