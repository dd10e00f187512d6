#pragma once
// Where the operators' topic gets its snapshots from: what nodes tell of themselves is no entity's.
#include <cstdint>
#include <string>

namespace holdfast::gateway {

class cluster_source {
public:
  virtual ~cluster_source() = default;

  struct text {
    std::int64_t version = 0;  // of the last change published
    std::string state;         // a JSON value
  };
  /// Thread-safe; does not wait for anybody.
  virtual text snapshot() const = 0;
};

}  // namespace holdfast::gateway
