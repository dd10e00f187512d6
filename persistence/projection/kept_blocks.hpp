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
      if (known != rows_.end()) slot.row = take(known);
    }
  }

  /// The set was saved. Blocks of earlier stretches make room for its own.
  void keep(working_set& set) {
    std::size_t wanted = 0;
    for (const auto& [key, slot] : set.blocks)
      if (worth_keeping(slot)) wanted += spots_of(*slot.row);
    while (spots_ + wanted > spots_max && !rows_.empty()) take(rows_.begin());
    for (auto& [key, slot] : set.blocks) {
      if (!worth_keeping(slot) || spots_ + spots_of(*slot.row) > spots_max) continue;
      spots_ += spots_of(*slot.row);
      rows_.emplace(key, *std::move(slot.row));
    }
  }

  void forget() {
    rows_.clear();
    spots_ = 0;
  }

private:
  using rows = std::map<row_key, block_record>;
  static constexpr std::size_t spots_max = 200'000;  // some 50 MB

  static std::size_t spots_of(const block_record& row) { return static_cast<std::size_t>(row.shape.spots_size()) + 1; }
  /// What was only defined may never be booked: an import of thousands would fill the room.
  static bool worth_keeping(const slot<block_record>& slot) { return slot.row && !slot.row->reshaped; }

  block_record take(rows::iterator at) {
    spots_ -= spots_of(at->second);
    auto row = std::move(at->second);
    rows_.erase(at);
    return row;
  }

  rows rows_;
  std::size_t spots_ = 0;
};

}  // namespace holdfast::persistence
