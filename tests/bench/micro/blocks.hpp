#pragma once
// Cores in the states that the micro benchmarks ask about.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <variant>

#include "actors/domain/core.hpp"
#include "tests/bench/engine/orders.hpp"

namespace holdfast::bench {

/// A core and its history, fed through decide and evolve like a node does.
class grown_core {
public:
  explicit grown_core(const entity_id& id) : core_(domain::make_core(id)) {}

  /// The entry of an accepted command; aborts on a rejection: then the benchmark is wrong.
  v1::Entry decide(const v1::Command& command) const {
    auto outcome = core_->decide(command, now);
    if (const auto* no = std::get_if<v1::Rejection>(&outcome)) {
      std::fprintf(stderr, "rejected: %s\n", no->ShortDebugString().c_str());
      std::abort();
    }
    auto& entry = std::get<v1::Entry>(outcome);
    entry.set_at_ms(now);
    return std::move(entry);
  }
  void evolve(const v1::Entry& entry) { core_->evolve(entry, {++at_}); }
  void step(const v1::Command& command) { evolve(decide(command)); }

  domain::core& core() { return *core_; }

  static constexpr unix_ms now = 1'890'000'000'000;  // before the frame of every block begins

private:
  std::unique_ptr<domain::core> core_;
  std::int64_t at_ = 0;
};

inline const std::string& micro_block() {
  static const auto name = block_name("micro", 0);
  return name;
}

inline grown_core make_pool(orders& make) {
  grown_core out(block_entity(tenant, micro_block()));
  out.step(*make.define_block(micro_block(), 0, 1'000'000));
  return out;
}

/// One spot with half hours 0, 2, 4, … taken.
inline grown_core make_timetable(orders& make, std::int64_t claims) {
  grown_core out(block_entity(tenant, micro_block()));
  out.step(*make.define_block(micro_block(), 1, 0));
  for (std::int64_t i = 0; i < claims; ++i) out.step(*make.book_slot(micro_block(), 2 * i));
  return out;
}

/// 1,024 spots in rows of 40, `taken` of them booked by the block's own choice.
inline grown_core make_map(orders& make, int taken) {
  grown_core out(block_entity(tenant, micro_block()));
  out.step(*make.define_assigned_block(micro_block(), 1'024));
  for (int i = 0; i < taken; ++i) out.step(*make.book_assigned(micro_block()));
  return out;
}

}  // namespace holdfast::bench
