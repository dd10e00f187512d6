#pragma once
// Bad luck at the durable edges of one node.
#include <cstdint>
#include <string_view>

#include "protocols/base/seams.hpp"
#include "tests/simulation/stage.hpp"

namespace holdfast::simulation {

/// Fails durable edges at random while a window of bad luck is open.
class unlucky final : public fault_plan {
public:
  explicit unlucky(std::uint64_t seed) : random_(seed) {}
  void open_window(int events) { left_ = events; }
  bool fails(fault_point point, std::string_view entity) override;
  std::uint64_t injected() const { return injected_; }

private:
  random_engine random_;
  int left_ = 0;
  std::uint64_t injected_ = 0;
};

}  // namespace holdfast::simulation
