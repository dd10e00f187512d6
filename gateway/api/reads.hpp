#pragma once
// Lists: the read model, asked by threads of its own.
#include <memory>

#include "gateway/api/store_threads.hpp"
#include "persistence/read_model.hpp"
#include "persistence/storage.hpp"

namespace holdfast::gateway::api {

class reads : public store_threads<persistence::read_model> {
public:
  reads(std::shared_ptr<persistence::storage> storage, settings limits, const wall_clock& clock)
      : store_threads(
            "lists", [storage = std::move(storage)] { return storage->reads(); }, limits, clock) {}
};

}  // namespace holdfast::gateway::api
