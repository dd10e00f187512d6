#include "tests/simulation/unlucky.hpp"

namespace holdfast::simulation {

bool unlucky::fails(fault_point, std::string_view) {
  if (left_ <= 0) return false;
  --left_;
  if (random_() % 3 != 0) return false;
  ++injected_;
  return true;
}

}  // namespace holdfast::simulation
