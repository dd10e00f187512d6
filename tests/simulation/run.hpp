#pragma once
// One seed: a world, a crowd, bad luck; then everything heals and the journal is compared with what was told.
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::simulation {

struct run_options {
  std::uint64_t seed = 1;
  int actions = 300;
  std::string plant;  // empty, or one of planted_faults()
};

struct run_report {
  std::uint64_t seed = 0;
  std::vector<std::string> violations;
  std::uint64_t asked = 0, acknowledged = 0, rejected = 0, unavailable = 0, given_up = 0;
  std::uint64_t crashes = 0, faults = 0, entries = 0, confirmed = 0;
};

/// Names that run_options::plant may take; faults in the deciding code need a build with HOLDFAST_PLANT.
const std::vector<std::string>& planted_faults();

run_report run(const run_options& wanted);

}  // namespace holdfast::simulation
