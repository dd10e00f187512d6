#pragma once
// What guests need of the world they live in: dice, time, somebody to ask. The world of one node is such a stage, and that of a cluster.
#include <cstdint>
#include <memory>
#include <random>

#include "actors/region.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::simulation {

using random_engine = std::mt19937_64;

class stage {
public:
  virtual ~stage() = default;

  virtual random_engine& random() = 0;
  virtual unix_ms now() const = 0;
  /// Whoever takes the command sets its deadline, by a clock of his own. The answer may never come when a node dies.
  virtual void ask(std::shared_ptr<v1::Command>, actors::reply_handler) = 0;
  /// What is under way comes to its end.
  virtual void settle() = 0;
  virtual void pass(std::int64_t ms) = 0;
};

/// How long a guest gives a node to answer.
inline constexpr std::int64_t patience_ms = 5'000;

}  // namespace holdfast::simulation
