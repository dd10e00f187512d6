#pragma once
// Blocks as the last stretch left them. Every booking changes its block's figures: on a busy map, reading the blocks again for each stretch
// was most of the projection's work.
#include <cstddef>
#include <map>
#include <utility>

#include "persistence/projection/model.hpp"

namespace holdfast::persistence {

class kept_blocks {
public:
  /// Into the working set, so that they need not be loaded. What becomes of the set decides: keep() or forget().
  void lend(working_set& set) {
    for (auto& [key, slot] : set.blocks) {
      const auto known = rows_.find(key);
      if (known == rows_.end()) continue;
      slot.row = std::move(known->second);
      rows_.erase(known);
    }
  }

  /// The set was saved. Its blocks come first; those of earlier stretches stay as far as there is room.
  void keep(working_set& set) {
    auto earlier = std::exchange(rows_, {});
    std::size_t room = spots_max;
    const auto admit = [&](const row_key& key, block_record&& row) {
      const auto spots = static_cast<std::size_t>(row.shape.spots_size()) + 1;
      if (spots > room) return;
      room -= spots;
      row.reshaped = false;
      rows_.emplace(key, std::move(row));
    };
    for (auto& [key, slot] : set.blocks)
      if (slot.row) admit(key, *std::move(slot.row));
    for (auto& [key, row] : earlier) admit(key, std::move(row));
  }

  void forget() { rows_.clear(); }

private:
  static constexpr std::size_t spots_max = 200'000;  // some 50 MB
  std::map<row_key, block_record> rows_;
};

}  // namespace holdfast::persistence
