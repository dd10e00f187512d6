#pragma once
// One seed of a whole cluster: guests everywhere, trouble all the time, then everything heals and must be as everybody was told.
#include "tests/simulation/run.hpp"

namespace holdfast::simulation {

simulation_kind whole_cluster();

}  // namespace holdfast::simulation
