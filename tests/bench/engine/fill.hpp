#pragma once
// Puts a large past into a journal, in bulk: real entries, made by the same decide and evolve, written by the same append.
#include <cstdint>
#include <string>

#include "persistence/storage.hpp"

namespace holdfast::bench {

struct fill_plan {
  std::string prefix;  // blocks "<prefix>0.floor", "<prefix>1.floor", …
  std::size_t blocks = 1;
  int spots = 0;             // single spots per block, besides the pool
  std::size_t bookings = 0;  // per block, of the pool
  std::uint64_t seed = 1;
};

struct fill_report {
  std::uint64_t entries = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;  // of appending alone
};

/// Throws engine_error. Takes all shards: no node may run on this storage.
fill_report fill(persistence::storage&, const fill_plan&);

}  // namespace holdfast::bench
