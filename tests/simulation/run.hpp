#pragma once
// One seed: a world, a crowd, bad luck; then everything heals and the journal is compared with what was told.
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/checks.hpp"

namespace holdfast::simulation {

struct run_options {
  std::uint64_t seed = 1;
  int actions = 300;
  std::string plant;  // empty, or one of the kind's planted faults
};

struct figure {
  const char* key;
  const char* text;
  std::uint64_t n;
};

struct run_report {
  std::uint64_t seed = 0;
  findings violations;
  std::vector<figure> figures;    // of one kind of run always the same ones, in the same order
  std::uint64_t fingerprint = 0;  // of the journal
};

/// Figures that every kind of run has.
std::vector<figure> figures_of(const memories&, const journal_copy&);

/// A kind of run, as main.cpp sees it.
struct simulation_kind {
  const char* flag;  // on the command line, "" for the one that needs none
  run_report (*run)(const run_options&);
  int actions;  // of a seed, unless told otherwise
  /// Names that run_options::plant may take; faults in the code itself need a build with HOLDFAST_PLANT.
  std::vector<std::string> planted;
};

/// The life of one node that has all shards.
simulation_kind one_node();

}  // namespace holdfast::simulation
