#pragma once
// Sees every lease that the store gives and every row that it takes: epochs only rise, and nobody writes under one that is over.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "persistence/journal.hpp"

namespace holdfast::simulation {

class epoch_witness {
public:
  void given(const persistence::lease& one) {
    auto& known = newest_.at(one.shard.value);
    if (one.owner <= known)
      violations_.push_back("shard " + std::to_string(one.shard.value) + " was given to " + one.node + " under epoch " +
                            std::to_string(one.owner.value) + " after " + std::to_string(known.value));
    known = one.owner;
    ++changes_;
  }
  void written(const persistence::append_request& row) {
    const auto shard = shard_of(row.entity.value).value;
    if (row.owner != newest_.at(shard))
      violations_.push_back(row.entity.value + " #" + std::to_string(row.at.value) + " was written under epoch " +
                            std::to_string(row.owner.value) + ", the shard's was " + std::to_string(newest_.at(shard).value));
  }

  const std::vector<std::string>& violations() const { return violations_; }
  std::uint64_t changes() const { return changes_; }

private:
  std::array<epoch, shard_count> newest_{};
  std::vector<std::string> violations_;
  std::uint64_t changes_ = 0;
};

}  // namespace holdfast::simulation
