#pragma once
// The region of a node that owns all 256 shards: an array of handles behind a bound on what is in flight.
#include <array>
#include <memory>

#include "actors/contracts.hpp"
#include "actors/region.hpp"
#include "actors/runtime/figures.hpp"
#include "actors/runtime/limits.hpp"

namespace holdfast::actors {

class local_region final : public region {
public:
  using shards = std::array<shard_actor, shard_count>;
  local_region(shards handles, limits bounds, std::shared_ptr<figures> counts);

  void ask(std::shared_ptr<const v1::Command> command, reply_handler handler) override;
  void tell(notice_msg&& message) const;

private:
  shards shards_;
  limits limits_;
  std::shared_ptr<figures> figures_;
};

}  // namespace holdfast::actors
